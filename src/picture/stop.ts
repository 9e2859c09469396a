import { SpotterError } from '../errors.ts';

/** Why a signal stopped us, as an error for a person. */
function reasonOf(signal: AbortSignal): SpotterError {
  const { reason } = signal;
  if (reason instanceof SpotterError) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return new SpotterError(timedOut ? 'timed-out' : 'cancelled', undefined, 'Ask again.', reason);
}

export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** Waits for `work`, but no longer than until the signal fires; what `work` does afterwards is ignored. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal));
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
