import { type Channel, type Client, GuildMember, type Interaction, type Message } from 'discord.js';
import { createBounded } from '../../src/bounded.ts';
import type { Chat } from '../../src/chat/contract.ts';
import type { PictureRef, Place } from '../../src/place.ts';
import { isBlank, messageRef, picturesOf } from './pictures.ts';

/** What the listeners work with. */
export interface Deps {
  readonly client: Client<true>;
  readonly chat: Chat;
  readonly log: Log;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  readonly whereIs: ReturnType<typeof createThreads>;
  /** Somebody was shown that they were heard, so many milliseconds after we were told. */
  readonly onAcknowledged: (ms: number) => void;
}

/** Where the adapter tells what happens to it; a logger of pino is one. */
export interface Log {
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

export const PLATFORM = 'discord';

/** Who asks, and where; `event` is what a thread may hang on. */
export const placeOf = (
  { channel, conversation }: Where,
  asker: string,
  member: Interaction['member'] | Message['member'],
  event: string,
): Place => ({ platform: PLATFORM, conversation, channel, asker, roles: rolesOf(member), branch: event });

/** What Discord said of a member. */
interface Told {
  readonly _roles: readonly string[];
}

function rolesOf(member: Interaction['member'] | Message['member']): readonly string[] {
  // Its cache holds only those that the server has told of so far.
  if (member instanceof GuildMember) return (member as unknown as Told)._roles;
  return member?.roles ?? [];
}

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
