import { type Client, InteractionWebhook, MessageFlags } from 'discord.js';
import { CODE, isCode } from './failures.ts';
import type { Outgoing } from './outgoing.ts';
import { inTurn, type Spot } from './spot.ts';

/** What an interaction can be answered by, for 15 minutes. */
export interface InteractionAddress {
  readonly appId: string;
  readonly token: string;
  /** "thinking…" stands where the answer will be; or nothing is there yet, as after a button. */
  readonly first: 'thinking' | 'nothing';
}

/** Answers an interaction that was acknowledged. It needs no permissions in the channel. */
export function createInteractionSpot(client: Client<true>, address: InteractionAddress): Spot {
  const webhook = new InteractionWebhook(client, address.appId, address.token);
  let shown = address.first === 'thinking' ? '@original' : undefined;

  async function remove(): Promise<void> {
    const there = shown;
    shown = undefined;
    if (there === undefined) return;
    await webhook.deleteMessage(there).catch((thrown) => {
      if (!isCode(thrown, CODE.unknownMessage)) throw thrown;
    });
  }

  return inTurn({
    async show(message) {
      if (shown !== undefined) await webhook.editMessage(shown, changed(message));
      else shown = (await webhook.send(sent(message))).id;
    },
    async whisper(message) {
      // Whether a message is for one person alone is decided when it begins: a public "thinking…" cannot become it.
      await remove();
      await webhook.send({ ...sent(message), flags: [message.flags, MessageFlags.Ephemeral] });
    },
    remove,
  });
}

// The client writes into the lists that it is given.
const sent = ({ files, components, ...rest }: Outgoing) => ({
  ...rest,
  files: [...files],
  components: [...components],
});

/** Files that were there before go. */
const changed = (message: Outgoing) => ({ ...sent(message), attachments: [] });
