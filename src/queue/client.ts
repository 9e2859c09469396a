import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Job, Queue, QueueEvents } from 'bullmq';
import { aborted, throwIfStopped, within } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import type { Picture } from '../picture/picture.ts';
import { enterLine, type Interest, leaveLine, stayInLine } from './line.ts';
import { putPicture } from './pictures.ts';
import { failureOf, type JobData, JobResult, jobId, type Work } from './protocol.ts';
import { BULL, type Connections, createClock } from './redis.ts';
import { listWorkers, noteQueue, type WorkerInfo } from './workers.ts';

export interface ClientOptions {
  readonly connections: Connections;
  /** As `queueName` makes it. */
  readonly queue: string;
  /** From asking to the answer, waiting included, in milliseconds. */
  readonly timeoutMs?: number;
  /** Without a worker for so long, in milliseconds, a question is refused. */
  readonly noWorkerMs?: number;
  /** What the pictures of all questions that wait may have together, in bytes. */
  readonly maxPictureBytes?: number;
  /** How often waiting questions are looked after, in milliseconds. */
  readonly tickMs?: number;
  readonly onEvent?: (event: QueueEvent) => void;
}

/** What became of one job, for logs and metrics: no word of a person. */
export interface QueueEvent {
  readonly question: string;
  readonly job: string;
  readonly kind: Work['kind'];
  /** From asking to the answer, in milliseconds. */
  readonly ms: number;
  /** Undefined where it was not answered. */
  readonly result?: Pick<JobResult, 'worker' | 'waitedMs' | 'ranMs'>;
  /** Whether somebody had asked the same before. */
  readonly shared: boolean;
  /** Undefined where it was answered. */
  readonly error?: SpotterError;
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly asker?: string | undefined;
  /** Id of the question in the logs of all processes. */
  readonly question?: string | undefined;
  /** Told how many are ahead, whenever that changes. */
  readonly onPosition?: ((ahead: number) => void) | undefined;
}

