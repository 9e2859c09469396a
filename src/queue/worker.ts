import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { within } from '../abort.ts';
import { VERSION } from '../config.ts';
import type { Detector } from '../detector/detector.ts';
import { asSpotterError, SpotterError } from '../errors.ts';
import type { Observers } from '../observer/observers.ts';
import type { Picture } from '../picture/picture.ts';
import { readPicture } from '../picture/read.ts';
import { createSingleFlight, inMemory } from '../single-flight.ts';
import { KEPT, KEPT_FAILURES } from './client.ts';
import { isWaitedFor } from './line.ts';
import { getPicture } from './pictures.ts';
import { failureText, JobData, type JobResult, type Work } from './protocol.ts';
import { BULL, type Connections, createClock } from './redis.ts';
import { ANNOUNCE_MS, announce, type WorkerInfo, withdraw } from './workers.ts';

/** What became of one job, for logs and metrics: no word of a person. */
export interface WorkerEvent {
  readonly question: string;
  readonly job: string;
  readonly kind: Work['kind'];
  readonly waitedMs: number;
  readonly ranMs: number;
  /** Undefined where it was answered. */
  readonly error?: SpotterError;
}

export interface WorkerOptions {
  readonly connections: Connections;
  /** As `queueName` makes it of the models that these run. */
  readonly queue: string;
  readonly detector: Detector;
  readonly observers: Observers;
  /** Jobs at a time: with two, one is prepared while the other one runs. */
  readonly concurrency?: number;
  /** For others to see: "starter". */
  readonly name?: string;
  /** Where the model runs, once that is known. */
  readonly device?: () => string | undefined;
  readonly onJob?: (event: WorkerEvent) => void;
  /** Told what goes wrong apart from jobs, without secrets. */
  readonly onTrouble?: (said: string) => void;
  /** How long a job belongs to a worker that shows no sign of life, and how often that is looked for, in milliseconds. */
  readonly lockMs?: number;
  readonly stalledMs?: number;
}

export interface QueueWorker {
  readonly info: WorkerInfo;
  /** Whether Redis can be reached. */
  ready(): boolean;
  /** Takes nothing new, finishes what is in hand, and gives back what is not finished within that time. */
  close(ms?: number): Promise<void>;
}

/** A dead worker's job is another one's after the lock has expired and somebody has looked: within 7 s. */
const LOCK_MS = 5000;
const STALLED_MS = 2000;
/** A job that was found without its worker twice may be what they have died of. */
const MAX_DEATHS = 2;
const RETRY_MS = 1000;
const CLOSE_MS = 8000;
/** How much the latest answer counts in the running mean. */
const RECENT = 0.2;
/** Decoded pictures of the last jobs: at most 12 MB each. */
const PICTURES_KEPT = 4;

/**
 * Takes jobs from the queue, one after the other, and answers them by a detector and observers of its own. This process only
 * waits: the detector runs in another one, so locks are renewed whatever a model does.
 */
