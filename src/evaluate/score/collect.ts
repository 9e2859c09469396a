import type { Annotation } from '../annotations.ts';
import type { Prediction } from '../prediction.ts';
import { type Answer, answerOf } from './answer.ts';
import { type BadLine, isBad, readPredictions } from './read-predictions.ts';
import { type Row, rowOf } from './row.ts';

/** Ids that are listed; of more only the number is told. */
const LISTED = 20;

/** How many, and which: the first of them. */
export interface Listed<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** What did not pair up between annotations and predictions. */
export interface Pairing {
  /** Annotations without a prediction: misses where something should be found, and never rejections. */
  readonly missing: Listed<string>;
  readonly missingPositives: number;
  readonly missingNegatives: number;
  /** Predictions, by distinct id, that no annotation asked for. */
  readonly surplus: Listed<string>;
  /** Ids predicted more than once: the last line counts, as a repeated question is asked for a better answer. */
  readonly duplicates: Listed<string>;
  /** Annotations whose id was there before: the first one counts. */
  readonly repeatedAnnotations: Listed<string>;
  readonly badLines: Listed<BadLine>;
}

export interface Collected {
  readonly rows: ReadonlyMap<string, Row>;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly pairing: Pairing;
}

export type Many<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Reads annotations, then predictions, keeping of each only what scoring needs.
 * @param predictions a file of them, or themselves
 * @param k how many scores of a prediction are needed
 * @throws SpotterError not-found
 */
export async function collect(
  annotations: Many<Annotation>,
  predictions: string | Many<Prediction>,
  k: number,
): Promise<Collected> {
  const rows = new Map<string, Row>();
  const answers = new Map<string, Answer>();
  const repeated = lister<string>();
  const [surplus, duplicates] = [new Set<string>(), new Set<string>()];
  const bad = lister<BadLine>();
  for await (const annotation of annotations) {
    if (rows.has(annotation.id)) repeated.add(annotation.id);
    else rows.set(annotation.id, rowOf(annotation));
  }
  for await (const read of typeof predictions === 'string' ? readPredictions(predictions) : predictions) {
    if (isBad(read)) {
      bad.add(read);
      continue;
    }
    const row = rows.get(read.id);
    if (!row) {
      surplus.add(read.id);
      continue;
    }
    if (answers.has(read.id)) duplicates.add(read.id);
    answers.set(read.id, answerOf(read, row, k));
  }
  const missing = [...rows.values()].filter(({ id }) => !answers.has(id));
  const missingNegatives = missing.filter(({ negative }) => negative).length;
  return {
    rows,
    answers,
    pairing: {
      missing: listed(missing.map(({ id }) => id)),
      missingPositives: missing.length - missingNegatives,
      missingNegatives,
      surplus: listed([...surplus]),
      duplicates: listed([...duplicates]),
      repeatedAnnotations: repeated.list(),
      badLines: bad.list(),
    },
  };
}

/** How many, and the first of them. */
export const listed = <T>(all: readonly T[]): Listed<T> => ({
  count: all.length,
  first: all.slice(0, LISTED),
});

/** Counts all that is added, and keeps what is listed. */
function lister<T>(): { add(item: T): void; list(): Listed<T> } {
  const first: T[] = [];
  let count = 0;
  return {
    add(item) {
      count += 1;
      if (first.length < LISTED) first.push(item);
    },
    list: () => ({ count, first }),
  };
}
