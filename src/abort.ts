import { SpotterError } from './errors.ts';

/** Why work was given up, from the signal that says so: `timed-out` for AbortSignal.timeout, else `cancelled`. */
export function aborted(signal?: AbortSignal): SpotterError {
  const reason: unknown = signal?.reason;
  if (reason instanceof SpotterError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return new SpotterError(late ? 'timed-out' : 'cancelled', undefined, 'Ask again.', reason);
}

/**
 * Runs work with a signal that fires with the outer one, or after `ms` with what `late` makes. It settles then, whatever
 * the work does. (AbortSignal.timeout and AbortSignal.any would not do: on Node 20 they may be collected before they
 * fire, and a timer that has done its duty would stay.)
 */
export async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort(aborted(outer));
  const timer = setTimeout(() => controller.abort(late()), Math.min(ms, 2 ** 31 - 1));
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted) stop();
  try {
    signal.throwIfAborted();
    return await unlessStopped(work(signal), signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}

export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/** Waits for `work`, but no longer than until the signal fires; what `work` does afterwards is ignored. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(aborted(signal));
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    throwIfStopped(signal);
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => {});
  }
}
