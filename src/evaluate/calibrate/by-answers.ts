import type { Config } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { createModels } from '../../models/models.ts';
import { type Calibration, calibrationFor } from '../../verdict/calibration.ts';
import type { Annotation } from '../annotations.ts';
import { GIVEN_BOXES } from '../given-boxes.ts';
import { calibrationHash, type Identity, isSimulated, nameOf, readIdentity } from '../run/identity.ts';
import { sayCount } from '../score/words.ts';
import { refuseOneSided } from './enough.ts';
import { crossScale, type Fit, fitScale } from './fit-scale.ts';
import { foldsOf } from './folds.ts';
import { readTrials } from './read-trials.ts';
import { type CalibrationReport, reportOf } from './report.ts';
import { type Summary, summaryOf } from './summary.ts';
import { TARGETS } from './targets.ts';

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
  const { scale, ...reached } = fitScale(trials);
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
    warnings: [...aboutAnswers(identity, predictions), ...aboutTargets(reached, summaryOf(after))],
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

function aboutTargets(
  { precise, careful }: Pick<Fit, 'precise' | 'careful'>,
  { foundRight, denied }: Summary,
): string[] {
  const line = 'the line between what is there and what is not is the threshold';
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  const found = `No presence makes ${percent(TARGETS.precision)} of what is found right: ${line}, and of the answers held out ${sayCount(foundRight)} are.`;
  const absent = `No presence keeps wrong denials to ${percent(TARGETS.wronglyAbsent)} of what is there: ${line}, and of the answers held out they are ${sayCount(denied)}.`;
  return [...(precise ? [] : [found]), ...(careful ? [] : [absent])];
}

function aboutAnswers(identity: Identity | undefined, predictions: string): string[] {
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
