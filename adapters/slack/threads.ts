import { createBounded } from '../../src/bounded.ts';
import type { Chat } from '../../src/chat/contract.ts';
import type { PictureRef } from '../../src/place.ts';
import type { Client, Me, SlackMessage } from './context.ts';
import { markIn } from './outgoing.ts';
import { picturesIn, unseenRef } from './pictures.ts';

/** A thread in terms of conversations. */
export interface Where {
  readonly conversation: string;
  /** Pictures that were posted in it, of the latest message that has any. */
  readonly around: readonly PictureRef[];
}

const KEPT = 1000;
const READ = 200;

export const conversationOf = (channel: string, thread?: string): string =>
  thread === undefined ? channel : `${channel}:${thread}`;

/** Which conversation a thread is: one on an answer of ours goes on with the question that was answered. */
export function createThreads(client: Client, me: Me) {
  const known = createBounded<Where>(KEPT);

  return async (channel: string, thread: string): Promise<Where> => {
    const conversation = conversationOf(channel, thread);
    const before = known.get(conversation);
    if (before) return before;
    const messages = await repliesOf(client, channel, thread).catch(() => []);
    const [root] = messages;
    const mark = root?.user === me.user ? markIn(root) : undefined;
    const around = latestPictures([...messages].reverse(), me, channel);
    const where = { conversation: mark?.conversation ?? conversation, around };
    // Where there is nothing to go on with yet, somebody may still post a picture.
    if (mark || around.length > 0) known.set(conversation, where);
    return where;
  };
}

/** The pictures that were posted last, in a thread or in a channel; those of our own answers do not count. */
export async function picturesBefore(
  client: Client,
  me: Me,
  channel: string,
  thread?: string,
): Promise<readonly PictureRef[]> {
  try {
    if (thread !== undefined) {
      return latestPictures((await repliesOf(client, channel, thread)).reverse(), me, channel);
    }
    const { messages = [] } = await client.conversations.history({ channel, limit: READ });
    return latestPictures(messages as SlackMessage[], me, channel);
  } catch (thrown) {
    return [unseenRef(thrown)];
  }
}

async function repliesOf(client: Client, channel: string, ts: string): Promise<SlackMessage[]> {
  const { messages = [] } = await client.conversations.replies({ channel, ts, limit: READ });
  return [...(messages as SlackMessage[])];
}

/** @param messages the latest first */
const latestPictures = (messages: readonly SlackMessage[], me: Me, channel: string): readonly PictureRef[] =>
  messages
    .filter(({ user }) => user !== me.user)
    .map((message) => picturesIn(message, channel))
    .find((pictures) => pictures.length > 0) ?? [];

/** What the listeners work with. */
export interface Deps {
  readonly client: Client;
  readonly me: Me;
  readonly chat: Chat;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  readonly whereIs: ReturnType<typeof createThreads>;
}
