import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { unlessStopped } from '../abort.ts';
import { createBounded } from '../bounded.ts';
import { asSpotterError, isRefused, SpotterError } from '../errors.ts';
import type { Place } from '../place.ts';
import type { PendingItem } from '../store/pending.ts';
import { safeLines } from '../text.ts';
import { answerTo, goesOn } from './answer.ts';
import { type Answering, type ChatDeps, type Conversing, createPictures, createTurns } from './context.ts';
import type { Chat, ChatPress, ChatQuestion, Reply, ReplyHandle } from './contract.ts';
import { pressed } from './press.ts';
import { formatError, INTERRUPTED, NO_UPLOAD, RESTARTING } from './wording.ts';

/** What is older is not answered after a restart, but apologised for. */
const STALE_MS = 10 * 60_000;

/** A question that a process has died with is tried once more, and not by a third one. */
const MAX_DEATHS = 2;

const MAX_WITHDRAWN = 1000;

/** What is under way: it can be ended from outside. */
interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

type Work =
  | { readonly kind: 'ask'; readonly event: ChatQuestion }
  | { readonly kind: 'press'; readonly event: ChatPress };

/** Work that has been accepted. */
interface Taken {
  readonly key: string;
  readonly work: Work;
  /** Id of the question in the logs. */
  readonly question: string;
  readonly handle: ReplyHandle;
  /** When it was heard, by `performance.now()`. */
  readonly start: number;
}

/**
 * The conversation: what is asked is answered once, whatever fails, and what was asked before is known. What goes wrong is
 * said in the reply, so `ask` and `press` reject only where nothing can be said.
 *
 * @example
 * const chat = createChat({ spotter, store, followUp: readFollowUp, admit, admission, pending, feedback, observe, rememberMs });
 * await chat.ask({ platform: 'discord', eventId, conversation, channel, asker, text: 'the red cup', pictures, resume }, handle);
 */
