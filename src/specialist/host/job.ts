import { aborted } from '../../aborted.ts';
import type { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import type { Answered, Tensors } from './protocol.ts';
import type { Turn } from './turns.ts';

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

  constructor(model: PinnedFile, feeds: Tensors | undefined, { order, signal }: Turn) {
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
