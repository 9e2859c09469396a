import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { within } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { createAdapter, type EndpointOptions, openEndpoint } from './endpoint.ts';
import { costOf, type Mllm, type MllmRequest, type Usage } from './mllm.ts';
import type { Profile } from './profile.ts';
import { type Answer, type Body, MllmFailure, readCompletion, toBody, WITHHELD } from './transport.ts';

export interface MllmOptions extends EndpointOptions {
  /** As the endpoint knows it; with Azure, the name of the deployment. */
  readonly model: string;
  /** See `profileFor`. */
  readonly profile: Profile;
  readonly timeouts?: {
    /** One attempt, up to the last byte, in milliseconds; 30 s unless told. */
    readonly attemptMs?: number;
    /** A question altogether, unless it says otherwise; 60 s unless told. */
    readonly totalMs?: number;
  };
  readonly limit?: LimitOptions;
  readonly retry?: RetryOptions;
  readonly breaker?: Pick<BreakerOptions, 'failures' | 'restMs'>;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * A multimodal model behind an OpenAI-compatible endpoint. One object stands for one endpoint: its limit and its circuit
 * breaker are for all that ask it.
 *
 * @example
 * const model = 'Qwen/Qwen2.5-VL-7B-Instruct';
 * const profile = profileFor(model, { server: 'vllm' });
 * const mllm = createMllm({ baseURL: 'http://localhost:8000/v1', model, profile });
 * @throws SpotterError bad-config, for a base URL or key that cannot be used
 */
export function createMllm(options: MllmOptions): Mllm {
  const { model, profile, timeouts = {}, now = () => performance.now() } = options;
  const { attemptMs = 30_000, totalMs = 60_000 } = timeouts;
  const endpoint = openEndpoint(options);
  const { host } = endpoint;
  const limit = createLimit(options.limit);
  const breaker = breakerOf(host, options);
  const adapter = createAdapter();

  /** One attempt; more than one request only where a server refuses a parameter that can be done without. */
  async function attempt(body: Body, signal: AbortSignal, before?: Usage): Promise<Answer> {
    const sent = adapter.adapt(body);
    let spent = before;
    try {
      const answer = readCompletion(await endpoint.complete(sent.body, signal), host);
      return { ...answer, usage: sumUsage(before, answer.usage) };
    } catch (thrown) {
      if (!(thrown instanceof MllmFailure)) throw thrown;
      if (thrown.details.apiCode === 'content_filter')
        return { text: WITHHELD, finish: 'refused', usage: undefined };
      if (!adapter.learn(thrown, sent)) throw thrown;
      spent = sumUsage(before, thrown.details.usage);
    }
    return attempt(body, signal, spent);
  }

  async function ask(request: MllmRequest) {
    const body = toBody(model, profile, request);
    const allowedMs = request.timeoutMs ?? totalMs;
    const end = now() + allowedMs;
    const taken = createTaken(now);
    let last: unknown;

    async function measured(signal: AbortSignal): Promise<Answer> {
      const stop = taken.start();
      const stalled = () =>
        new MllmFailure('stalled', { host, detail: `nothing within ${seconds(attemptMs)}` });
      try {
        return await within(attemptMs, signal, (inner) => attempt(body, inner), stalled);
      } catch (thrown) {
        last = thrown;
        throw thrown;
      } finally {
        stop();
      }
    }

    const tryAll = (signal: AbortSignal) =>
      withRetries(
        (tries) =>
          breaker.run(() => measured(signal)).catch((thrown) => Promise.reject(counted(thrown, tries))),
        { signal, remainingMs: () => end - now(), retryable },
        options.retry,
      );
    const late = () => timedOut(host, allowedMs, last);
    let usage: Usage | undefined;
    const cost = () => costOf({ ...taken.sofar(), usage }, profile.price);
    try {
      const waiting = (signal: AbortSignal) => limit(() => tryAll(signal), signal);
      const { usage: counted, ...answer } = await within(allowedMs, request.signal, waiting, late);
      usage = counted;
      return { ...answer, cost: cost() };
    } finally {
      request.onCost?.(cost());
    }
  }

  return { id: model, where: endpoint.where, profile, ask };
}

/** What an answer took together with what was asked in vain before it. */
function sumUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (!a || !b) return a ?? b;
  return { promptTokens: a.promptTokens + b.promptTokens, answerTokens: a.answerTokens + b.answerTokens };
}

/** Counts attempts, which come one after the other, and their time; one still going on counts as well. */
function createTaken(now: () => number) {
  let calls = 0;
  let ms = 0;
  let since: number | undefined;
  const sofar = () => ({ calls, ms: ms + (since === undefined ? 0 : now() - since) });
  return {
    sofar,
    start(): () => void {
      calls++;
      since = now();
      return () => {
        ({ ms } = sofar());
        since = undefined;
      };
    },
  };
}

function breakerOf(host: string, { breaker, now }: MllmOptions): Breaker {
  return createBreaker({
    ...breaker,
    ...(now && { now }),
    health,
    refusal: (waitMs, last) => {
      const next = waitMs > 0 ? `it is tried again in ${seconds(waitMs)}` : 'it is being tried right now';
      const before = last instanceof Error ? `, after: ${last.message}` : '';
      return new MllmFailure('resting', { host, detail: `${next}${before}` });
    },
  });
}

