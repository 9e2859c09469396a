import { aborted } from '../../abort.ts';
import type { Device } from '../../config.ts';
import { asSpotterError, SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/registry.ts';
import { startProcess, type Worker } from '../../worker/worker.ts';
import type { Answered, Attempt, Loaded, Refused, Reply, Request, Tensors, Trying } from './protocol.ts';

export interface RunnerOptions {
  readonly entry: string;
  readonly threads: number;
  /** Devices to try, in this order; with more than one of them, one that kills the process is not tried again. */
  readonly devices: readonly Device[];
  /** A process that gives no sign of life for so long is ended, in milliseconds. */
  readonly timeoutMs: number;
  readonly idleMs: number;
  readonly maxRss: number | undefined;
}

/** A job a process died with is given to one more process. */
const ATTEMPTS = 2;

/** Milliseconds to wait before starting a process again, after so many deaths in a row: 50, 100, 200 .. 5000. */
export const restartDelay = (deaths: number): number => Math.min(50 * 2 ** (deaths - 1), 5000);

/** Gives jobs to a detector process, one at a time, and takes care of that process. */
export class Runner {
  readonly #options: RunnerOptions;
  /** In the order of their turns. */
  readonly #pending: Job[] = [];
  /** What the process works on; it may have been given up by its asker meanwhile. */
  #running: Job | undefined;
  /** What the process is about to try, should it not survive that. */
  #trying: Attempt | null = null;
  #process: Worker | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /** Why the process is being ended, once it is. */
  #hung: string | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** A new process has to wait for something. */
  #paused = false;
  #deathsInARow = 0;
  #lastId = 0;
  #closed = false;
  readonly #memory: MemoryWatch;
  readonly #crashed: Refused[] = [];
  loaded: Loaded | undefined;
  restarts = 0;
  renewals = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#memory = new MemoryWatch(options.maxRss);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get rss(): number | undefined {
    return this.#process && this.#memory.rss;
  }

  do(job: Job): Promise<Answered> {
    this.#insert(job, (order) => order > job.order);
    this.#next();
    return job.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  #insert(job: Job, before: (order: number) => boolean): void {
    const at = this.#pending.findIndex(({ order }) => before(order));
    this.#pending.splice(at < 0 ? this.#pending.length : at, 0, job);
  }

  #next(): void {
    if (this.#running || this.#paused || this.#closed) return;
    clearTimeout(this.#idle);
    let job = this.#pending.shift();
    while (job?.settled) job = this.#pending.shift();
    if (!job) {
      this.#idle = setTimeout(() => this.#stop(), this.#options.idleMs).unref();
      return;
    }
    this.#running = job;
    try {
      this.#process ??= this.#start();
      const request: Request = {
        id: ++this.#lastId,
        model: job.model,
        ...(job.feeds && { feeds: job.feeds }),
      };
      this.#process.send(request);
      this.#watch();
    } catch (thrown) {
      this.#running = undefined;
      job.reject(asSpotterError(thrown));
      this.#next();
    }
  }

  #start(): Worker {
    const { entry, threads, devices } = this.#options;
    const crashed = new Set(this.#crashed.map(({ device }) => device));
    this.#memory.reset();
    const started: Worker = startProcess({
      source: entry,
      args: [String(threads), devices.filter((device) => !crashed.has(device)).join()],
      onMessage: (message) => this.#received(message as Reply | Trying),
      // One that was stopped on purpose is no longer ours when it ends.
      onDeath: ({ reason }) => started === this.#process && this.#died(this.#hung ?? reason),
    });
    return started;
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    const { timeoutMs } = this.#options;
    const bark = (): void => {
      this.#hung = `was ended after ${Math.round(timeoutMs / 1000)} s without an answer`;
      void this.#process?.kill();
    };
    this.#watchdog = setTimeout(bark, timeoutMs).unref();
  }

  #received(message: Reply | Trying): void {
    if ('trying' in message) this.#announced(message);
    else this.#replied(message);
  }

  #announced({ id, trying }: Trying): void {
    if (id !== this.#lastId) return;
    this.#trying = trying;
    this.#watch();
  }

  #replied(reply: Reply): void {
    const job = this.#running;
    if (!job || reply.id !== this.#lastId) return;
    this.#clearRun();
    this.#deathsInARow = 0;
    if ('error' in reply) {
      job.reject(new SpotterError(reply.error.code, reply.error.message, reply.error.hint));
    } else {
      this.loaded = { ...reply.loaded, refused: [...this.#crashed, ...reply.loaded.refused] };
      job.resolve({ ...reply, loaded: this.loaded });
    }
    if (this.#memory.isTooMuch(reply.rss, job)) this.#renew();
    else this.#next();
  }

  #died(said: string): void {
    const job = this.#running;
    const trying = this.#trying;
    this.#clearRun();
    this.#process = undefined;
    this.#deathsInARow += 1;
    this.restarts += 1;
    const another = trying !== null && this.#mayGiveUp(trying.device);
    if (another) this.#crashed.push({ ...trying, why: `The process that tried it ${said}.` });
    if (job && !job.settled) {
      if (!another) job.deaths += 1;
      if (job.deaths < ATTEMPTS) this.#insert(job, (order) => order >= job.order);
      else job.reject(stoppedWorking(said, trying));
    }
    const ms = restartDelay(this.#deathsInARow);
    this.#pause(new Promise((resolve) => setTimeout(resolve, ms).unref()));
  }

  /** Whether there is another device left when this one is not tried again. The last one is never given up. */
  #mayGiveUp(device: Device): boolean {
    return this.#options.devices.at(-1) !== device;
  }

  /** Between two runs nobody is disturbed. */
  #renew(): void {
    this.renewals += 1;
    this.#pause(this.#stop());
  }

  #pause(until: Promise<unknown>): void {
    this.#paused = true;
    void until.then(() => {
      this.#paused = false;
      this.#next();
    });
  }

  #clearRun(): void {
    clearTimeout(this.#watchdog);
    this.#running = undefined;
    this.#trying = null;
    this.#hung = undefined;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idle);
    const stopping = this.#process;
    this.#clearRun();
    this.#process = undefined;
    await stopping?.kill();
  }
}

