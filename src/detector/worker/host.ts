import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { aborted } from '../../abort.ts';
import { type Device, type DeviceChoice, devicesOf } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { FairQueue } from '../../fair-queue.ts';
import type { PinnedFile } from '../../models/registry.ts';
import type { Answered, Loaded, Tensors } from './protocol.ts';
import { Job, Runner } from './runner.ts';

export interface HostOptions {
  /** Where models run: a device, or by default the first one that works here. A named one is never replaced. */
  readonly device?: DeviceChoice;
  /** The child's module, an absolute path. */
  readonly entry?: string;
  /** Turns that may wait besides the two that are active; more are refused with `busy`. */
  readonly maxQueue?: number;
  /** Threads a run may use; by default what the CPU quota allows. */
  readonly threads?: number;
  /**
   * Of a turn, from asking to answer, in milliseconds. The process is ended when a single run, or trying a single way
   * to load a model, takes longer.
   */
  readonly timeoutMs?: number;
  /** After this long without work the process is ended to free its memory, in milliseconds. */
  readonly idleMs?: number;
  /** Resident memory in bytes beyond which the process is replaced after a run; see MemoryWatch for the default. */
  readonly maxRss?: number;
}

/** What one run of a model gave: its output tensors, and the milliseconds the run itself took. */
export type Ran = Pick<Answered, 'outputs' | 'ms'>;

/** Runs a model once on its input tensors. They must not change until the promise settles. */
export type Run = (weights: PinnedFile, feeds: Tensors) => Promise<Ran>;

/** How a host is doing, for whoever looks after it. */
export interface HostState {
  /** Of the process, while there is one. */
  readonly pid: number | undefined;
  /** Resident memory of the process when it last answered, in bytes. */
  readonly rss: number | undefined;
  /** How the model loaded last runs, and why not otherwise. */
  readonly loaded: Loaded | undefined;
  readonly device: Device | undefined;
  readonly threads: number;
  /** Turns that are active, and that wait to be. */
  readonly running: number;
  readonly waiting: number;
  /** How long a turn keeps the detector from the next one, a running mean in milliseconds. */
  readonly paceMs: number;
  /** How often the process died, and how often it was replaced because it had grown too large. */
  readonly restarts: number;
  readonly renewals: number;
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
  readonly state: HostState;
  /** Ends the process; what was still asked for is `cancelled`. */
  close(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** A host whose process is started by the first work, and started again when it dies. */
export function createDetectorHost(options: HostOptions = {}): DetectorHost {
  const { device = 'auto', entry = CHILD, maxQueue = 64, timeoutMs = 60_000, idleMs = 600_000 } = options;
  const threads = options.threads ?? detectorThreads();
  const devices = devicesOf(device);
  const turns = new DetectorQueue({ maxQueue, timeoutMs });
  const runner = new Runner({ entry, threads, devices, timeoutMs, idleMs, maxRss: options.maxRss });
  let closed = false;

  const take = <T>(work: (turn: DetectorTurn) => Promise<T>, options?: TakeOptions): Promise<T> => {
    if (!closed) return turns.take(work, options);
    return Promise.reject(new SpotterError('detector-down', 'The detector has been closed.'));
  };

  return {
    turn: (work, options) =>
      take((turn) => work((weights, feeds) => runner.do(new Job(weights, feeds, turn))), options),
    load: (weights, options) =>
      take(async (turn) => (await runner.do(new Job(weights, undefined, turn))).loaded, {
        ...options,
        exceptional: true,
      }),
    get pid() {
      return runner.pid;
    },
    get state() {
      const { pid, rss, loaded, restarts, renewals } = runner;
      const { active: running, waiting, paceMs } = turns;
      const device = loaded?.device;
      return { pid, rss, loaded, device, threads, running, waiting, paceMs, restarts, renewals };
    },
    async close() {
      closed = true;
      turns.close(aborted());
      await runner.close();
    },
  };
}

/**
 * How many threads a detector may use: the cores it may run on, but not more than its CPU quota lets run at a
 * time. A quota is rounded down: threads beyond it are throttled for the rest of each period.
 */
export function threadsFor(cores: number, quota: number): number {
  return Math.max(1, Math.min(cores, Math.floor(quota)));
}

/** CPUs granted by a cgroup v2 `cpu.max` ("150000 100000" is 1.5, "max 100000" is no limit). */
export function parseCpuMax(text: string): number {
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota && period ? quota / period : Number.POSITIVE_INFINITY;
}

/** The `cpu.max` files that bind a process, from its own group up to the root, given /proc/self/cgroup. */
export function cpuMaxFiles(cgroup: string): string[] {
  const group = /^0::(\/.*)$/m.exec(cgroup)?.[1] ?? '/';
  const parts = group.split('/').filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, up) => {
    const folder = ['/sys/fs/cgroup', ...parts.slice(0, parts.length - up)].join('/');
    return `${folder}/cpu.max`;
  });
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The threads to use on this machine: containers often report the cores of their host, so ask the quota. */
export function detectorThreads(): number {
  const quotas = cpuMaxFiles(read('/proc/self/cgroup')).map((file) => parseCpuMax(read(file)));
  return threadsFor(availableParallelism(), Math.min(...quotas));
}

/** One question's use of the detector, while it lasts. */
export interface DetectorTurn {
  /** Counts up in the order in which turns began. */
  readonly order: number;
  /** Aborted when the turn is over, with a SpotterError that says why. */
  readonly signal: AbortSignal;
}

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whose work it is: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string | undefined;
}