/** What a question has run out of time for counts against the endpoint; what somebody has given up does not. */
function health(thrown: unknown): Health {
  if (thrown instanceof MllmFailure) return thrown.sick ? 'sick' : 'well';
  return thrown instanceof SpotterError && thrown.code === 'timed-out' ? 'sick' : 'unknown';
}

function retryable(thrown: unknown): { afterMs?: number } | undefined {
  if (!(thrown instanceof MllmFailure && thrown.retry)) return undefined;
  const { retryAfterMs } = thrown.details;
  return retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
}

const counted = (thrown: unknown, tries: number): unknown =>
  thrown instanceof MllmFailure && tries > 1 ? thrown.after(tries) : thrown;

function timedOut(host: string, ms: number, last: unknown): SpotterError {
  const before =
    last instanceof Error ? `Before that: ${last.message}` : 'Try again later, or allow it more time.';
  return new SpotterError(
    'timed-out',
    `The language model at ${host} had ${seconds(ms)}, which was not enough.`,
    before,
  );
}

const seconds = (ms: number): string => `${Number((ms / 1000).toPrecision(2))} s`;

/** Whether something that was thrown says that the endpoint is not well, that it is, or neither. */
export type Health = 'sick' | 'well' | 'unknown';

export interface BreakerOptions {
  /** Failures in a row that open it; 5 unless told. */
  readonly failures?: number;
  /** How long nothing is tried then, in milliseconds; 15 s unless told. */
  readonly restMs?: number;
  readonly health: (thrown: unknown) => Health;
  /** What is thrown while it is open: `waitMs` until the next try (0 where one is under way), and what failed last. */
  readonly refusal: (waitMs: number, last: unknown) => Error;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

export interface Breaker {
  /** Runs the work unless it is open. */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly state: 'closed' | 'open' | 'half-open';
}

/**
 * A circuit breaker: after some failures in a row nothing is tried for a while, so that questions do not wait for what
 * is down; then one try decides whether it closes or rests again.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const { failures = 5, restMs = 15_000, health, refusal, now = () => performance.now() } = options;
  let inARow = 0;
  let until: number | undefined;
  let trying = false;
  let last: unknown;

  function close() {
    inARow = 0;
    until = undefined;
  }

  function judge(thrown: unknown, isTry: boolean) {
    const found = health(thrown);
    if (found === 'well') close();
    if (found !== 'sick') return;
    last = thrown;
    inARow++;
    // What was begun before it opened does not prolong its rest.
    if (isTry || (until === undefined && inARow >= failures)) until = now() + restMs;
  }

  return {
    async run(work) {
      const isTry = until !== undefined;
      if (until !== undefined && (trying || now() < until)) {
        throw refusal(trying ? 0 : until - now(), last);
      }
      trying = isTry;
      try {
        const result = await work();
        close();
        return result;
      } catch (thrown) {
        judge(thrown, isTry);
        throw thrown;
      } finally {
        if (isTry) trying = false;
      }
    },
    get state() {
      if (until === undefined) return 'closed';
      return now() < until ? 'open' : 'half-open';
    },
  };
}

export interface LimitOptions {
  /** How many run at a time; 4 unless told. */
  readonly concurrency?: number;
  /** How many more may wait; 32 unless told. */
  readonly waiting?: number;
}

export type Limit = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Runs only so many at a time, the others in the order they came; one whose signal fires leaves the line.
 * @throws SpotterError busy, when too many wait already
 */
function createLimit({ concurrency = 4, waiting = 32 }: LimitOptions = {}): Limit {
  const queue = new PQueue({ concurrency });
  return async (work, signal) => {
    if (queue.pending >= concurrency && queue.size >= waiting) {
      throw new SpotterError(
        'busy',
        `${queue.size} questions are waiting for the language model already.`,
        'Ask again in a minute.',
      );
    }
    return queue.add(work, { signal });
  };
}

export interface RetryOptions {
  /** How often it is tried again; 2 unless told. */
  readonly retries?: number;
  /** The wait before the first retry is somewhere below this, and doubles with each; 500 ms unless told. */
  readonly baseMs?: number;
  /** Longest wait that is made up here; 8 s unless told. */
  readonly capMs?: number;
  /** Longest wait that a server may ask for: beyond it, the failure stands; 20 s unless told. */
  readonly retryAfterCapMs?: number;
  /** 0 up to 1. */
  readonly random?: () => number;
}

export interface Retried {
  readonly signal: AbortSignal;
  /** Time left for everything, in milliseconds. A retry that would come later is not waited for. */
  remainingMs(): number;
  /** Undefined where trying again is of no use; else what the server asks to wait, if it does, in milliseconds. */
  retryable(thrown: unknown): { readonly afterMs?: number } | undefined;
}

/**
 * Tries again what may succeed later. Waits are full jitter (anywhere between nothing and the doubling bound), so that
 * many who failed together do not come back together.
 */
export async function withRetries<T>(
  attempt: (tries: number) => Promise<T>,
  { signal, remainingMs, retryable }: Retried,
  options: RetryOptions = {},
): Promise<T> {
  const { retries = 2, baseMs = 500, capMs = 8000, retryAfterCapMs = 20_000, random = Math.random } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries);
    } catch (thrown) {
      const again = tries <= retries && !signal.aborted ? retryable(thrown) : undefined;
      if (!again) throw thrown;
      const { afterMs } = again;
      if (afterMs !== undefined && afterMs > retryAfterCapMs) throw thrown;
      const wait = afterMs ?? random() * Math.min(capMs, baseMs * 2 ** (tries - 1));
      if (wait >= remainingMs()) throw thrown;
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