export function createChat(deps: ChatDeps): Chat {
  const conversing: Conversing = {
    ...deps,
    turns: createTurns(deps.store, deps.rememberMs),
    pictures: createPictures(),
    newId: () => randomUUID().slice(0, 13),
  };
  const running = new Map<string, Running>();
  /** What was deleted before it was asked: adapters may still have been looking up what it is about. */
  const withdrawn = createBounded<true>(MAX_WITHDRAWN);
  /** Whose work the code that runs now is. */
  const current = new AsyncLocalStorage<AbortController>();
  const searches: NodeJS.Timeout[] = [];
  let closing = false;

  async function take(work: Work, handle: ReplyHandle): Promise<void> {
    const { event } = work;
    const key = keyOf(event);
    const start = performance.now();
    const question = randomUUID();
    try {
      const { platform, resume } = event;
      const isNew = await deps.pending
        .accept(key, { platform, resume, at: await deps.store.now(), work })
        .finally(() => handle.accepted?.());
      if (!isNew) {
        deps.observe({ kind: 'repeated', platform });
      } else if (withdrawn.get(key)) {
        await deps.pending.done(key);
      } else if (closing) {
        await say(handle, { text: RESTARTING, onlyAsker: true }, event);
        await deps.pending.done(key);
      } else {
        await run({ key, work, question, handle, start });
      }
    } catch (thrown) {
      deps.observe({
        kind: 'failed',
        ...{ platform: event.platform, question },
        ms: performance.now() - start,
        error: thrown,
      });
      await say(handle, { text: formatError(asSpotterError(thrown)), onlyAsker: true }, event);
    }
  }

  /** Answers, and then it is no longer pending; never rejects. */
  function run(taken: Taken): Promise<void> {
    const { key } = taken;
    const controller = new AbortController();
    const answered = current.run(controller, () => attempt(taken, controller.signal));
    const ended = answered.finally(async () => {
      running.delete(key);
      await deps.pending.done(key).catch(() => {});
    });
    running.set(key, { controller, ended });
    return ended;
  }

  async function attempt({ key, work, question, handle, start }: Taken, signal: AbortSignal): Promise<void> {
    const { event } = work;
    const { platform } = event;
    /** Another process answers what it took for left behind, such as while this one was suspended. */
    const isOurs = (): Promise<boolean> => deps.pending.owns(key).catch(() => true);
    const own: Answering = { ...conversing, question, begin: () => deps.pending.begin(key) };
    try {
      const answered =
        work.kind === 'ask'
          ? answerTo(work.event, handle, own, signal)
          : pressed(work.event, handle, own, signal);
      // Whatever does not listen to the signal is not waited for.
      const { reply, verdict } = await unlessStopped(answered, signal);
      if (!(await isOurs())) return deps.observe({ kind: 'repeated', platform });
      await say(handle, reply, event);
      if (verdict)
        deps.observe({ kind: 'answered', platform, question, ms: performance.now() - start, verdict });
    } catch (thrown) {
      if (signal.reason === WITHDRAWN) return;
      const error = signal.reason === INTERRUPTION ? signal.reason : thrown;
      deps.observe({ kind: 'failed', platform, question, ms: performance.now() - start, error });
      const text = error === INTERRUPTION ? INTERRUPTED : formatError(asSpotterError(error));
      if (await isOurs()) await say(handle, { text, onlyAsker: true }, event);
    }
  }

  /** Says it; without the picture where that may not be posted. What cannot be said at all is observed. */
  async function say(
    handle: ReplyHandle,
    given: Reply,
    { platform }: Pick<Place, 'platform'>,
  ): Promise<void> {
    const reply = safely(given);
    const attempt = (said: Reply): Promise<unknown> =>
      handle.answer(said).catch((error: unknown) => {
        deps.observe({ kind: 'not-said', platform, error });
        return error;
      });
    let trouble = await attempt(reply);
    // What the platform did not refuse may only have been lost on the way.
    if (trouble !== undefined && !isRefused(trouble)) trouble = await attempt(reply);
    if (trouble === undefined || !reply.picture) return;
    const { picture: _, ...words } = reply;
    await attempt(isRefused(trouble) ? { ...words, text: `${reply.text}\n${NO_UPLOAD}` } : words);
  }

  async function takeUp(platform: string, handleOf: Parameters<Chat['resume']>[1]): Promise<void> {
    const now = await deps.store.now();
    for (const { key, item, deaths } of await deps.pending.orphans(platform)) {
      const handle = handleOf(item.resume);
      const work = workOf(item);
      if (!handle || !work || deaths >= MAX_DEATHS || now - item.at > STALE_MS) {
        if (handle) await say(handle, { text: INTERRUPTED, onlyAsker: true }, { platform });
        await deps.pending.done(key);
      } else {
        void run({ key, work, question: randomUUID(), handle, start: performance.now() });
      }
    }
  }

  return {
    async ask(event, handle) {
      // What was said to others leaves no trace, not even where the store is away.
      if (event.overheard && !(await goesOn(event, conversing).catch(() => false))) return;
      await take({ kind: 'ask', event }, handle);
    },
    press: (event, handle) => take({ kind: 'press', event }, handle),
    withdraw(platform, eventId) {
      const key = keyOf({ platform, eventId });
      withdrawn.set(key, true);
      running.get(key)?.controller.abort(WITHDRAWN);
    },
    async forget(place) {
      const turns = await conversing.turns.forget(place);
      const judged = await deps.feedback.forget(place);
      const questions = turns.flatMap(({ sha256, expression }) => (sha256 ? [{ sha256, expression }] : []));
      await deps.spotter.forget(questions);
      await deps.store.purge();
      return turns.length + judged;
    },
    async resume(platform, handleOf) {
      await takeUp(platform, handleOf);
      // Others may die later, and of those on other machines it can be told only when their lease is over.
      const again = () =>
        takeUp(platform, handleOf).catch((error) => deps.observe({ kind: 'not-said', platform, error }));
      searches.push(setInterval(again, deps.pending.leaseMs).unref());
    },
    fail(thrown) {
      const controller = current.getStore();
      controller?.abort(asSpotterError(thrown));
      return controller !== undefined;
    },
    async close(ms) {
      closing = true;
      for (const search of searches) clearInterval(search);
      const all = [...running.values()];
      const late = setTimeout(() => {
        for (const { controller } of all) controller.abort(INTERRUPTION);
      }, ms).unref();
      await Promise.all(all.map(({ ended }) => ended));
      clearTimeout(late);
    },
  };
}

/** What people wrote is in it: nothing of that turns the direction of writing, or is no character at all. */
function safely({ text, picture, ...rest }: Reply): Reply {
  const clean = (words: string): string => safeLines(words).join('\n');
  return {
    ...{ ...rest, text: clean(text) },
    ...(picture && { picture: { ...picture, alt: clean(picture.alt) } }),
  };
}

const WITHDRAWN = new SpotterError('cancelled', 'The question was withdrawn.');
const INTERRUPTION = new SpotterError('cancelled', INTERRUPTED);

const keyOf = ({ platform, eventId }: { readonly platform: string; readonly eventId: string }): string =>
  `${platform}:${eventId}`;

/** It was written by a version of this program, and perhaps not this one. */
function workOf({ work }: PendingItem): Work | undefined {
  const { kind, event } = (work ?? {}) as Partial<Work>;
  return (kind === 'ask' || kind === 'press') && event ? (work as Work) : undefined;
}
