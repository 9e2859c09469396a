import { styleText } from 'node:util';
import type { ErrorCode } from '../../src/errors.ts';
import type { Outcome } from '../../src/verdict.ts';

type Colour = Parameters<typeof styleText>[0];

/** Where a command reads and prints; whole lines, so that nothing is torn. */
export interface Console {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** Results, one line each. */
  print(...lines: readonly string[]): void;
  /** Everything that is not a result. */
  note(...lines: readonly string[]): void;
  /** Coloured where stdout is a terminal that wants it. */
  paint(colour: Colour, text: string): string;
}

type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

export function createConsole({ stdin, stdout, stderr, env }: Streams): Console {
  // A reader that has seen enough (`| head -1`) is no failure; later writes go nowhere.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const coloured = wantsColour(stdout.isTTY, env);
  const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');
  return {
    stdin,
    stderr,
    print: (...all) => void stdout.write(lines(all)),
    note: (...all) => void stderr.write(lines(all)),
    paint: (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text),
  };
}

/** NO_COLOR counts when it is not empty, see no-color.org. */
export const wantsColour = (terminal: boolean, env: NodeJS.ProcessEnv): boolean =>
  terminal && !env.NO_COLOR && env.TERM !== 'dumb';

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

/** What the shell sees of an answer. */
export const OUTCOME_EXIT = {
  found: 0,
  'not-present': 1,
  undecided: 2,
} as const satisfies Record<Outcome, number>;

/** What the shell sees of a failure: the numbers of sysexits.h where one fits. Stable, see docs/cli.md. */
export const ERROR_EXIT = {
  'bad-usage': 64,
  'empty-expression': 64,
  'overlong-expression': 64,
  'bad-pick': 64,
  'bad-link': 64,
  'unknown-model': 64,
  'empty-file': 65,
  'not-a-picture': 65,
  'unsupported-picture': 65,
  'broken-picture': 65,
  'too-many-bytes': 65,
  'too-many-pixels': 65,
  'too-small': 65,
  'too-costly': 65,
  'web-page': 65,
  'bad-data': 65,
  'no-picture': 66,
  'not-found': 66,
  'link-expired': 66,
  'detector-down': 69,
  'no-worker': 69,
  'queue-down': 69,
  'model-missing': 69,
  'model-unfit': 69,
  'download-failed': 69,
  'link-failed': 69,
  'mllm-down': 69,
  'mllm-refused': 69,
  'memory-down': 69,
  internal: 70,
  'cannot-write': 73,
  'no-space': 73,
  busy: 75,
  'timed-out': 75,
  'rate-limited': 75,
  'not-allowed': 77,
  'forbidden-address': 77,
  'cannot-reply': 77,
  'licence-not-accepted': 77,
  'bad-config': 78,
  cancelled: 130,
} as const satisfies Record<ErrorCode, number>;

/** Of `doctor` when something is amiss. */
export const UNWELL_EXIT = 69;

/** Signals that end a command in good order, and what the shell then sees. */
export const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
