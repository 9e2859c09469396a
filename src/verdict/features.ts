import type { Query } from '../language/query.ts';
import type { Sighting } from '../reasoning/sighting.ts';
import type { Candidate, Judgement } from './verdict.ts';

/** What the calibration weighs, each on a scale where 0 is unremarkable. */
export const FEATURES = [
  'certainty',
  'rival',
  'fit',
  'worst',
  'unresolved',
  'narrower',
  'ambiguity',
] as const;
export type Features = Readonly<Record<(typeof FEATURES)[number], number>>;

const LEAST_CERTAIN = 0.02;

/** Things said about a candidate that nothing could judge, without what its name leaves open. */
export const unjudged = (candidate: Candidate | undefined): Judgement[] =>
  candidate?.judgements.filter((j) => (j.score === undefined && j.kind !== 'category') || j.open) ?? [];

export const worst = (candidate: Candidate): Judgement | undefined =>
  candidate.judgements.filter((j) => j.score !== undefined).toSorted((a, b) => a.score! - b.score!)[0];

/**
 * Describes the best candidate for the calibration; without any candidate it is the least certain one.
 * - certainty: log odds that such a thing is there
 * - rival: best score of another label at the same place, as a multiple (0..3)
 * - fit: natural logarithm of the product of all judged constraints
 * - worst: the least of them, 0..1
 * - unresolved: number of constraints that could not be judged (0..2)
 * - narrower: 1 when the noun is a kind of what was detected
 * - ambiguity: 0 where the best candidate leads clearly, 1 where the second best fits as well
 */
export function featuresOf(_query: Query, candidates: readonly Candidate[], sighting: Sighting): Features {
  const [first, second] = candidates;
  const p = Math.min(Math.max(first?.certainty ?? 0, LEAST_CERTAIN), 1 - LEAST_CERTAIN);
  const judged = first?.judgements.flatMap((j) => (j.score === undefined ? [] : [j.score])) ?? [];
  return {
    certainty: Math.log(p / (1 - p)),
    rival: Math.min(first?.rival ?? 0, 3),
    fit: judged.reduce((sum, score) => sum + Math.log(Math.max(score, 0.02)), 0),
    worst: Math.min(1, ...judged),
    unresolved: Math.min(unjudged(first).length, 2),
    narrower: sighting.match === 'narrower' ? 1 : 0,
    ambiguity: first && second ? (second.score / Math.max(first.score, 1e-9)) ** 4 : 0,
  };
}
