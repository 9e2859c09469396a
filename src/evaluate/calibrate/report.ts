import type { StrategyName } from '../../strategy/names.ts';
import type { Calibration } from '../../verdict/calibration.ts';
import { tooFew } from './enough.ts';
import { foldsOf } from './folds.ts';
import { type Summary, summaryOf } from './summary.ts';
import type { Trial } from './trial.ts';

/** A calibration, and what it is worth. */
export interface CalibrationReport {
  readonly calibration: Calibration;
  /** What was calibrated, in words. */
  readonly name: string;
  /** The strategy whose presence is scaled; undefined where the regressions were fitted. */
  readonly scaled: StrategyName | undefined;
  /** What it was fitted to. */
  readonly questions: number;
  readonly positives: number;
  readonly negatives: number;
  readonly photos: number;
  /** Questions that took no part, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What answered the questions before, in words. */
  readonly wasBy: string;
  readonly before: Summary;
  /** On photos that were held out. */
  readonly after: Summary;
  /** In sentences. */
  readonly warnings: readonly string[];
}

export interface Made
  extends Pick<CalibrationReport, 'calibration' | 'name' | 'scaled' | 'leftOut' | 'wasBy'> {
  readonly before: readonly Trial[];
  readonly after: readonly Trial[];
  readonly warnings?: readonly string[];
}

export function reportOf({ before, after, warnings = [], ...made }: Made): CalibrationReport {
  const positives = before.filter(({ present }) => present).length;
  return {
    ...made,
    questions: before.length,
    positives,
    negatives: before.length - positives,
    photos: foldsOf(before).size,
    before: summaryOf(before),
    after: summaryOf(after),
    warnings: [...warnings, ...tooFew(before)],
  };
}
