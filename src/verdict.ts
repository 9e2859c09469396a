import { performance } from 'node:perf_hooks';
import type { Box } from './box.ts';
import type { Constraint } from './expression/query.ts';

export const ROUTES = ['reasoning', 'specialist', 'mllm', 'picked'] as const;
export type Route = (typeof ROUTES)[number];

export type Outcome = 'found' | 'not-present' | 'undecided';

/** The answer to one question. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Best first: the found regions; for `undecided` the numbered candidates; for `not-present` none. */
  readonly candidates: readonly Candidate[];
  /** All that was considered, best first, whatever the outcome. */
  readonly considered: readonly Candidate[];
  /** Calibrated probability that what was asked for is in the picture, 0..1. */
  readonly presence: number;
  /** Calibrated probability that the best candidate is what was asked for, 0..1. */
  readonly right: number;
  /** One or two sentences for a person. */
  readonly sentence: string;
  /** The words that could not be judged. */
  readonly unresolved: readonly string[];
  /** Which way the question went. */
  readonly strategy: string;
  /** Who decided. */
  readonly route: Route;
  /** What a language model took for it. */
  readonly cost: Cost;
  /** It had to do without the language model that should have been asked. */
  readonly degraded?: boolean;
  readonly trace: Trace;
}

/** How one constraint fares on one candidate: 0 (contradicted) .. 1 (holds), and why, in words. */
export interface ConstraintScore {
  readonly kind: Constraint['kind'] | 'category';
  readonly words: string;
  /** Undefined where it could not be judged. */
  readonly score: number | undefined;
  readonly reason: string;
  /** The opposite was asked for ("not in a boat"); the score already says so. */
  readonly negated?: boolean;
  /** What was seen instead of what was asked for: a colour, or how many there are to count. */
  readonly seen?: string;
  /** The other thing of a relation that was not detected. */
  readonly missing?: string;
  /** Words about the other thing of a relation that could not be judged, although they would matter. */
  readonly open?: readonly string[];
}

/** A region under consideration, with what speaks for and against it. */
export interface Candidate {
  readonly box: Box;
  /** What it was detected as. */
  readonly label: string;
  /** The detector's own score, 0..1. */
  readonly detection: number;
  /** How likely such a thing is there at all, whatever is said about it, 0..1. */
  readonly certainty: number;
  /** Best score of a look-alike label at the same place, as a multiple of this one's. */
  readonly rival: number;
  /** How well it fits the whole expression, 0..1. */
  readonly score: number;
  readonly judgements: readonly ConstraintScore[];
}

export const NO_COST: Cost = { calls: 0, promptTokens: 0, answerTokens: 0, ms: 0 };

/** What several took together; without dollars if it is not known of one of them. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const some = costs.filter(({ calls }) => calls > 0);
  const sum = (of: (cost: Cost) => number): number => some.reduce((total, cost) => total + of(cost), 0);
  const priced = some.length > 0 && some.every(({ dollars }) => dollars !== undefined);
  return {
    calls: sum(({ calls }) => calls),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    answerTokens: sum(({ answerTokens }) => answerTokens),
    ms: sum(({ ms }) => ms),
    ...(priced && { dollars: sum(({ dollars = 0 }) => dollars) }),
  };
}

/** "2 calls, 1310 + 4 tokens, 850 ms, $0.0033" */
export function formatCost({ calls, promptTokens, answerTokens, ms, dollars }: Cost): string {
  const tokens = `${promptTokens} + ${answerTokens} tokens`;
  const money = dollars === undefined ? [] : [`$${dollars.toFixed(dollars < 0.01 ? 6 : 4)}`];
  return [`${calls} call${calls === 1 ? '' : 's'}`, tokens, `${Math.round(ms)} ms`, ...money].join(', ');
}

/** What answers took: summed over attempts, without waiting for a turn or for the next attempt. */
export interface Cost {
  readonly calls: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly ms: number;
  /** In US dollars, where the profile has a price. */
  readonly dollars?: number;
}

/** One step of a question's way: its name, how long it took, and what came of it, in words. */
export interface Step {
  readonly name: string;
  readonly ms: number;
  readonly said: string;
}

export type Trace = readonly Step[];

/** Collects the steps of one question. */
export class Tracer {
  readonly steps: Step[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Runs one step and notes its duration and what `say` makes of the result. */
  async step<T>(name: string, work: () => T | Promise<T>, say: (result: T) => string): Promise<T> {
    const start = this.#now();
    const result = await work();
    this.steps.push({ name, ms: this.#now() - start, said: say(result) });
    return result;
  }
}