export interface QueueClient {
  /**
   * Has a worker do something with a picture, which needs its encoded bytes.
   * @throws SpotterError no-worker, queue-down, busy, timed-out, cancelled, and what the worker says
   */
  ask(work: Work, picture: Picture, options?: AskOptions): Promise<JobResult['answer']>;
  /** Whether a worker is alive now. @throws SpotterError queue-down */
  hasWorker(): Promise<boolean>;
  /** Connects. @throws SpotterError queue-down */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export const TIMEOUT_MS = 60_000;
export const NO_WORKER_MS = 10_000;
export const MAX_PICTURE_BYTES = 256 * 2 ** 20;
const TICK_MS = 1000;
/** Redis may be away for so long before questions are refused: it may be restarted, or another one takes its place. */
const AWAY_MS = 10_000;
const RETRY_MS = 200;
const FIRST_MS = 2000;
const CLOSE_MS = 1000;
/** Jobs that may wait for each worker, as many as for a detector process of one's own. */
const MAX_WAITING = 64;
/** Results are kept for the next one who asks the same, in seconds, and so many of them. */
export const KEPT = { age: 600, count: 1000 } as const;
/** So is what failed; only of what has killed workers it is believed. */
export const KEPT_FAILURES = { age: 600, count: 200 } as const;
/** Events that are kept; a client that missed one looks up its job. */
const MAX_EVENTS = 2000;

const FINISHED = { attempts: 1, removeOnComplete: KEPT, removeOnFail: KEPT_FAILURES } as const;

/** What has become of a job. */
type Outcome =
  | { readonly result: unknown }
  | { readonly failed: string }
  /** Redis knows nothing of it: it has lost its data. */
  | 'gone'
  | SpotterError;

interface Waiter {
  readonly interest: Interest;
  readonly options: AskOptions;
  /** Once it is in the queue. */
  added: boolean;
  readonly settle: (outcome: Outcome) => void;
}

/** One wait for an answer, however often its job has to be put into the queue for it. */
interface Going {
  readonly work: Work;
  readonly picture: Picture;
  readonly interest: Interest;
  readonly options: AskOptions;
  /** By the clock of Redis, which is known once that was asked. */
  deadline?: number;
  /** Settles when its job is in the queue. */
  entering?: Promise<void>;
}

type Jobs = Queue<JobData, JobResult, string>;

/** Asks workers through Redis. Connections are opened by the first call. */
export function createQueueClient(options: ClientOptions): QueueClient {
  const { connections, queue: name, onEvent = () => {} } = options;
  const { timeoutMs = TIMEOUT_MS, noWorkerMs = NO_WORKER_MS, tickMs = TICK_MS } = options;
  const { maxPictureBytes = MAX_PICTURE_BYTES } = options;
  const redis = connections.open('asker');
  const jobs: Jobs = new Queue(name, {
    ...BULL,
    connection: redis,
    skipWaitingForReady: true,
    streams: { events: { maxLen: MAX_EVENTS } },
  });
  const events = new QueueEvents(name, { ...BULL, connection: connections.open('worker') });
  const clock = createClock(redis);
  /** What is asked at once waits for the first connection, but not for long. */
  const connected = Promise.race([
    new Promise<void>((resolve) => redis.once('ready', () => resolve())),
    pause(FIRST_MS, undefined, { ref: false }),
  ]);
  // A Redis that was started again without its data knows nothing of it any more.
  redis.on(
    'ready',
    () => void redis.hset(jobs.toKey('meta'), 'opts.maxLenEvents', MAX_EVENTS).catch(() => {}),
  );
  const waiters = new Set<Waiter>();
  let workers: readonly WorkerInfo[] = [];
  let workerSeen = performance.now();
  let reached = performance.now();
  let listed = Number.NEGATIVE_INFINITY;

  const tell = (job: string, outcome: Outcome): void => {
    for (const waiter of [...waiters]) if (waiter.interest.job === job) waiter.settle(outcome);
  };
  // Connections say themselves what is wrong with them.
  jobs.on('error', () => {});
  events.on('error', () => {});
  events.on('completed', ({ jobId: job, returnvalue }) => tell(job, { result: returnvalue }));
  events.on('failed', ({ jobId: job, failedReason }) => tell(job, { failed: failedReason }));

  /** Who is alive, and what the clock of Redis says; asked anew at most once a tick. */
  async function look(): Promise<void> {
    if (performance.now() - listed < tickMs / 2) return;
    await clock.compare();
    workers = await listWorkers(redis, name, clock.now());
    reached = listed = performance.now();
    if (workers.length > 0) workerSeen = reached;
  }

  const withoutWorker = (): SpotterError | undefined =>
    performance.now() - workerSeen < noWorkerMs
      ? undefined
      : new SpotterError('no-worker', undefined, 'Start one with "spotter worker", or see "spotter queue".');

  /** Tries again for as long as Redis may be away. @throws SpotterError queue-down */
  async function retried<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await connected;
    const since = performance.now();
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        if (thrown instanceof SpotterError) throw thrown;
        if (isFinal(thrown) || performance.now() - since > AWAY_MS) throw connections.down(thrown);
        await pause(RETRY_MS, undefined, { signal });
      }
    }
  }

  /** Looks after all that wait: what no event has told, whether somebody is there to do it, who is ahead. */
  async function tick(): Promise<void> {
    if (waiters.size === 0) return;
    try {
      await look();
    } catch (thrown) {
      if (performance.now() - reached < AWAY_MS) return;
      for (const { settle } of [...waiters]) settle(connections.down(thrown));
      return;
    }
    const none = withoutWorker();
    const active = waiters.size > 0 && (await jobs.getActiveCount().catch(() => 0));
    await Promise.all(
      [...waiters].map(async ({ interest, options: { onPosition }, added, settle }) => {
        if (none) return settle(none);
        await stayInLine(redis, interest);
        const outcome = outcomeOf(await Job.fromId(jobs, interest.job));
        if (outcome === 'gone' ? added : outcome) return settle(outcome!);
        const rank = onPosition && (await redis.zrank(jobs.toKey('prioritized'), interest.job));
        if (typeof rank === 'number') onPosition?.(rank + Number(active));
        else onPosition?.(0);
      }),
    ).catch(() => {});
  }
  let ticking = false;
  const timer = setInterval(() => {
    if (ticking) return;
    ticking = true;
    void tick().finally(() => {
      ticking = false;
    });
  }, tickMs).unref();

  /** Why one more job is too much, with the time that it would take; undefined where it is not. */
  async function tooMuch(): Promise<SpotterError | undefined> {
    const {
      waiting = 0,
      prioritized = 0,
      active = 0,
    } = await jobs.getJobCounts(...(['waiting', 'prioritized', 'active'] as const));
    const ahead = waiting + prioritized + active;
    const rate = workers.reduce((sum, { paceMs }) => sum + (paceMs > 0 ? 1 / paceMs : 0), 0);
    const waitMs = rate > 0 ? ahead / rate : 0;
    if (waiting + prioritized < MAX_WAITING * Math.max(1, workers.length) && waitMs < timeoutMs)
      return undefined;
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    return new SpotterError('busy', undefined, `${ahead} are ahead; try again in about ${seconds} s.`);
  }

  /** Puts the job into the queue, unless it is there; undefined where it is to be waited for. */
  async function enter(
    { interest, settle, options: { question = interest.ticket } }: Waiter,
    going: Going,
    signal: AbortSignal,
  ): Promise<void> {
    const { job } = interest;
    const { work, picture } = going;
    const { sha256, encoded } = picture;
    if (!encoded) throw unforeseen('A picture without its encoded bytes cannot be sent.');
    await look();
    going.deadline ??= clock.now() + timeoutMs;
    const { deadline } = going;
    throwIfStopped(signal);
    // At once, since each of them is a way to Redis and back.
    const [known, { priority, pictureIsThere }, busy] = await Promise.all([
      Job.fromId(jobs, job),
      enterLine(redis, { ...interest, sha256, bytes: encoded.length }, { now: clock.now(), deadline }),
      tooMuch(),
    ]);
    const outcome = known && outcomeOf(known);
    if (outcome && outcome !== 'gone' && !isForgotten(known)) return settle(outcome);
    if (outcome) await known.remove();
    const none = withoutWorker();
    if (none) return settle(none);
    if (busy && !known) return settle(busy);
    if (!pictureIsThere)
      await putPicture(redis, { sha256, encoded }, { now: clock.now(), maxBytes: maxPictureBytes });
    const data = {
      ...{ question, asked: clock.now(), deadline, work },
      picture: { sha256, bytes: encoded.length },
    } as JobData;
    throwIfStopped(signal);
    await jobs.add(work.kind, data, { jobId: job, priority, ...FINISHED });
  }

  /** Has a job in the queue, and waits for what becomes of it. */
  async function once(going: Going, signal: AbortSignal): Promise<Outcome> {
    const { interest, options: asked } = going;
    let settle: (outcome: Outcome) => void = () => {};
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const stop = () => settle(aborted(signal));
    signal.addEventListener('abort', stop, { once: true });
    const waiter: Waiter = { interest, options: asked, added: false, settle };
    waiters.add(waiter);
    going.entering = retried(() => enter(waiter, going, signal), signal).then(() => {
      waiter.added = true;
    });
    going.entering.catch((thrown) => settle(connections.down(thrown)));
    try {
      return await outcome;
    } finally {
      waiters.delete(waiter);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Its reply is not waited for: what it fails to remove expires. */
  async function leave({ interest, entering }: Going, settled: boolean): Promise<void> {
    // What enters after leaving would stay.
    await entering?.catch(() => {});
    const last = await leaveLine(redis, interest);
    if (last && !settled) await jobs.remove(interest.job);
  }

  async function ask(work: Work, picture: Picture, asked: AskOptions = {}): Promise<JobResult['answer']> {
    const { signal, asker, question } = asked;
    const start = performance.now();
    const ticket = randomUUID();
    const job = jobId(picture.sha256, work);
    const interest: Interest = { queue: name, job, asker: asker ?? ticket, ticket };
    const going: Going = { work, picture, interest, options: asked };
    let shared = true;
    const seen = (rest: Pick<QueueEvent, 'result' | 'error'>) =>
      onEvent({
        ...{ question: question ?? ticket, job, kind: work.kind, ms: performance.now() - start, shared },
        ...rest,
      });
    let settled = false;
    try {
      const result = await within(
        timeoutMs,
        signal,
        async (inner) => {
          for (;;) {
            settled = false;
            const outcome = await once(going, inner);
            if (outcome instanceof SpotterError) throw outcome;
            if (outcome === 'gone') continue;
            // What has become of it is kept for the next one who asks the same.
            settled = true;
            if ('result' in outcome) return resultOf(outcome.result);
            const error = failureOf(outcome.failed) ?? givenUp(outcome.failed);
            // Another client, which asked the same, had less time or gave up.
            if (!OF_OTHERS.has(error.code) || inner.aborted) throw error;
            await pause(RETRY_MS, undefined, { signal: inner });
          }
        },
        () => new SpotterError('timed-out', undefined, `No worker answered within ${timeoutMs / 1000} s.`),
      );
      shared = result.question !== (question ?? ticket);
      seen({ result });
      return result.answer;
    } catch (thrown) {
      const error = signal?.aborted ? aborted(signal) : connections.down(thrown);
      seen({ error });
      throw error;
    } finally {
      leave(going, settled).catch(() => {});
    }
  }

  const soon = new AbortController();
  return {
    ask,
    async hasWorker() {
      await connected;
      await look().catch((thrown) => {
        throw connections.down(thrown);
      });
      return workers.length > 0;
    },
    async warm() {
      await retried(async () => {
        await look();
        await noteQueue(redis, name, clock.now());
      }, soon.signal);
    },
    async close() {
      soon.abort(new SpotterError('cancelled'));
      clearInterval(timer);
      for (const { settle } of [...waiters]) settle(aborted());
      const closed = Promise.allSettled([jobs.close(), events.close()]);
      // Without Redis it would wait for it.
      await Promise.race([closed, pause(CLOSE_MS)]);
      connections.close();
    },
  };
}

/** Undefined while it waits or is worked on. */
function outcomeOf(job: Job<JobData, JobResult> | undefined): Outcome | undefined {
  if (!job) return 'gone';
  if (job.finishedOn === undefined) return undefined;
  return job.failedReason ? { failed: job.failedReason } : { result: job.returnvalue };
}

/** What failed is tried again, but for what has killed workers, as long as that is remembered. */
const isForgotten = ({ failedReason, finishedOn = 0 }: Job): boolean =>
  Boolean(failedReason) &&
  (failureOf(failedReason) !== undefined || finishedOn < Date.now() - 1000 * KEPT_FAILURES.age);

/** What a worker says where nobody who asked was left, or had time left. */
const OF_OTHERS: ReadonlySet<string> = new Set(['timed-out', 'cancelled']);

/** Another attempt would end alike: it is full, or does not let us in. */
const isFinal = (thrown: unknown): boolean =>
  thrown instanceof Error && /^(?:OOM|NOAUTH|WRONGPASS|NOPERM)\b/.test(thrown.message);

/** @throws SpotterError internal, where a worker answers what nobody understands */
function resultOf(value: unknown): JobResult {
  const result = JobResult.safeParse(value);
  if (result.success) return result.data;
  throw unforeseen('The answer of a worker cannot be read.');
}

/** Why BullMQ itself has failed a job: it was found without its worker more than once. */
const givenUp = (reason: string): SpotterError =>
  /\bstalled\b/.test(reason)
    ? new SpotterError(
        'too-costly',
        'Two workers have stopped working on this question, so it is given up.',
        'Send another picture, or ask another way.',
      )
    : unforeseen(reason);

const unforeseen = (said: string): SpotterError => new SpotterError('internal', undefined, said);
