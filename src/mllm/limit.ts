import PQueue from 'p-queue';
import { SpotterError } from '../errors.ts';

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
export function createLimit({ concurrency = 4, waiting = 32 }: LimitOptions = {}): Limit {
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
