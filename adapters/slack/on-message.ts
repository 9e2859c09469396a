import { setTimeout as sleep } from 'node:timers/promises';
import { createBounded } from '../../src/bounded.ts';
import type { ChatQuestion } from '../../src/chat/contract.ts';
import type { PictureRef, Place } from '../../src/place.ts';
import {
  isDirect,
  type MessageChangedEvent,
  type MessageDeletedEvent,
  type MessageEvent,
  PLATFORM,
} from './context.ts';
import { expressionIn, mentions, mentionsAnybody } from './outgoing.ts';
import { picturesMeant } from './pictures.ts';
import {
  type Accepted,
  type Address,
  createHandle,
  createReplyTarget,
  type Handle,
  resumeOf,
  SIGNED_MS,
} from './reply.ts';
import type { Deps } from './threads.ts';
import { conversationOf } from './threads.ts';

/** A message that was taken for a question. */
interface Asked {
  readonly eventId: string;
  readonly edited: string | undefined;
  readonly handle: Handle;
}

const KEPT = 500;
/** A mention is told of twice, and once without its files. */
const RICHER_MS = 300;
/** Everything else that Slack tells as a message is about one, and not said by a person. */
const SAID: readonly (string | undefined)[] = [undefined, 'file_share', 'thread_broadcast'];

/** Questions as messages: those that mention us, and all that are written to us alone. */
export function createMessageListeners(deps: Deps) {
  const { client, me, chat, fetch, whereIs } = deps;
  const asked = createBounded<Asked>(KEPT);

  const isBySomebody = ({ subtype, user, bot_id }: MessageEvent): boolean =>
    SAID.includes(subtype) && user !== undefined && user !== me.user && bot_id === undefined;

  const isForUs = (said: MessageEvent): boolean =>
    isBySomebody(said) && (isAlone(said) || mentions(said.text ?? '', me.user));

  /** In a thread people go on without mentioning us again; what mentions others is for them. */
  const isOverheard = (said: MessageEvent): boolean =>
    isBySomebody(said) && said.thread_ts !== undefined && !mentionsAnybody(said.text ?? '');

  async function ask(
    said: MessageEvent,
    {
      accepted,
      before,
      mentioned = false,
    }: { accepted: Accepted; before?: Handle | undefined; mentioned?: boolean },
  ): Promise<void> {
    const { channel, ts, thread_ts, user = '', text = '', edited } = said;
    const key = keyOf(channel, ts);
    const eventId = edited?.ts === undefined ? key : `${key}:${edited.ts}`;
    // The answer to what is said in a channel begins a thread.
    const thread = thread_ts ?? (isAlone(said) ? undefined : ts);
    const branch = key;
    const address: Address = {
      // Of what is edited, an answer may be there from before a restart.
      ...{ channel, user, message: ts, since: ts, id: key, begun: edited !== undefined && !before },
      ...(thread !== undefined && { thread }),
      conversation: thread === undefined ? branch : conversationOf(channel, thread),
    };
    const handle = createHandle({
      spot: before?.spot ?? createReplyTarget(client, address),
      ...{ fetch, accepted, afterMs: before ? 0 : SIGNED_MS },
    });
    const overheard = !isForUs(said) && !mentioned;
    if (!overheard) asked.set(key, { eventId, edited: edited?.ts, handle });
    const pictures = picturesMeant(said, channel);
    // Not everything that people say to each other is worth asking Slack about.
    const where =
      overheard && said.parent_user_id !== me.user
        ? { conversation: conversationOf(channel, thread), around: [] }
        : await placed(thread, thread_ts, pictures, channel);
    const place: Place = {
      ...{ platform: PLATFORM, channel, asker: user },
      conversation: where.conversation,
      ...(thread === undefined && { branch }),
    };
    const question: ChatQuestion = {
      ...place,
      ...{ eventId, pictures, overheard, around: where.around },
      text: expressionIn(text, me.user),
      resume: resumeOf(address),
    };
    await chat.ask(question, handle);
  }

  /** Slack is asked about a thread only where that may matter; a mention may also come without its own files. */
  async function placed(
    thread: string | undefined,
    existing: string | undefined,
    pictures: readonly PictureRef[],
    channel: string,
  ) {
    const known = { conversation: conversationOf(channel, thread), around: [] };
    if (thread === undefined || (existing === undefined && pictures.length > 0)) return known;
    return whereIs(channel, thread);
  }

  async function takeBack(key: string): Promise<void> {
    const before = asked.get(key);
    asked.delete(key);
    chat.withdraw(PLATFORM, before?.eventId ?? key);
    await before?.handle.takeBack();
  }

  const isKnown = ({ channel, ts }: MessageEvent): boolean => asked.get(keyOf(channel, ts)) !== undefined;

  return {
    /** It is for us, whatever is in its text; its files come with the message, which may come later. */
    async mentioned(said: MessageEvent, accepted: Accepted): Promise<void> {
      if (!isBySomebody(said) || isKnown(said)) return;
      if (!said.files?.length) await sleep(RICHER_MS);
      if (!isKnown(said)) await ask(said, { accepted, mentioned: true });
    },
    /** Told again, or as a mention and as a message, it is the same question. */
    async said(said: MessageEvent, accepted: Accepted): Promise<void> {
      const wanted = isForUs(said) || isOverheard(said);
      if (wanted && !isKnown(said)) await ask(said, { accepted });
    },
    async changed({ channel, message }: MessageChangedEvent, accepted: Accepted): Promise<void> {
      const said: MessageEvent = { ...message, channel };
      const key = keyOf(channel, message.ts);
      // A deleted message that has answers stays as an empty one.
      if (message.subtype === 'tombstone') return takeBack(key);
      const before = asked.get(key);
      // Slack also tells of links that it shows, and of answers that were added.
      if (message.edited?.ts === undefined || message.edited.ts === before?.edited) return;
      if (!isForUs(said)) return before && takeBack(key);
      chat.withdraw(PLATFORM, before?.eventId ?? key);
      before?.handle.retire();
      await ask(said, { accepted, before: before?.handle });
    },
    deleted: ({ channel, deleted_ts }: MessageDeletedEvent): Promise<void> =>
      takeBack(keyOf(channel, deleted_ts)),
  };
}

const isAlone = ({ channel, channel_type }: MessageEvent): boolean =>
  channel_type === 'im' || isDirect(channel);

const keyOf = (channel: string, ts: string): string => `${channel}:${ts}`;
