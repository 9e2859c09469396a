import { aborted } from '../../aborted.ts';
import { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import type { Answered, Tensors } from './protocol.ts';

export interface JobOptions {
  readonly model: PinnedFile;
  readonly feeds?: Tensors | undefined;
  readonly signal?: AbortSignal | undefined;
  /** From now until the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Called once, when it was answered, refused, given up or too late. */
  readonly onSettled: () => void;
}

/** Work asked of a detector process; settles once. Its running deadline keeps the asking process alive. */
export class Job {
  readonly model: PinnedFile;
  readonly feeds: Tensors | undefined;
  readonly done: Promise<Answered>;
  attempts = 0;
  settled = false;
  #resolve!: (ran: Answered) => void;
  #reject!: (error: SpotterError) => void;
  readonly #release: () => void;

  constructor({ model, feeds, signal, timeoutMs, onSettled }: JobOptions) {
    this.model = model;
    this.feeds = feeds;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const giveUp = (): void => this.reject(aborted(signal));
    const deadline = setTimeout(() => this.reject(late(timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#release = () => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', giveUp);
      onSettled();
    };
  }

  resolve(ran: Answered): void {
    if (this.#settle()) this.#resolve(ran);
  }

  reject(error: SpotterError): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#release();
    return true;
  }
}

const late = (ms: number): SpotterError =>
  new SpotterError('timed-out', undefined, `The detector did not answer within ${Math.round(ms / 1000)} s.`);