export function createQueueWorker(options: WorkerOptions): QueueWorker {
  const { connections, queue, detector, observers, concurrency = 2 } = options;
  const { onJob = () => {}, onTrouble = () => {} } = options;
  const redis = connections.open('worker');
  const clock = createClock(redis);
  const pictures = createPictureSource(redis);
  const id = randomUUID();
  const returning = new AbortController();
  let [active, done, failed, paceMs, lastEnd] = [0, 0, 0, 0, 0];

  async function run(
    job: Job,
    { work, picture: { sha256 }, deadline }: JobData,
  ): Promise<JobResult['answer']> {
    const left = deadline - clock.now();
    if (left <= 0) throw new SpotterError('timed-out', 'Nobody waits for the answer any more.');
    return within(
      left,
      returning.signal,
      async (signal) => {
        const [picture, isWanted] = await Promise.all([
          pictures.get(sha256, signal),
          isWaitedFor(redis, queue, job.id!),
        ]);
        if (!isWanted) throw new SpotterError('cancelled', 'Nobody waits for the answer any more.');
        return WAYS[work.kind](work as never, picture, { detector, observers, signal });
      },
      () => new SpotterError('timed-out'),
    );
  }

  /** @throws UnrecoverableError with what those who asked are told */
  async function answer(job: Job, token?: string): Promise<JobResult> {
    const start = performance.now();
    const data = dataOf(job);
    active += 1;
    const { question, asked, work } = data;
    const about = { question, job: job.id!, kind: work.kind };
    const waitedMs = Math.max(0, clock.now() - asked);
    try {
      const answered = await run(job, data);
      const ranMs = performance.now() - start;
      done += 1;
      measure(start);
      onJob({ ...about, waitedMs, ranMs });
      return { worker: id, question, waitedMs, ranMs, answer: answered };
    } catch (thrown) {
      if (returning.signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const error = asSpotterError(thrown);
      failed += 1;
      onJob({ ...about, waitedMs, ranMs: performance.now() - start, error });
      throw new UnrecoverableError(failureText(error));
    } finally {
      active -= 1;
    }
  }

  /** Jobs overlap: what one costs the next is the time since the one before ended. */
  function measure(began: number): void {
    const now = performance.now();
    const ms = now - Math.max(began, lastEnd);
    lastEnd = now;
    paceMs = paceMs ? (1 - RECENT) * paceMs + RECENT * ms : ms;
  }

  const worker = new Worker<JobData, JobResult>(queue, answer, {
    connection: redis,
    ...BULL,
    name: id,
    concurrency,
    lockDuration: options.lockMs ?? LOCK_MS,
    stalledInterval: options.stalledMs ?? STALLED_MS,
    maxStalledCount: MAX_DEATHS - 1,
    runRetryDelay: RETRY_MS,
    removeOnComplete: KEPT,
    removeOnFail: KEPT_FAILURES,
  });
  worker.on('error', (thrown) => onTrouble(connections.down(thrown).hint || thrown.message));
  worker.on('stalled', (job) =>
    onTrouble(`the worker of job ${job} has stopped; it is given to another one`),
  );

  const since = Date.now();
  const infoNow = (): WorkerInfo => ({
    ...{ id, host: hostname(), pid: process.pid, version: VERSION, since },
    detector: options.name ?? detector.id,
    device: options.device?.() ?? null,
    ...{ concurrency, active, done, failed, paceMs },
  });
  let telling = false;
  const tell = async (): Promise<void> => {
    if (telling) return;
    telling = true;
    try {
      await clock.compare();
      await announce(redis, queue, infoNow(), clock.now());
    } catch {
      // The connection says itself what is wrong; it is told again soon.
    } finally {
      telling = false;
    }
  };
  void tell();
  const timer = setInterval(tell, ANNOUNCE_MS);

  return {
    get info() {
      return infoNow();
    },
    ready: () => redis.status === 'ready',
    async close(ms = CLOSE_MS) {
      clearInterval(timer);
      const giveBack = setTimeout(() => returning.abort(new SpotterError('cancelled')), ms);
      // Whoever asks is not to count on it from now on.
      if (redis.status === 'ready') await withdraw(redis, queue, id).catch(() => {});
      const closed = worker.close().catch(() => {});
      const late = new Promise((resolve) => setTimeout(resolve, ms + RETRY_MS).unref());
      await Promise.race([closed, late]);
      clearTimeout(giveBack);
      connections.close();
    },
  };
}

/** @throws UnrecoverableError */
function dataOf(job: Job): JobData {
  const data = JobData.safeParse(job.data);
  if (data.success) return data.data;
  const error = new SpotterError('internal', undefined, 'The job is not what a worker understands.');
  throw new UnrecoverableError(failureText(error));
}

interface Means {
  readonly detector: Detector;
  readonly observers: Observers;
  readonly signal: AbortSignal;
}

type Way<K extends Work['kind']> = (
  work: Extract<Work, { readonly kind: K }>,
  picture: Picture,
  means: Means,
) => Promise<JobResult['answer']>;

/** How each kind of work is done. */
const WAYS: { readonly [K in Work['kind']]: Way<K> } = {
  async detect({ phrases, minScore, focus }, picture, { detector, signal }) {
    const options = {
      signal,
      ...(minScore !== undefined && { minScore }),
      ...(focus && { focus: focus.map((part) => part ?? undefined) }),
    };
    if (phrases) return { kind: 'detect', regions: await detector.propose(picture, phrases, options) };
    if (!detector.detectAll) throw new SpotterError('internal', undefined, 'This detector needs phrases.');
    return { kind: 'detect', regions: [await detector.detectAll(picture, options)] };
  },
  async observe({ query, regions, people }, picture, { observers, signal }) {
    const task = { picture, query, regions, people, signal };
    return { kind: 'observe', observed: await observers.observe(task, { signal }) };
  },
};

/** Pictures by their hash: those of the last jobs, and others from Redis. */
function createPictureSource(redis: ReturnType<Connections['open']>) {
  const share = createSingleFlight(inMemory<Picture>(PICTURES_KEPT));
  return {
    /** @throws SpotterError timed-out where it has expired, and as `readPicture` */
    get: (sha256: string, signal: AbortSignal): Promise<Picture> =>
      share(
        sha256,
        async (shared) => {
          const bytes = await getPicture(redis, sha256);
          if (!bytes) throw new SpotterError('timed-out', 'The picture has expired in the queue.');
          const picture = await readPicture(bytes, { signal: shared });
          if (picture.sha256 === sha256) return picture;
          throw new SpotterError(
            'broken-picture',
            'The picture in the queue is not the one that was asked about.',
          );
        },
        signal,
      ),
  };
}
