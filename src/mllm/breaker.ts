/** Whether something that was thrown says that the endpoint is not well, that it is, or neither. */
export type Health = 'sick' | 'well' | 'unknown';

export interface BreakerOptions {
  /** Failures in a row that open it; 5 unless told. */
  readonly failures?: number;
  /** How long nothing is tried then, in milliseconds; 15 s unless told. */
  readonly restMs?: number;
  readonly health: (thrown: unknown) => Health;
  /** What is thrown while it is open: `waitMs` until the next try (0 where one is under way), and what failed last. */
  readonly refusal: (waitMs: number, last: unknown) => Error;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

export interface Breaker {
  /** Runs the work unless it is open. */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly state: 'closed' | 'open' | 'half-open';
}

/**
 * A circuit breaker: after some failures in a row nothing is tried for a while, so that questions do not wait for what
 * is down; then one try decides whether it closes or rests again.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const { failures = 5, restMs = 15_000, health, refusal, now = () => performance.now() } = options;
  let inARow = 0;
  let until: number | undefined;
  let trying = false;
  let last: unknown;

  function close() {
    inARow = 0;
    until = undefined;
  }

  function judge(thrown: unknown, isTry: boolean) {
    const found = health(thrown);
    if (found === 'well') close();
    if (found !== 'sick') return;
    last = thrown;
    inARow++;
    // What was begun before it opened does not prolong its rest.
    if (isTry || (until === undefined && inARow >= failures)) until = now() + restMs;
  }

  return {
    async run(work) {
      const isTry = until !== undefined;
      if (until !== undefined && (trying || now() < until)) {
        throw refusal(trying ? 0 : until - now(), last);
      }
      trying = isTry;
      try {
        const result = await work();
        close();
        return result;
      } catch (thrown) {
        judge(thrown, isTry);
        throw thrown;
      } finally {
        if (isTry) trying = false;
      }
    },
    get state() {
      if (until === undefined) return 'closed';
      return now() < until ? 'open' : 'half-open';
    },
  };
}
