import type { Config } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { createModels } from '../../models/models.ts';
import { type Calibration, calibrationFor } from '../../verdict/calibration.ts';
import type { Annotation } from '../annotations.ts';
import { GIVEN_BOXES } from '../given-boxes.ts';
import { calibrationHash, type Identity, isSimulated, nameOf, readIdentity } from '../run/identity.ts';
import { refuseOneSided } from './enough.ts';
import { crossScale, fitScale } from './fit-scale.ts';
import { foldsOf } from './folds.ts';
import { readTrials } from './read-trials.ts';
import { type CalibrationReport, reportOf } from './report.ts';
import { summaryOf } from './summary.ts';
import { TARGETS } from './targets.ts';
import type { Trial } from './trial.ts';

export interface ByAnswersOptions {
  /** Its specialist is whose answers these are, where the file beside them does not say so. */
  readonly config: Config;
  readonly annotations: readonly Annotation[];
  /** A prediction file of one strategy. */
  readonly predictions: string;
}

/**
 * Fits what the presence is worth that a strategy reports, from answers that it gave: the calibration in use, with the
 * scale of that strategy in it.
 * @throws SpotterError not-found, bad-config; bad-usage where the answers cannot be used, saying why
 */
export async function calibrateStrategy({
  config,
  annotations,
  predictions,
}: ByAnswersOptions): Promise<CalibrationReport> {
  const identity = await readIdentity(predictions);
  const id = identity ? detectorOf(identity, predictions) : createModels(config).open(config.specialist).id;
  const inUse = calibrationFor(id, config.calibration);
  if (identity) refuseOther(identity, inUse, predictions);
  const { strategy, trials, leftOut } = await readTrials(annotations, predictions);
  refuseOneSided(trials);
  const { scale, precise } = fitScale(trials);
  if (scale.weight <= 0) refuseSenseless(strategy);
  const after = crossScale(trials);
  const name = identity ? nameOf(identity) : `${strategy}, ${id}`;
  const photos = foldsOf(trials).size;
  const method = `Platt scaling and thresholds fitted by "spotter eval calibrate" to ${trials.length} answers (${name}) on ${photos} photos; see docs/calibration.md`;
  return reportOf({
    // One that was borrowed is the detector's own from now on.
    calibration: { ...inUse, id, strategies: { ...inUse.strategies, [strategy]: { method, ...scale } } },
    name,
    scaled: strategy,
    leftOut,
    wasBy: 'as answered',
    before: trials,
    after,
    warnings: [...warningsOf(identity, predictions), ...(precise ? [] : [sayImprecise(after)])],
  });
}

function detectorOf({ specialist = '' }: Identity, predictions: string): string {
  const [id = ''] = specialist.split('@');
  if (id !== GIVEN_BOXES) return id;
  refuse(`${predictions} was made with boxes that were given.`, 'Calibrate on answers of a detector.');
}

function refuseOther({ presence, calibration }: Identity, inUse: Calibration, predictions: string): void {
  if (presence !== undefined) {
    refuse(
      `The presence in ${predictions} is scaled already, and would be scaled twice.`,
      'Answer the questions anew with a calibration that does not scale this strategy.',
    );
  }
  if (calibration === calibrationHash(inUse)) return;
  refuse(
    `${predictions} was made with another calibration than the one in use.`,
    'Let SPOTTER_CALIBRATION name the file that it was made with, or answer the questions anew.',
  );
}

function refuseSenseless(strategy: string): never {
  refuse(
    `The presence that ${strategy} reports does not grow with what is there: no scaling makes it a probability.`,
    'Look at the reliability that "spotter eval score" shows.',
  );
}

function sayImprecise(after: readonly Trial[]): string {
  const { part, of } = summaryOf(after).foundRight;
  return `No presence makes ${TARGETS.precision * 100} % of what is found right: found begins where it is likelier there than not, and of the answers held out ${part} of ${of} are right.`;
}

function warningsOf(identity: Identity | undefined, predictions: string): string[] {
  return [
    ...(identity
      ? []
      : [
          `Nothing tells what ${predictions} was made with: that its presence is not scaled is taken on trust.`,
        ]),
    ...(identity && isSimulated(identity)
      ? ['The language model was SIMULATED: what is fitted here is of no use with a real one.']
      : []),
  ];
}

function refuse(sentence: string, hint: string): never {
  throw new SpotterError('bad-usage', sentence, hint);
}
