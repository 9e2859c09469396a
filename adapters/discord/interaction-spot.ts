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
    if (shown === undefined) return;
    await webhook.deleteMessage(shown).catch((thrown) => {
      if (!isCode(thrown, CODE.unknownMessage)) throw thrown;
    });
    shown = undefined;
  }

  /** Whether a message is for one person alone is decided when it begins: a public "thinking…" cannot become it. */
  async function whisperAnew(message: Outgoing): Promise<void> {
    await remove();
    await webhook.send({ ...sent(message), flags: [message.flags, MessageFlags.Ephemeral] });
  }

  return inTurn({
    async show(message) {
      if (shown !== undefined) await webhook.editMessage(shown, changed(message));
      else shown = (await webhook.send(sent(message))).id;
    },
    async whisper(message) {
      const there = shown;
      try {
        await whisperAnew(message);
      } catch (thrown) {
        // Better said to all than to nobody.
        if (there === undefined) throw thrown;
        await webhook.editMessage(there, changed(message)).catch(() => {
          throw thrown;
        });
        shown = there;
      }
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
