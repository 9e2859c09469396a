import type { Client, Message, SendableChannels } from 'discord.js';
import { CODE, cannotReply, isCode, isDenied } from './failures.ts';
import type { Outgoing } from './outgoing.ts';
import { inTurn, type Spot } from './spot.ts';

/** The message that is answered. */
export interface MessageAddress {
  readonly channel: string;
  readonly message: string;
  /** Whether we may have begun to answer it before a restart. */
  readonly begun?: boolean;
}

/** Of what came after a question, so much is searched for an answer that was begun. */
const SEARCHED = 50;

/** Answers a message by a reply to it, which is seen by all who see the message. */
export function createReplySpot(client: Client<true>, address: MessageAddress): Spot {
  const { message: question, begun = false } = address;
  let shown: string | undefined;
  let searched = !begun;

  async function ownReply(channel: SendableChannels): Promise<string | undefined> {
    searched = true;
    const after = await channel.messages.fetch({ after: question, limit: SEARCHED }).catch(() => undefined);
    return after?.find(
      ({ author, reference }) => author.id === client.user.id && reference?.messageId === question,
    )?.id;
  }

  async function show(outgoing: Outgoing): Promise<void> {
    const channel = await sendable(client, address.channel);
    if (!searched) shown = await ownReply(channel);
    const before = shown;
    if (before !== undefined && (await edited(channel, before, outgoing))) return;
    shown = (await replied(channel, question, outgoing)).id;
    if (before !== undefined) await channel.messages.delete(before).catch(() => {});
  }

  return inTurn({
    show,
    whisper: show,
    async remove() {
      const there = shown;
      shown = undefined;
      if (there !== undefined) await (await sendable(client, address.channel)).messages.delete(there);
    },
  });
}

/** @throws SpotterError cannot-reply */
async function sendable(client: Client<true>, id: string): Promise<SendableChannels> {
  const channel = await client.channels.fetch(id);
  if (channel?.isSendable()) return channel;
  throw cannotReply(undefined);
}

/** False where it is gone, or not ours to change any more: then it is said anew. */
async function edited(channel: SendableChannels, id: string, outgoing: Outgoing): Promise<boolean> {
  const { files, components, ...rest } = outgoing;
  try {
    // Files that were there before go.
    await channel.messages.edit(id, {
      ...rest,
      files: [...files],
      components: [...components],
      attachments: [],
    });
    return true;
  } catch (thrown) {
    // That files may not be posted is for the core to know.
    const isOfFiles = files.length > 0 && isCode(thrown, CODE.missingPermissions);
    if (isOfFiles || !isDenied(thrown)) throw thrown;
    return false;
  }
}

async function replied(channel: SendableChannels, question: string, outgoing: Outgoing): Promise<Message> {
  const { files, components, ...rest } = outgoing;
  const message = () => ({ ...rest, files: [...files], components: [...components] });
  try {
    return await channel.send({
      ...message(),
      reply: { messageReference: question, failIfNotExists: false },
    });
  } catch (thrown) {
    // Where we may not read back we may not refer back.
    if (!isCode(thrown, CODE.noHistory)) throw thrown;
    return channel.send(message());
  }
}
