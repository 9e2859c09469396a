export interface Progress {
  /** Erases the line. May be called more than once. */
  stop(): void;
}

export interface ProgressOptions {
  /** Nothing is shown of what is done sooner, in milliseconds. */
  readonly delayMs?: number;
  readonly frameMs?: number;
}

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

const FRAMES = ['|', '/', '-', '\\'] as const;
const ERASE_LINE = '\r\x1b[K';

/** One line that shows that something is going on, on a terminal; elsewhere nothing. The cursor stays as it is. */
export function startProgress(
  stream: Terminal,
  text: string,
  { delayMs = 200, frameMs = 100 }: ProgressOptions = {},
): Progress {
  if (!stream.isTTY || process.env.TERM === 'dumb') return { stop: () => {} };
  const start = performance.now();
  let frame = 0;
  const timer = setInterval(() => {
    const ms = performance.now() - start;
    if (ms < delayMs) return;
    const seconds = (ms / 1000).toFixed(1);
    stream.write(`\r${FRAMES[frame % FRAMES.length]} ${text} ${seconds} s`);
    frame += 1;
  }, frameMs).unref();
  return {
    stop() {
      clearInterval(timer);
      if (frame > 0) stream.write(ERASE_LINE);
      frame = 0;
    },
  };
}
