import type { Annotation, Prediction } from '../../../src/evaluate/prediction.ts';
import { formatCount } from '../../../src/evaluate/score/print.ts';
import { score } from '../../../src/evaluate/score/score.ts';
import { figureOf, type ScoreOptions, type Scores } from '../../../src/evaluate/score/sections.ts';

export type Xyxy = [number, number, number, number];
export const RIGHT: Xyxy = [10, 10, 30, 30];
export const WRONG: Xyxy = [100, 100, 120, 120];

/** A level-1 positive with its reference at RIGHT, on an image of its own, unless said otherwise. */
export const positive = (id: string, more: Partial<Annotation> = {}): Annotation => ({
  id,
  image_id: id,
  file_name: `${id}.jpg`,
  expression: `the dog ${id}`,
  bbox: [10, 10, 20, 20],
  level: 1,
  tags: [],
  ...more,
});

/** A negative of the positive; it carries the positive's box, as those of published sets do. */
export const negative = (id: string, positiveId: string, more: Partial<Annotation> = {}): Annotation =>
  positive(id, {
    image_id: positiveId,
    positive_id: positiveId,
    negative_type: 'flip',
    negative_level: 1,
    negative_cate: 'text',
    ...more,
  });

/** An answer "found" with the right box, unless said otherwise; scores fall from .9. */
export function answer(id: string, more: Partial<Prediction> = {}): Prediction {
  const boxes = more.boxes ?? [RIGHT];
  return {
    id,
    boxes,
    scores: boxes.map((_, i) => 0.9 - i / 10),
    presence: 0.5,
    outcome: 'found',
    route: 'reasoning',
    timings_ms: { total: 100 },
    ...more,
  };
}

export const failed = (id: string): Prediction => ({
  id,
  boxes: [],
  scores: [],
  outcome: 'error',
  timings_ms: { total: 5 },
  error: { code: 'timed-out', message: 'The question took too long.' },
});

/** Scored with few resamples. */
export const scored = (
  annotations: readonly Annotation[],
  predictions: readonly Prediction[] | string,
  options: ScoreOptions = {},
): Promise<Scores> => score(annotations, predictions, { resampling: { resamples: 20 }, ...options });

/** "2/3", or undefined where there is no such figure. */
export function countOf(scores: Scores, metric: string, group: string): string | undefined {
  const figure = figureOf(scores, metric, group);
  return figure && formatCount(figure.count);
}

export const figured = (scores: Scores, metric: string, group: string): number | null | undefined =>
  figureOf(scores, metric, group)?.value;
