import type { Channel, Client, Message } from 'discord.js';
import { createBounded } from '../../src/bounded.ts';
import type { PictureRef } from '../../src/chat/contract.ts';
import { isBlank, messageRef, picturesOf } from './pictures.ts';

/** Where somebody is, in terms of conversations. */
export interface Where {
  readonly conversation: string;
  /** The channel that a thread is in. */
  readonly channel: string;
  /** Pictures that a thread hangs on. */
  readonly around?: readonly PictureRef[];
}

const KEPT = 1000;

/**
 * Which conversation a channel is. A thread has the id of the message that it is on; a thread on one of our answers
 * goes on with the question that was answered.
 */
export function createThreads(client: Client<true>) {
  const known = createBounded<Promise<Where>>(KEPT);

  async function look(thread: Extract<Channel, { fetchStarterMessage: unknown }>): Promise<Where> {
    const channel = thread.parentId ?? thread.id;
    const starter = await thread.fetchStarterMessage({ cache: false }).catch(() => null);
    if (!starter) return { conversation: thread.id, channel };
    if (starter.author.id === client.user.id) {
      return { conversation: questionOf(starter) ?? thread.id, channel };
    }
    const around = isBlank(starter) ? [messageRef(starter.channelId, starter.id)] : picturesOf(starter);
    return { conversation: thread.id, channel, around };
  }

  return async (id: string, channel: Channel | null): Promise<Where> => {
    if (!channel?.isThread()) return { conversation: id, channel: id };
    const where = known.get(id) ?? look(channel);
    known.set(id, where);
    return where;
  };
}

/** The event that one of our messages answers. */
export const questionOf = ({ reference, interactionMetadata }: Message): string | undefined =>
  reference?.messageId ?? interactionMetadata?.id;
