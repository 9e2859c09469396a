import { aborted } from './aborted.ts';
import { unlessStopped } from './picture/stop.ts';

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
