import { fileURLToPath } from 'node:url';
import { aborted } from '../../aborted.ts';
import { asSpotterError, SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import { Job } from './job.ts';
import { type DetectorProcess, startProcess } from './process.ts';
import type { Answered, Loaded, Reply, Tensors } from './protocol.ts';
import { detectorThreads } from './threads.ts';

export interface HostOptions {
  /** The child's module, an absolute path. */
  readonly entry?: string;
  /** Work that may wait besides the one running; more is refused with `busy`. */
  readonly maxQueue?: number;
  /** Threads a run may use; by default what the CPU quota allows. */
  readonly threads?: number;
  /** From asking to answer, and for a single run, in milliseconds. A run beyond it ends the process. */
  readonly timeoutMs?: number;
  /** After this long without work the process is ended to free its memory, in milliseconds. */
  readonly idleMs?: number;
}

/** What one run of a model gave: its output tensors, and the milliseconds the run itself took. */
export type Ran = Pick<Answered, 'outputs' | 'ms'>;

/** Runs a model once on its input tensors. They must not change until the promise settles. */
export type Run = (weights: PinnedFile, feeds: Tensors) => Promise<Ran>;

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whose work it is: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string | undefined;
}

/** Runs models in a process of its own, so that neither blocking calls nor native crashes reach the asker. */
export interface DetectorHost {
  /**
   * One question's use of the detector: waits until it is its turn, and then calls `work` once, which may run models
   * as often as it needs; whatever memory that takes is taken only then. Settles as `work` does.
   * @throws SpotterError busy, cancelled, timed-out, detector-down, model-missing, internal
   */
  turn<T>(work: (run: Run) => Promise<T>, options?: TurnOptions): Promise<T>;
  /** Starts the process and loads a model, and says how it runs here. @throws as `turn` */
  load(weights: PinnedFile, options?: TurnOptions): Promise<Loaded>;
  /** Of the process, while there is one. */
  readonly pid: number | undefined;
  /** Ends the process; what was still asked for is `cancelled`. */
  close(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const ATTEMPTS = 2;

/** Milliseconds to wait before starting a process again, after so many deaths in a row: 50, 100, 200 .. 5000. */
export const restartDelay = (deaths: number): number => Math.min(50 * 2 ** (deaths - 1), 5000);

/** A host whose process is started by the first work, and started again when it dies. */
export function createDetectorHost(options: HostOptions = {}): DetectorHost {
  return new Host(options);
}

class Host implements DetectorHost {
  readonly #options: Required<HostOptions>;
  readonly #waiting: Job[] = [];
  /** What the process works on; it may have been given up by its asker meanwhile. */
  #running: Job | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #process: DetectorProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #deaths = 0;
  #lastId = 0;
  /** Running mean of a run, for estimating the wait. */
  #paceMs = 0;
  #closed = false;

  constructor(options: HostOptions) {
    const defaults = { entry: CHILD, maxQueue: 64, timeoutMs: 60_000, idleMs: 600_000 };
    this.#options = { ...defaults, ...options, threads: options.threads ?? detectorThreads() };
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  turn<T>(work: (run: Run) => Promise<T>, { signal }: TurnOptions = {}): Promise<T> {
    return work((weights, feeds) => this.#ask(weights, feeds, signal));
  }

  async load(weights: PinnedFile, { signal }: TurnOptions = {}): Promise<Loaded> {
    return (await this.#ask(weights, undefined, signal)).loaded;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    for (const job of [...this.#waiting, this.#running]) job?.reject(aborted());
    await this.#stop();
  }

  async #ask(model: PinnedFile, feeds?: Tensors, signal?: AbortSignal): Promise<Answered> {
    if (this.#closed) throw new SpotterError('detector-down', 'The detector has been closed.');
    if (signal?.aborted) throw aborted(signal);
    if (this.#waiting.length >= this.#options.maxQueue) throw this.#busy();
    const onSettled = (): void => this.#drop(job);
    const job: Job = new Job({ model, feeds, signal, timeoutMs: this.#options.timeoutMs, onSettled });
    this.#waiting.push(job);
    this.#next();
    return job.done;
  }

  #drop(job: Job): void {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #next(): void {
    if (this.#running || this.#restart || this.#closed) return;
    clearTimeout(this.#idle);
    const job = this.#waiting.shift();
    if (!job) {
      this.#idle = setTimeout(() => this.#stop(), this.#options.idleMs).unref();
      return;
    }
    this.#running = job;
    job.attempts += 1;
    try {
      this.#process ??= this.#start();
      this.#process.send({ id: ++this.#lastId, model: job.model, ...(job.feeds && { feeds: job.feeds }) });
    } catch (thrown) {
      this.#running = undefined;
      job.reject(asSpotterError(thrown));
      this.#next();
      return;
    }
    this.#watchdog = setTimeout(() => this.#process?.kill(), this.#options.timeoutMs).unref();
  }

  #start(): DetectorProcess {
    const { entry, threads } = this.#options;
    const started: DetectorProcess = startProcess({
      entry,
      threads,
      onReply: (reply) => this.#replied(reply),
      // One that was stopped on purpose is no longer ours when it ends.
      onDeath: (said) => started === this.#process && this.#died(said),
    });
    return started;
  }

  #replied(reply: Reply): void {
    const job = this.#running;
    if (!job || reply.id !== this.#lastId) return;
    this.#clearRun();
    this.#deaths = 0;
    if ('error' in reply) {
      job.reject(new SpotterError(reply.error.code, reply.error.message, reply.error.hint));
    } else {
      if (job.feeds) this.#paceMs = this.#paceMs ? 0.8 * this.#paceMs + 0.2 * reply.ms : reply.ms;
      job.resolve(reply);
    }
    this.#next();
  }

  #died(said: string): void {
    const job = this.#running;
    this.#clearRun();
    this.#process = undefined;
    this.#deaths += 1;
    if (job && !job.settled) {
      if (job.attempts < ATTEMPTS) this.#waiting.unshift(job);
      else
        job.reject(
          new SpotterError('detector-down', 'The detector stopped working.', `Its process ${said}.`),
        );
    }
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#next();
    }, restartDelay(this.#deaths)).unref();
  }

  #clearRun(): void {
    clearTimeout(this.#watchdog);
    this.#running = undefined;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idle);
    const stopping = this.#process;
    this.#clearRun();
    this.#process = undefined;
    await stopping?.kill();
  }

  #busy(): SpotterError {
    const ahead = this.#waiting.length + (this.#running ? 1 : 0);
    const seconds = Math.max(1, Math.ceil((ahead * this.#paceMs) / 1000));
    return new SpotterError('busy', undefined, `${ahead} are ahead; try again in about ${seconds} s.`);
  }
}
