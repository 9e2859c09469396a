import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** How often it is tried again; 2 unless told. */
  readonly retries?: number;
  /** The wait before the first retry is somewhere below this, and doubles with each; 500 ms unless told. */
  readonly baseMs?: number;
  /** Longest wait that is made up here; 8 s unless told. */
  readonly capMs?: number;
  /** Longest wait that a server may ask for: beyond it, the failure stands; 20 s unless told. */
  readonly retryAfterCapMs?: number;
  /** 0 up to 1. */
  readonly random?: () => number;
}

export interface Retried {
  readonly signal: AbortSignal;
  /** Time left for everything, in milliseconds. A retry that would come later is not waited for. */
  remainingMs(): number;
  /** Undefined where trying again is of no use; else what the server asks to wait, if it does, in milliseconds. */
  retryable(thrown: unknown): { readonly afterMs?: number } | undefined;
}

/**
 * Tries again what may succeed later. Waits are full jitter (anywhere between nothing and the doubling bound), so that
 * many who failed together do not come back together.
 */
export async function withRetries<T>(
  attempt: (tries: number) => Promise<T>,
  { signal, remainingMs, retryable }: Retried,
  options: RetryOptions = {},
): Promise<T> {
  const { retries = 2, baseMs = 500, capMs = 8000, retryAfterCapMs = 20_000, random = Math.random } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries);
    } catch (thrown) {
      const again = tries <= retries && !signal.aborted ? retryable(thrown) : undefined;
      if (!again) throw thrown;
      const { afterMs } = again;
      if (afterMs !== undefined && afterMs > retryAfterCapMs) throw thrown;
      const wait = afterMs ?? random() * Math.min(capMs, baseMs * 2 ** (tries - 1));
      if (wait >= remainingMs()) throw thrown;
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
