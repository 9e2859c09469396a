import { durationText, sizeText } from './text.ts';

export interface Received {
  readonly path: string;
  readonly received: number;
  readonly total: number;
}

export interface DownloadProgress {
  update(received: Received): void;
  /** Erases the line, so that something else can be printed. */
  clear(): void;
}

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>;

const FRAME_MS = 100;
/** The rate is that of the last seconds: whoever changes to a better network wants to see it. */
const WINDOW_MS = 5000;
const ERASE_LINE = '\r\x1b[K';

/** One line with percent, bytes, rate and remaining time, on a terminal; elsewhere nothing. */
export function createDownloadProgress(
  stream: Terminal,
  now: () => number = () => performance.now(),
): DownloadProgress {
  if (!stream.isTTY || process.env.TERM === 'dumb') return { update: () => {}, clear: () => {} };
  let samples: { readonly ms: number; readonly received: number }[] = [];
  let path = '';
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(state) {
      const ms = now();
      const before = samples.at(-1)?.received ?? 0;
      // Another file, or the same one from the start.
      if (state.path !== path || state.received < before) samples = [];
      path = state.path;
      samples = [...samples.filter((sample) => ms - sample.ms < WINDOW_MS), { ms, received: state.received }];
      if (ms - drawn < FRAME_MS) return;
      drawn = ms;
      const [first] = samples;
      const rate = ((state.received - first!.received) * 1000) / (ms - first!.ms);
      // Some terminals do not say how wide they are.
      stream.write(`${ERASE_LINE}${progressLine(state, rate, stream.columns || 80)}`);
    },
    clear() {
      if (drawn > Number.NEGATIVE_INFINITY) stream.write(ERASE_LINE);
      drawn = Number.NEGATIVE_INFINITY;
    },
  };
}

/** @param rate bytes a second; not a number as long as it is not known */
export function progressLine({ path, received, total }: Received, rate: number, columns: number): string {
  // What is only known about may turn out to be more.
  const share = Math.min(1, received / total);
  const parts = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${sizeText(received)} of ${sizeText(Math.max(total, received))}`,
    ...(rate > 0
      ? [`${sizeText(rate)}/s`, `${durationText(Math.max(0, total - received) / rate)} left`]
      : []),
  ];
  const figures = parts.join('  ');
  // A line that wraps could not be erased.
  const room = columns - 1 - figures.length - 2;
  return room < 4
    ? figures.slice(0, columns - 1)
    : `${path.length > room ? `…${path.slice(1 - room)}` : path}  ${figures}`;
}
