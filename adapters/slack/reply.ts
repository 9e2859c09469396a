import { within } from '../../src/abort.ts';
import type { Reply, ReplyHandle } from '../../src/chat/contract.ts';
import { createProgressReply, type ProgressReply } from '../../src/chat/wording.ts';
import { SpotterError } from '../../src/errors.ts';
import type { PictureRef } from '../../src/place.ts';
import { type Client, cannotReply, isAnswer, isBarred, isDirect, type SlackMessage } from './context.ts';
import { hasButtons, markIn, type Outgoing, outgoing } from './outgoing.ts';
import { upload } from './pictures.ts';

/** The place of one answer. One thing is done after the other, so that what was said last is what stays. */
export interface ReplyTarget {
  /** Shows at once that we are at it, where it is asked by a message. */
  sign(): void;
  /** Says how far we are. */
  working(words: string): Promise<void>;
  answer(reply: Reply): Promise<void>;
  /** Takes away what is there. */
  remove(): Promise<void>;
}

/** Of what came after a question, so much is searched for an answer that was begun. */
const SEARCHED = 100;

/** @param respond also works where we are not in the channel; see createRespond */
export function createReplyTarget(client: Client, address: Address, respond?: Respond): ReplyTarget {
  const { channel, user, thread, message: question, begun = false } = address;
  const mark = { id: address.id, conversation: address.conversation };
  const place = { channel, ...(thread !== undefined && { thread_ts: thread }) };
  const sign = createReaction(client, address);
  let shown: string | undefined;
  let searched = !begun;
  /** The picture was posted before a restart. */
  let pictured = false;
  /** The picture that is there; one of an earlier version of the question goes. */
  let file: string | undefined;
  /** We cannot write there ourselves. */
  let outside = false;

  /** Finds what a process before this one may have begun, once. */
  async function search(): Promise<void> {
    if (searched) return;
    searched = true;
    const since = { channel, oldest: address.since, limit: SEARCHED };
    const { messages = [] } =
      thread === undefined
        ? await client.conversations.history(since)
        : await client.conversations.replies({ ...since, ts: thread });
    const own = (messages as SlackMessage[]).find((each) => markIn(each)?.id === mark.id);
    shown = own?.ts;
    pictured = own !== undefined && hasButtons(own);
  }

  async function put(message: Outgoing): Promise<void> {
    await search().catch(() => {});
    if (shown !== undefined && (await updated(client, channel, shown, message))) return;
    shown = (await client.chat.postMessage({ ...place, ...message })).ts;
  }

  async function show({ text, picture, buttons = [] }: Reply): Promise<void> {
    const message = outgoing(text, buttons, mark);
    await search().catch(() => {});
    const before = file;
    file = picture && !pictured ? await post(picture) : undefined;
    pictured = false;
    try {
      await put(message);
    } catch (thrown) {
      if (!respond || !isBarred(thrown)) throw thrown;
      await respond(message, 'all');
    }
    await unpost(before);
  }

  function post(picture: NonNullable<Reply['picture']>): Promise<string> {
    if (outside) throw new SpotterError('cannot-reply', 'I am not in that channel.');
    return upload(client, { channel, thread }, picture);
  }

  async function unpost(picture: string | undefined): Promise<void> {
    if (picture !== undefined) await client.files.delete({ file: picture }).catch(() => {});
  }

  async function whisper({ text, buttons = [] }: Reply): Promise<void> {
    const message = outgoing(text, buttons, mark);
    await remove().catch(() => {});
    // A thread that nobody has answered in yet does not show such a message.
    const at = thread === question ? { channel } : place;
    const said = respond
      ? respond(message, 'asker')
      : client.chat.postEphemeral({ ...at, user, ...message }).then(() => {});
    // Better before all than not at all.
    await said.catch(() => put(message));
  }

  async function remove(): Promise<void> {
    await search().catch(() => {});
    const there = shown;
    shown = undefined;
    await unpost(file);
    file = undefined;
    if (there === undefined) return;
    await client.chat.delete({ channel, ts: there }).catch((thrown) => {
      if (!isAnswer(thrown)) throw thrown;
    });
  }

  return inTurn({
    sign: sign.on,
    async working(words) {
      const message = outgoing(words, [], mark);
      try {
        if (!outside) await put(message);
      } catch (thrown) {
        if (!respond || !isBarred(thrown)) throw thrown;
        // Such answers are few, and cannot be changed: once is enough.
        outside = true;
        await respond(message, 'asker');
      }
    },
    async answer(reply) {
      // A message for one alone has no room for a picture, and in a direct conversation there is but one.
      const alone = reply.onlyAsker && !reply.picture && !isDirect(channel);
      await (alone ? whisper(reply) : show(reply)).finally(sign.off);
    },
    remove: () => remove().finally(sign.off),
  });
}

/** False where Slack does not let us, for instance since somebody took it away in the meantime. */
async function updated(client: Client, channel: string, ts: string, message: Outgoing): Promise<boolean> {
  const { text, blocks, parse, link_names } = message;
  try {
    await client.chat.update({ channel, ts, text, blocks, parse, link_names });
    return true;
  } catch (thrown) {
    if (isAnswer(thrown)) return false;
    throw thrown;
  }
}

