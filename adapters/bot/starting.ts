import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, SpotterError } from '../../src/errors.ts';
import type { Log } from '../../src/service/log.ts';
import type { Started } from '../../src/service/start-report.ts';
import type { Running } from './platforms.ts';

export interface StartingOptions {
  readonly name: string;
  /** @throws SpotterError, where another attempt would be as useless; or what the network says */
  readonly start: () => Promise<Running>;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Nothing is started any more. */
  readonly signal: AbortSignal;
  readonly onRunning: (running: Running) => void;
  /** How long the report waits for it, in milliseconds; 10,000 unless told. */
  readonly reportMs?: number;
  /** The first pause between attempts, in milliseconds, 2,000 unless told; each is twice as long as the one before. */
  readonly pauseMs?: number;
}

/** `again` where it is still being tried. */
export type Attempted = Started & { readonly again?: true };

const LONGEST_MS = 60_000;

/**
 * Starts a platform, again and again where it cannot be reached: it may be away for a while, and the others run.
 * @returns what there is to report of it so far; never rejects
 */
export async function startUntilThere(options: StartingOptions): Promise<Attempted> {
  const { name, start, log, signal, onRunning, reportMs = 10_000, pauseMs = 2000 } = options;
  let why = 'does not answer';

  async function attempt(wait: number): Promise<Attempted> {
    try {
      const running = await start();
      if (signal.aborted) await running.stop();
      else onRunning(running);
      log.info({ platform: name }, 'started');
      return { name, started: true, said: running.said };
    } catch (thrown) {
      log.error({ platform: name, err: thrown }, 'was not started');
      if (thrown instanceof SpotterError)
        return { name, started: false, why: thrown.message, steps: thrown.hint ? [thrown.hint] : [] };
      why = `cannot be reached: ${messageOf(thrown)}`;
    }
    await pause(wait, undefined, { signal });
    return attempt(Math.min(2 * wait, LONGEST_MS));
  }

  const soFar = (): Attempted => ({ name, started: false, why: `${why}; it is tried again`, again: true });
  const late = pause(reportMs, undefined, { ref: false }).then(soFar);
  // It rejects only when it is told to give up.
  return Promise.race([attempt(pauseMs).catch(soFar), late]);
}
