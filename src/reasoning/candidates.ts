import type { Candidate, ConstraintScore } from '../verdict.ts';

/** Things said about a candidate that nothing could judge, without what its name leaves open. */
export const unjudged = (candidate: Candidate | undefined): ConstraintScore[] =>
  candidate?.judgements.filter((j) => (j.score === undefined && j.kind !== 'category') || j.open) ?? [];

/** Whether an observer has told that it is what the noun says, and all of it: a woman, but not a mother. */
export const isNameChecked = ({ judgements }: Candidate): boolean =>
  judgements.some((j) => j.kind === 'category' && j.score !== undefined && !j.open);

/** The judgement that speaks most against a candidate, if any could be made. */
export const worst = (candidate: Candidate): ConstraintScore | undefined =>
  candidate.judgements.filter((j) => j.score !== undefined).toSorted((a, b) => a.score! - b.score!)[0];

/** How well the constraint that fits least fits; 1 where nothing was judged. */
export const leastOf = (candidate: Candidate): number => worst(candidate)?.score ?? 1;

/** A constraint holds from this score. */
const HOLDS = 0.5;
/** Whether all that was judged holds. */
export const holds = (candidate: Candidate): boolean => leastOf(candidate) >= HOLDS;

/** From this certainty a thing is surely there. */
export const SURELY_THERE = 0.4;

/** Whether the thing is surely there, and something that was said of it does not hold. */
export const isContradicted = (candidate: Candidate): boolean =>
  candidate.certainty >= SURELY_THERE && !holds(candidate);
