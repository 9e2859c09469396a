import { SpotterError } from './errors.ts';

/** Why work was given up, from the signal that says so: `timed-out` for AbortSignal.timeout, else `cancelled`. */
export function aborted(signal?: AbortSignal): SpotterError {
  const reason: unknown = signal?.reason;
  if (reason instanceof SpotterError) return reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return new SpotterError(late ? 'timed-out' : 'cancelled', undefined, 'Ask again.', reason);
}
