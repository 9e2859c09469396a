import { constants } from 'node:os';
import { messageOf } from '../errors.ts';
import type { Log } from './log.ts';

/** One thing to be closed. */
export interface Stage {
  readonly name: string;
  /** @param ms how long it may take; after that the next one is closed */
  readonly close: (ms: number) => Promise<void> | void;
}

export interface ShutdownOptions {
  /** In order: what takes questions first, what answering them needs last. */
  readonly stages: readonly Stage[];
  readonly log: Pick<Log, 'info' | 'error' | 'fatal'>;
  /** Told what a promise was rejected with that nobody waited for; others are answered on. */
  readonly onRejection?: (thrown: unknown) => void;
  /** For all of it, in milliseconds; 10,000 unless told, as long as Docker waits before it kills. */
  readonly withinMs?: number;
  /** What is kept for each stage that comes after a slow one, in milliseconds; 500 unless told. */
  readonly reserveMs?: number;
}

export interface Shutdown {
  /** Closes everything, once, and ends the process with that code, or with 1 when something was not closed well. */
  end(why: string, code?: number): Promise<never>;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Closes everything in order when the process is told to end or an exception is not caught: nobody knows then in which
 * state it has left things. A promise that is rejected unseen concerns only what it belonged to, and is logged. A second
 * signal ends the process at once, with 128 and the signal's number as a shell expects it.
 */
export function onShutdown(options: ShutdownOptions): Shutdown {
  const { log, onRejection = () => {} } = options;
  let ending: Promise<never> | undefined;
  const end = (why: string, code = 0): Promise<never> => {
    ending ??= closeAll(options, why).then((well) => process.exit(well ? code : 1));
    return ending;
  };
  let signalled = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signalled) process.exit(128 + constants.signals[signal]);
      signalled = true;
      void end(signal);
    });
  }
  process.on('uncaughtException', (thrown) => {
    log.fatal({ err: thrown }, 'uncaughtException');
    void end('uncaughtException', 1);
  });
  process.on('unhandledRejection', (thrown) => {
    log.error({ err: thrown }, 'unhandledRejection');
    onRejection(thrown);
  });
  return { end };
}

/** Tells, within half a second, when the process that started this one is gone. */
export function whenOrphaned(act: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 500).unref();
}

async function closeAll(
  { stages, log, withinMs = 10_000, reserveMs = 500 }: ShutdownOptions,
  why: string,
): Promise<boolean> {
  const start = performance.now();
  const left = (): number => withinMs - (performance.now() - start);
  log.info({ why }, 'shutting down');
  let well = true;
  for (const [i, { name, close }] of stages.entries()) {
    const ms = Math.max(0, Math.floor(left() - reserveMs * (stages.length - 1 - i)));
    const trouble = await closed(close, ms);
    if (trouble === undefined) continue;
    well = false;
    log.error({ stage: name, err: trouble }, messageOf(trouble));
  }
  log.info({ ms: Math.round(performance.now() - start), well }, 'shut down');
  return well;
}

/** What went wrong, if anything did. */
async function closed(close: Stage['close'], ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`was not closed within ${ms} ms`)), ms);
  });
  // `close` is called in a promise's way, so that what it throws at once is caught, too.
  const work = Promise.resolve(ms)
    .then(close)
    .then(
      () => undefined,
      (thrown) => thrown ?? new Error('failed'),
    );
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