function stoppedWorking(said: string, trying: Attempt | null): SpotterError {
  const what = trying ? `Its process, trying ${trying.device}, ${said}.` : `Its process ${said}.`;
  return new SpotterError('detector-down', 'The detector stopped working.', what);
}

const GIB = 2 ** 30;

/**
 * Judges whether a detector process has grown too large, from what it says after each run. By default the limit is
 * three times what the process needed after the first run of its latest model, and at least 2 GiB: a run on larger
 * inputs may well double what a first one took, and below 2 GiB there is little to be won by loading again.
 */
export class MemoryWatch {
  readonly #max: number | undefined;
  readonly #ran = new Set<string>();
  #first = 0;
  /** Resident memory of the process as it last said, in bytes. */
  rss: number | undefined;

  constructor(max: number | undefined) {
    this.#max = max;
  }

  /** Another process begins anew. */
  reset(): void {
    this.#ran.clear();
    this.#first = 0;
    this.rss = undefined;
  }

  isTooMuch(
    rss: number,
    { model, feeds }: { readonly model: PinnedFile; readonly feeds?: Tensors | undefined },
  ): boolean {
    this.rss = rss;
    // What loading alone takes is no growth.
    if (!feeds) return false;
    if (!this.#ran.has(model.file)) {
      this.#ran.add(model.file);
      this.#first = rss;
    }
    return rss > (this.#max ?? Math.max(3 * this.#first, 2 * GIB));
  }
}

/** One request to a detector process, within a turn; settles once, at the latest when the turn is over. */
export class Job {
  readonly model: PinnedFile;
  readonly feeds: Tensors | undefined;
  readonly order: number;
  readonly done: Promise<Answered>;
  /** How often a process died of it, or with it. */
  deaths = 0;
  settled = false;
  #resolve!: (answered: Answered) => void;
  #reject!: (error: SpotterError) => void;

  constructor(
    model: PinnedFile,
    feeds: Tensors | undefined,
    { order, signal }: { readonly order: number; readonly signal: AbortSignal },
  ) {
    this.model = model;
    this.feeds = feeds;
    this.order = order;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever let the turn end without waiting for this hears of it from the turn.
    this.done.catch(() => {});
    if (signal.aborted) this.reject(aborted(signal));
    const end = () => this.reject(aborted(signal));
    signal.addEventListener('abort', end, { once: true });
    const forget = () => signal.removeEventListener('abort', end);
    this.done.then(forget, forget);
  }

  resolve(answered: Answered): void {
    this.settled = true;
    this.#resolve(answered);
  }

  reject(error: SpotterError): void {
    this.settled = true;
    this.#reject(error);
  }
}
