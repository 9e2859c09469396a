import { SpotterError } from '../../errors.ts';

/** What may help: asking again and going on, asking again for everything, or another source. */
export type Remedy = 'again' | 'afresh' | 'elsewhere';

/** What went wrong at a source, in words that follow its name: "does not have it (404)". Holds no secrets. */
export class SourceFailure extends Error {
  readonly remedy: Remedy;
  /** How long the source asked to be left alone, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(remedy: Remedy, message: string, { waitMs, cause }: { waitMs?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'SourceFailure';
    this.remedy = remedy;
    this.waitMs = waitMs;
  }
}

/** Why a pull was given up. */
export function stopped(signal: AbortSignal): SpotterError {
  const { reason } = signal;
  const hint = 'What has been downloaded is kept: pull again to go on.';
  if (!(reason instanceof SpotterError))
    return new SpotterError('cancelled', 'The download was cancelled.', hint, reason);
  return reason.hint ? reason : new SpotterError(reason.code, reason.message, hint, reason);
}

/** A failure of this machine's files, as whoever pulls is told. */
export function cannotWrite(place: string, thrown: unknown): SpotterError {
  if (thrown instanceof SpotterError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint =
      'Make room, or set SPOTTER_MODELS to a folder on another disk. What has been downloaded is kept.';
    return new SpotterError('no-space', `The disk of ${place} is full.`, hint, thrown);
  }
  const hint = 'Check who may write there, or set SPOTTER_MODELS to another folder.';
  return new SpotterError('cannot-write', `${place} cannot be written (${code ?? message}).`, hint, thrown);
}
