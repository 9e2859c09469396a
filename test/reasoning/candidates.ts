import type { Candidate, ConstraintScore } from '../../src/verdict.ts';

/** A dog that fits everything, unless said otherwise. */
export const candidate = (more: Partial<Candidate> = {}): Candidate => ({
  box: [0, 0, 50, 50],
  label: 'dog',
  detection: 0.8,
  certainty: 0.8,
  rival: 0,
  score: 0.8,
  judgements: [],
  ...more,
});

export const judgement = (
  kind: ConstraintScore['kind'],
  score: number | undefined,
  more: Partial<ConstraintScore> = {},
): ConstraintScore => ({ kind, words: kind, score, reason: '', ...more });
