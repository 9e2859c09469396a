import { fileURLToPath } from 'node:url';
import { startThread } from '../worker/worker.ts';

/** The event loop answers at least so often, in milliseconds, or it hangs. */
const HUNG_MS = 30_000;
const BEAT_MS = 1000;

/** What the thread is handed: how often it looks, and how often in vain until it ends the process. */
export interface Watch {
  /** One Int32, which grows with each turn of the event loop. */
  readonly beats: SharedArrayBuffer;
  readonly everyMs: number;
  readonly patience: number;
}

/**
 * Ends this process, as by kill -9, when its event loop has hung for `hungMs` milliseconds, so that whatever runs it
 * starts it again: a thread of its own watches, since nothing else can in a process that hangs. Questions under way are
 * taken up by the next start. A process or machine that sleeps does not hang.
 * @example const stop = startWatchdog(); // … await stop();
 */
export function startWatchdog({ hungMs = HUNG_MS, beatMs = BEAT_MS } = {}): () => Promise<void> {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const heart = new Int32Array(beats);
  const beating = setInterval(() => Atomics.add(heart, 0, 1), beatMs).unref();
  const thread = startThread({
    source: fileURLToPath(new URL('watchdog-thread.ts', import.meta.url)),
    onMessage: () => {},
    onDeath: () => {},
  });
  thread.send({ beats, everyMs: beatMs, patience: Math.ceil(hungMs / beatMs) } satisfies Watch);
  return async () => {
    clearInterval(beating);
    await thread.kill();
  };
}
