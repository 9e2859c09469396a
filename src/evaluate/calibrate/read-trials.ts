import { SpotterError } from '../../errors.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../strategy/names.ts';
import type { Annotation } from '../annotations.ts';
import { hits } from '../hits.ts';
import type { Prediction } from '../prediction.ts';
import { isBad, readPredictions } from '../score/read-predictions.ts';
import { type Placed, placed, type Trial } from './trial.ts';

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
export async function readTrials(annotations: readonly Annotation[], predictions: string): Promise<Trials> {
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
