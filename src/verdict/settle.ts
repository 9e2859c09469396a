import type { Query } from '../language/query.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import { worthShowing } from './decide.ts';
import { type Scale, scaled, stands } from './scale.ts';
import { MOST_SHOWN, sayUnsure } from './sentence.ts';
import type { Verdict } from './verdict.ts';

type Decision = Omit<Verdict, 'trace' | 'strategy'>;

/**
 * Scales the presence that a strategy reports, and leaves undecided what is not sure enough for its outcome. Nothing
 * becomes found or not present by it. What a person picked, and what had to do without its language model, is no answer
 * of the kind that the scale was fitted to, and stays as it is.
 */
export function settle(decision: Decision, scale: Scale, query: Query): Decision {
  if (decision.degraded || decision.route === 'picked') return decision;
  const presence = scaled(scale, decision.presence);
  const settled = { ...decision, presence, right: Math.min(decision.right, presence) };
  if (stands(decision.outcome, presence, scale)) return settled;
  const candidates = toChooseFrom(decision);
  const sentence = sayUnsure(query, decision, candidates.length);
  return { ...settled, outcome: 'undecided', candidates, sentence };
}

/** Several that were meant together stay together; else what was marked comes first. */
function toChooseFrom({ candidates, considered }: Decision): readonly Candidate[] {
  if (candidates.length > 1) return candidates.slice(0, MOST_SHOWN);
  return worthShowing([...new Set([...candidates, ...considered])]);
}

const NEEDS = {
  found: ({ found }: Scale) => `; found needs ${found} or more`,
  'not-present': ({ absent }: Scale) => `; not present needs ${absent} or less`,
  undecided: () => '',
} as const;

/** What the scale makes of a decision, for the trace. */
export const sayScaling =
  (before: Decision, scale: Scale) =>
  (after: Decision): string =>
    after === before
      ? 'left as it is'
      : `presence ${before.presence.toFixed(3)} is worth ${after.presence.toFixed(3)}${NEEDS[before.outcome](scale)}`;
