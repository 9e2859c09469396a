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

const common = ({ considered, presence, route, cost = NO_COST }: Conclusion) => ({
  considered,
  presence,
  right: presence,
  unresolved: [],
  route,
  cost,
});

/** A decision reached without the language model that should have been asked. */
export const withoutMllm = (decision: Decision, down: SpotterError): Decision => ({
  ...decision,
  sentence: `${decision.sentence} ${down.message} So this is without it.`,
  degraded: true,
});

/** What is left to say when nobody could be asked: the candidates, for the person to choose from. */
export const unasked = (query: Query, considered: readonly Candidate[], down: SpotterError): Decision =>
  withoutMllm(
    undecided(
      { query, considered, presence: considered[0]?.certainty ?? 0, route: 'specialist' },
      'nobody could choose among the candidates',
    ),
    down,
  );

/** Why an answer that is neither an offered letter nor a box decides nothing. */
export const UNREADABLE = "the language model's answer could not be understood";

/** "one of 5 candidates", "the only candidate" */
export const outOf = (n: number): string => (n === 1 ? 'the only candidate' : `one of ${n} candidates`);