function inTurn(spot: ReplyTarget): ReplyTarget {
  let last: Promise<void> = Promise.resolve();
  const after = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  return {
    sign: spot.sign,
    working: (words) => after(() => spot.working(words)),
    answer: (reply) => after(() => spot.answer(reply)),
    remove: () => after(() => spot.remove()),
  };
}

/** Slack wants messages of a channel to come and change about once a second, and people cannot read faster. */
const PROGRESS_EVERY_MS = 3000;

/** For how long a reaction on the question is enough, in milliseconds: so of a quick answer there is one message. */
export const SIGNED_MS = 1500;

/** Slack itself takes a gigabyte. */
const MAX_BYTES = 20 * 2 ** 20;

/** Tells Slack that we were told; never rejects. */
export type Accepted = () => Promise<void>;

export interface HandleOptions {
  readonly spot: ReplyTarget;
  readonly fetch: (picture: PictureRef, signal: AbortSignal) => Promise<Uint8Array>;
  /** See ReplyHandle. */
  readonly accepted?: Accepted | undefined;
  readonly everyMs?: number;
  /** Progress is not said before, in milliseconds; at once unless told. */
  readonly afterMs?: number;
}

export interface Handle extends ReplyHandle, ProgressReply {
  readonly spot: ReplyTarget;
}

/** Answers in one spot: with progress that is not too frequent, and in order. */
export function createHandle(options: HandleOptions): Handle {
  const { spot, fetch, accepted, everyMs = PROGRESS_EVERY_MS, afterMs = 0 } = options;
  const refuse = (thrown: unknown): never => {
    throw cannotReply(thrown);
  };
  const telling = createProgressReply({
    show: (words) => spot.working(words).catch(refuse),
    say: (reply) => spot.answer(reply).catch(refuse),
    remove: spot.remove,
    ...{ everyMs, afterMs },
  });
  return {
    ...{ spot, maxBytes: MAX_BYTES, fetch, ...telling, ...(accepted && { accepted }) },
    progress(words) {
      spot.sign();
      return telling.progress(words);
    },
  };
}

/** Where an answer goes. */
export interface Address {
  readonly channel: string;
  /** Who asks. */
  readonly user: string;
  /** The thread that it goes to; none in a direct conversation, and where nobody wrote a message. */
  readonly thread?: string;
  /** The message that is answered. */
  readonly message?: string;
  /** When it was asked, in Slack's way: seconds since 1970. */
  readonly since: string;
  /** Tells one of our answers from the others. */
  readonly id: string;
  /** The conversation that goes on from the answer. */
  readonly conversation: string;
  /** Whether we may have begun to answer it before a restart. */
  readonly begun?: boolean;
}

const NONE = '-';

/** As text to be kept until after a restart. */
export const resumeOf = ({ channel, user, thread, message, since, id, conversation }: Address): string =>
  [channel, user, thread ?? NONE, message ?? NONE, since, id, conversation].join(' ');

/** Undefined for what is none. */
export function readResume(text: string): Address | undefined {
  const parts = text.split(' ');
  if (parts.length !== 7 || parts.includes('')) return undefined;
  const [channel, user, thread, message, since, id, conversation] = parts as [
    ...[string, string, string, string],
    ...[string, string, string],
  ];
  return {
    ...{ channel, user, since, id, conversation, begun: true },
    ...(thread !== NONE && { thread }),
    ...(message !== NONE && { message }),
  };
}

const TIMEOUT_MS = 10_000;

/** Says something where a command, a form or a button was used, whether or not we are in that channel. */
export type Respond = (message: Outgoing, to: 'asker' | 'all') => Promise<void>;

/**
 * @param url `response_url` of what Slack has told us; good for half an hour, and for five answers
 * @param thread where the answer goes, where it is not the channel itself
 */
export const createRespond =
  (url: string, thread?: string): Respond =>
  async ({ text, blocks }, to) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: JSON.stringify({
        ...{ text, blocks },
        response_type: to === 'asker' ? 'ephemeral' : 'in_channel',
        replace_original: false,
        ...(thread !== undefined && { thread_ts: thread }),
      }),
    });
    if (!response.ok)
      throw new SpotterError('cannot-reply', `Slack does not take the answer (${response.status}).`);
  };

const WORKING_EMOJI = 'eyes';
/** Longer, and nobody is waiting for a sign any more. */
const PATIENCE_MS = 3000;

/**
 * A reaction on the question while it is worked on: it is there before a message could be. Nothing depends on it.
 * @param address of an answer; where that is to no message, there is no sign
 */
function createReaction(client: Client, { channel, message, begun = false }: Address) {
  const at = { channel, timestamp: message ?? '', name: WORKING_EMOJI };
  const tried = (call: () => Promise<unknown>): Promise<unknown> =>
    within(PATIENCE_MS, undefined, call, () => new Error('too late')).catch(() => {});
  let on: Promise<unknown> | undefined = begun ? Promise.resolve() : undefined;
  return {
    on(): void {
      if (message !== undefined) on ??= tried(() => client.reactions.add(at));
    },
    async off(): Promise<void> {
      const before = on;
      on = undefined;
      if (before === undefined || message === undefined) return;
      await before;
      await tried(() => client.reactions.remove(at));
    },
  };
}
