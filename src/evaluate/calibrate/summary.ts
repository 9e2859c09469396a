import { type ReliabilityBin, reliability } from '../metrics/calibration-curve.ts';
import type { Count } from '../metrics/figure.ts';
import type { Trial } from './trial.ts';

/** How good answers are, and how far their presence can be believed. */
export interface Summary {
  readonly questions: number;
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error of presence over the bins: mean distance of what was said from what was so. */
  readonly calibrationError: number;
  /** Mean squared distance of presence from 1 where it was there, and 0 where not. */
  readonly brier: number;
  readonly found: Count;
  /** Of these. */
  readonly foundRight: Count;
  readonly absent: Count;
  /** Of these. */
  readonly absentWrong: Count;
  /** Positives that were answered "not present". */
  readonly denied: Count;
  readonly undecided: Count;
}

export function summaryOf(trials: readonly Trial[]): Summary {
  const bins = reliability(
    trials.map(({ presence, present }) => ({ image: 0, said: presence, was: present })),
  );
  const all = trials.length;
  const apart = bins.reduce(
    (sum, { count, said, was }) => sum + count * Math.abs((said ?? 0) - (was ?? 0)),
    0,
  );
  const squares = trials.reduce((sum, t) => sum + (t.presence - (t.present ? 1 : 0)) ** 2, 0);
  const ended = (outcome: Trial['outcome']) => trials.filter((trial) => trial.outcome === outcome);
  const [found, absent] = [ended('found'), ended('not-present')];
  const denied = absent.filter(({ present }) => present).length;
  return {
    questions: all,
    bins,
    calibrationError: apart / all,
    brier: squares / all,
    found: { part: found.length, of: all },
    foundRight: { part: found.filter(({ right }) => right).length, of: found.length },
    absent: { part: absent.length, of: all },
    absentWrong: { part: denied, of: absent.length },
    denied: { part: denied, of: trials.filter(({ present }) => present).length },
    undecided: { part: ended('undecided').length, of: all },
  };
}
