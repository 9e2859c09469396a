import { SpotterError } from '../errors.ts';
import { FairQueue } from '../fair-queue.ts';

export interface IntakeOptions {
  /** How many are worked on at a time. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly waiting: number;
  /** Told how long each one has waited, in milliseconds, when its turn comes. */
  readonly onTurn?: (waitedMs: number) => void;
  readonly now?: () => number;
}

export interface Turn {
  /** Told how many are ahead, at once if it has to wait, whenever that changes, and 0 at its turn; must not throw. */
  readonly onPosition?: (ahead: number) => void;
  /** Who asks: every asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
  /** Whoever no longer wants it leaves the line. */
  readonly signal?: AbortSignal;
}

/** Gives turns, so that only so much is worked on at a time. */
export interface Intake {
  /** @throws SpotterError busy, when too many wait already; the signal's reason; whatever the work throws */
  run<T>(work: () => Promise<T>, turn?: Turn): Promise<T>;
  readonly waiting: number;
  readonly running: number;
}

interface Waiting {
  readonly start: () => void;
  readonly tell: (ahead: number) => void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { atOnce, onTurn = () => {}, now = () => performance.now() } = options;
  const line = new FairQueue<Waiting>();
  let running = 0;

  const tellAll = (): void => {
    let ahead = running;
    for (const { tell } of [...line]) tell(ahead++);
  };

  /** Resolves when it is handed the place of one that ended. */
  async function wait({ asker, signal, onPosition = () => {} }: Turn): Promise<void> {
    if (line.length >= options.waiting) throw busy(line.length);
    await new Promise<void>((resolve, reject) => {
      let told = -1;
      const tell = (ahead: number): void => {
        if (ahead !== told) onPosition(ahead);
        told = ahead;
      };
      const leave = (): void => {
        line.remove(waiting);
        tellAll();
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        tell(0);
        resolve();
      };
      const waiting: Waiting = { start, tell };
      signal?.addEventListener('abort', leave, { once: true });
      line.push(waiting, asker);
      tellAll();
    });
  }

  return {
    async run(work, turn = {}) {
      turn.signal?.throwIfAborted();
      const since = now();
      if (running < atOnce) running += 1;
      else await wait(turn);
      try {
        onTurn(now() - since);
        return await work();
      } finally {
        const next = line.shift();
        if (next) next.start();
        else running -= 1;
        tellAll();
      }
    },
    get waiting() {
      return line.length;
    },
    get running() {
      return running;
    },
  };
}

const busy = (waiting: number): SpotterError =>
  new SpotterError(
    'busy',
    waiting === 0 ? 'I am busy with other questions.' : `${waiting} questions are waiting already.`,
    'Ask again in a minute.',
  );
