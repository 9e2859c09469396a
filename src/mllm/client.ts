import { SpotterError } from '../errors.ts';
import { within } from '../within.ts';
import { type Breaker, type BreakerOptions, createBreaker, type Health } from './breaker.ts';
import { createAdapter } from './client-adapt.ts';
import { type EndpointOptions, openEndpoint } from './client-endpoint.ts';
import { MllmFailure } from './client-failure.ts';
import { type Answer, readAnswer, WITHHELD } from './client-reply.ts';
import { type Body, toBody } from './client-request.ts';
import { costOf, type Usage } from './cost.ts';
import { createLimit, type LimitOptions } from './limit.ts';
import type { Mllm, MllmRequest } from './mllm.ts';
import type { Profile } from './profile.ts';
import { type RetryOptions, withRetries } from './retry.ts';

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
  async function attempt(body: Body, signal: AbortSignal): Promise<Answer> {
    const sent = adapter.adapt(body);
    try {
      return readAnswer(await endpoint.complete(sent.body, signal), host);
    } catch (thrown) {
      if (!(thrown instanceof MllmFailure)) throw thrown;
      if (thrown.details.apiCode === 'content_filter')
        return { text: WITHHELD, finish: 'refused', usage: undefined };
      if (!adapter.learn(thrown, sent)) throw thrown;
    }
    return attempt(body, signal);
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
