import type { SpotterError } from '../errors.ts';
import type { Query } from '../language/query.ts';
import { NO_COST } from '../mllm/cost.ts';
import type { Cost } from '../mllm/mllm.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import { MOST_SHOWN } from '../verdict/sentence.ts';
import type { Route } from '../verdict/verdict.ts';
import type { Decision } from './strategy.ts';

/** What a decision without reasoning is made from. */
export interface Conclusion {
  readonly query: Query;
  readonly considered: readonly Candidate[];
  readonly presence: number;
  /** That the first of them is it; as likely as presence unless told. */
  readonly right?: number;
  readonly route: Route;
  readonly cost?: Cost;
}

/** That one candidate is it. */
export const found = (conclusion: Conclusion, candidate: Candidate, how = ''): Decision => ({
  ...common(conclusion),
  outcome: 'found',
  candidates: [candidate],
  sentence: `Found "${conclusion.query.text}"${how}.`,
});

/** @param why after the colon */
export const notPresent = (conclusion: Conclusion, why: string): Decision => ({
  ...common(conclusion),
  outcome: 'not-present',
  candidates: [],
  sentence: `Not present: ${why}.`,
});

/** @param why after the colon */
export const undecided = (conclusion: Conclusion, why: string): Decision => ({
  ...common(conclusion),
  outcome: 'undecided',
  candidates: conclusion.considered.slice(0, MOST_SHOWN),
  sentence: `Undecided: ${why}.`,
});

const common = ({ considered, presence, right = presence, route, cost = NO_COST }: Conclusion) => ({
  considered,
  presence,
  right: Math.min(right, presence),
  unresolved: [],
  route,
  cost,
});

/**
 * A decision that stands without the language model, which was asked in vain.
 * @param why what kept it from helping, as a sentence
 */
export const withoutMllm = (decision: Decision, why: string, cost: Cost): Decision => ({
  ...decision,
  sentence: `${decision.sentence} ${why} So this is without it.`,
  cost,
  degraded: true,
});

/** What is left to say when nobody could be asked: the candidates, for the person to choose from. */
export const unasked = (
  query: Query,
  considered: readonly Candidate[],
  { down, cost }: { readonly down: SpotterError; readonly cost: Cost },
): Decision => {
  const conclusion = {
    query,
    considered,
    presence: considered[0]?.certainty ?? 0,
    route: 'specialist' as const,
  };
  return withoutMllm(undecided(conclusion, 'nobody could choose among the candidates'), down.message, cost);
};

/** Why an answer that is neither an offered letter nor a box decides nothing. */
export const ofNoUse = ({ why }: { readonly why: string }): string =>
  `the language model's answer is of no use (${why})`;

/** "one of 5 candidates", "the only candidate" */
export const outOf = (n: number): string => (n === 1 ? 'the only candidate' : `one of ${n} candidates`);
