import type { Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { hasButtons, markIn } from './blocks.ts';
import type { Client } from './client.ts';
import { isAnswer, isBarred } from './failures.ts';
import { type Outgoing, outgoing } from './outgoing.ts';
import type { Respond } from './respond.ts';
import type { Address } from './resume.ts';
import { isDirect, type SlackMessage } from './shapes.ts';
import { createSign } from './sign.ts';
import { upload } from './upload.ts';

/** The place of one answer. One thing is done after the other, so that what was said last is what stays. */
export interface Spot {
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
export function createSpot(client: Client, address: Address, respond?: Respond): Spot {
  const { channel, user, thread, message: question, begun = false } = address;
  const mark = { id: address.id, conversation: address.conversation };
  const place = { channel, ...(thread !== undefined && { thread_ts: thread }) };
  const sign = createSign(client, address);
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

function inTurn(spot: Spot): Spot {
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
