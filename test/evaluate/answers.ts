import type { Box } from '../../src/box.ts';
import type { Annotation } from '../../src/evaluate/prediction.ts';
import type { Outcome, Verdict } from '../../src/verdict.ts';
import { NO_COST } from '../../src/verdict.ts';
import { candidate } from '../reasoning/candidates.ts';

/** A question about a dog at 10, 10 of 20 x 20 pixels, unless said otherwise. */
export const annotation = (more: Partial<Annotation> = {}): Annotation => ({
  id: 'a',
  image_id: 1,
  file_name: 'dogs.jpg',
  expression: 'the dog',
  bbox: [10, 10, 20, 20],
  level: 1,
  tags: ['category'],
  ...more,
});

export const verdict = (outcome: Outcome, ...boxes: Box[]): Verdict => ({
  outcome,
  candidates: boxes.map((box) => candidate({ box })),
  considered: [],
  presence: 0.5,
  sentence: '',
  unresolved: [],
  right: 0.5,
  strategy: 'auto',
  route: 'reasoning',
  cost: NO_COST,
  trace: [],
});