export interface TurnsOptions {
  /** Turns that may wait; more are refused with `busy`. */
  readonly maxQueue: number;
  /** From asking to the end of the turn, waiting included, in milliseconds. */
  readonly timeoutMs: number;
}

export interface TakeOptions extends TurnOptions {
  /** It says nothing about how long others will take. */
  readonly exceptional?: boolean;
}

/** One that runs and one that prepares its tensors meanwhile, so that the device need not idle. */
const ACTIVE = 2;
/** How much the latest turn counts in the running mean. */
const RECENT = 0.2;

/** Admits questions to the detector, in fair order and few at a time: whatever memory they need is taken only then. */
export class DetectorQueue {
  readonly #options: TurnsOptions;
  readonly #queue = new FairQueue<() => void>();
  /** Ends a turn, for each that waits or is active. */
  readonly #ends = new Set<(why: SpotterError) => void>();
  #active = 0;
  #begun = 0;
  #lastEnd = 0;
  #paceMs = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get active(): number {
    return this.#active;
  }

  /** How long a turn keeps the detector from the next one: a running mean, 0 until there was one. */
  get paceMs(): number {
    return this.#paceMs;
  }

  /**
   * Calls `work` once, when it is its turn, and settles as it does; at once when it is given up or too late, whatever
   * `work` does then.
   * @throws SpotterError busy, cancelled, timed-out
   */
  async take<T>(
    work: (turn: DetectorTurn) => Promise<T>,
    { signal, asker, exceptional = false }: TakeOptions = {},
  ): Promise<T> {
    if (signal?.aborted) throw aborted(signal);
    if (this.#active >= ACTIVE && this.waiting >= this.#options.maxQueue) throw this.#busy();
    return new Promise<T>((resolve, reject) => {
      const over = new AbortController();
      let began: number | undefined;
      const end = (why: SpotterError): void => {
        if (!this.#ends.delete(end)) return;
        clearTimeout(deadline);
        signal?.removeEventListener('abort', giveUp);
        reject(why);
        over.abort(why);
        if (began === undefined) this.#queue.remove(begin);
        else this.#active -= 1;
        this.#next();
      };
      const giveUp = (): void => end(aborted(signal));
      // It keeps the asking process alive.
      const deadline = setTimeout(() => end(late(this.#options.timeoutMs)), this.#options.timeoutMs);
      signal?.addEventListener('abort', giveUp, { once: true });

      const begin = async (): Promise<void> => {
        began = performance.now();
        try {
          resolve(await work({ order: ++this.#begun, signal: over.signal }));
          if (!over.signal.aborted && !exceptional) this.#measure(began);
        } catch (thrown) {
          reject(thrown);
        }
        end(new SpotterError('internal', undefined, 'A model was to be run after its turn had ended.'));
      };
      this.#ends.add(end);
      this.#queue.push(begin, asker);
      this.#next();
    });
  }

  /** Ends all turns. */
  close(why: SpotterError): void {
    for (const end of this.#ends) end(why);
  }

  #next(): void {
    while (this.#active < ACTIVE && this.waiting > 0) {
      this.#active += 1;
      this.#queue.shift()?.();
    }
  }

  /** Turns overlap: what one costs the next is the time since the one before ended. */
  #measure(began: number): void {
    const now = performance.now();
    const ms = now - Math.max(began, this.#lastEnd);
    this.#lastEnd = now;
    this.#paceMs = this.#paceMs ? (1 - RECENT) * this.#paceMs + RECENT * ms : ms;
  }

  #busy(): SpotterError {
    const ahead = this.waiting + this.#active;
    const seconds = Math.max(1, Math.ceil((ahead * this.#paceMs) / 1000));
    return new SpotterError('busy', undefined, `${ahead} are ahead; try again in about ${seconds} s.`);
  }
}

const late = (ms: number): SpotterError =>
  new SpotterError('timed-out', undefined, `The detector did not answer within ${Math.round(ms / 1000)} s.`);
