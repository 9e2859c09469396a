import { type Config, STRATEGY_NAMES, type StrategyName } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { createModels } from '../../models/models.ts';
import { type Calibration, calibrationFor } from '../../reasoning/calibration.ts';
import { isBad, readPredictions } from '../answers/read.ts';
import { type Annotation, hits, type Prediction } from '../prediction.ts';
import { calibrationHash, type Identity, isSimulated, nameOf, readIdentity } from '../run/file.ts';
import { formatCount } from '../score/print.ts';
import { GIVEN_BOXES } from '../setup.ts';
import {
  crossScale,
  type Fit,
  fitScale,
  foldsOf,
  type Placed,
  placed,
  refuseOneSided,
  TARGETS,
  type Trial,
} from './fit.ts';
import { type CalibrationReport, reportOf, type Summary, summaryOf } from './report.ts';

export interface Trials {
  readonly strategy: StrategyName;
  readonly trials: readonly Trial[];
  /** What took no part, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** What became of an annotation: a trial, or why it is none. */
type Judged = Trial | keyof typeof REASONS;

const REASONS = {
  missing: 'without a prediction',
  failed: 'that failed',
  degraded: 'answered without the language model that should have been asked',
  picked: 'picked by a person',
  silent: 'without a presence',
} as const;

/**
 * Joins annotations with the answers of a prediction file; of several to one question the last one counts.
 * @throws SpotterError not-found; bad-usage where the answers are not all of one strategy
 */
async function readTrials(annotations: readonly Annotation[], predictions: string): Promise<Trials> {
  const rows = placed(annotations);
  const judged = new Map<string, Judged>([...rows.keys()].map((id) => [id, 'missing']));
  const strategies = new Set<string>();
  let [badLines, surplus] = [0, 0];
  for await (const read of readPredictions(predictions)) {
    if (isBad(read)) {
      badLines += 1;
      continue;
    }
    const row = rows.get(read.id);
    if (!row) {
      surplus += 1;
      continue;
    }
    const outcome = judge(read, row);
    judged.set(read.id, outcome);
    if (typeof outcome !== 'string') strategies.add(read.strategy ?? '');
  }
  const all = [...judged.values()];
  const left = Object.entries(REASONS).map(([kind, words]) => [words, all.filter((j) => j === kind).length]);
  return {
    strategy: oneOf(strategies, predictions),
    trials: all.filter((outcome) => typeof outcome !== 'string'),
    leftOut: {
      ...Object.fromEntries(left),
      'lines that are no prediction': badLines,
      'predictions of other ids': surplus,
    },
  };
}

function judge({ outcome, presence, route, degraded, boxes }: Prediction, { row, photo }: Placed): Judged {
  if (outcome === 'error') return 'failed';
  if (degraded) return 'degraded';
  if (route === 'picked') return 'picked';
  if (presence === undefined) return 'silent';
  const present = row.negative === undefined;
  return { photo, present, right: hits(boxes[0], row.reference), presence, outcome };
}

function oneOf(strategies: ReadonlySet<string>, file: string): StrategyName {
  const [first, ...others] = strategies;
  const known = STRATEGY_NAMES.find((name) => name === first);
  if (known && others.length === 0) return known;
  const sentence =
    first === undefined
      ? `${file} answers none of the questions with a presence.`
      : others.length > 0
        ? `${file} holds answers of several strategies: ${[...strategies].map((name) => name || 'none').join(', ')}.`
        : `${file} does not say that its answers are of a strategy that there is.`;
  throw new SpotterError(
    'bad-usage',
    sentence,
    'Take a file that "spotter eval run --strategy …" has written.',
  );
}

export interface ByAnswersOptions {
  /** Its detector is whose answers these are, where the file beside them does not say so. */
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
  const found = `No presence makes ${percent(TARGETS.precision)} of what is found right: ${line}, and of the answers held out ${formatCount(foundRight)} are.`;
  const absent = `No presence keeps wrong denials to ${percent(TARGETS.wronglyAbsent)} of what is there: ${line}, and of the answers held out they are ${formatCount(denied)}.`;
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
