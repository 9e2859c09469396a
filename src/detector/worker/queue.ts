import { aborted } from '../../abort.ts';
import { SpotterError } from '../../errors.ts';
import { FairQueue } from '../../fair-queue.ts';
import type { PinnedFile } from '../../models/registry.ts';
import type { Answered, Tensors } from './protocol.ts';

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

  constructor(model: PinnedFile, feeds: Tensors | undefined, { order, signal }: DetectorTurn) {
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
    signal.addEventListener('abort', () => this.reject(aborted(signal)), { once: true });
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
