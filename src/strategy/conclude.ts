import type { SpotterError } from '../errors.ts';
import type { Query } from '../expression/query.ts';
import type { TokenAlternative } from '../mllm/mllm.ts';
import { lettersOf, type MultipleChoice, type Offerable } from '../mllm/multiple-choice.ts';
import type { Choice } from '../mllm/reply/letter.ts';
import { formatAsked, MAX_SHOWN } from '../reasoning/sentences.ts';
import { logit, sigmoid } from '../scales.ts';
import { type Candidate, type Cost, type Decision, NO_COST, type Route } from '../verdict.ts';

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

/** That one candidate is it, or that several are meant together. */
export const found = (
  conclusion: Conclusion,
  candidates: Candidate | readonly [Candidate, ...Candidate[]],
  how = '',
): Decision => {
  const meant = 'box' in candidates ? [candidates] : candidates;
  const many = meant.length > 1 ? ` (${meant.length})` : '';
  return {
    ...common(conclusion),
    outcome: 'found',
    candidates: meant,
    sentence: `Found ${formatAsked(conclusion.query)}${many}${how}.`,
  };
};

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
  candidates: conclusion.considered.slice(0, MAX_SHOWN),
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

/** How likely each offered letter is, as far as the model tells. */
export interface Probabilities {
  /** By letter, None's included; they add up to 1. */
  readonly byLetter: Readonly<Record<string, number>>;
  /** From the alternatives of the first answer token, or from the answer alone. */
  readonly from: 'logprobs' | 'answer';
}

/** Alternatives are about letters when letters hold at least this much of their probability. */
const LETTERS_HOLD = 0.5;

/**
 * Probabilities of the offered letters.
 *
 * With alternatives of the first token: spellings of one letter (" B", "B", "b", "(B") are added up, and all offered
 * letters are scaled to add up to 1. Servers tell the first few alternatives only: what these leave over is shared
 * equally among the letters that are missing, but none gets more than the least likely alternative told, since it
 * would have been told otherwise. Where the first token is mostly no letter at all ("The answer is …"), and without
 * alternatives, the answer alone counts: 1 for what was chosen. An unreadable answer without alternatives gives none.
 */
export function probabilities<C extends Offerable>(
  offer: MultipleChoice<C>,
  choice: Choice<C>,
  first: readonly TokenAlternative[] = [],
): Probabilities | undefined {
  const letters = lettersOf(offer);
  const told = first.filter(({ logprob }) => logprob <= 0).map((a) => ({ ...a, p: Math.exp(a.logprob) }));
  const sums = new Map<string, number>();
  for (const { token, p } of told) {
    const letter = letterOf(token, offer);
    if (letter !== undefined) sums.set(letter, (sums.get(letter) ?? 0) + p);
  }
  const held = sum([...sums.values()]);
  if (held < LETTERS_HOLD) return fromChoice(letters, offer, choice);
  const missing = letters.filter((letter) => !sums.has(letter));
  const left = Math.max(0, 1 - sum(told.map(({ p }) => p)));
  const share = Math.min(left / Math.max(1, missing.length), ...told.map(({ p }) => p));
  for (const letter of missing) sums.set(letter, share);
  const total = sum([...sums.values()]);
  const byLetter = Object.fromEntries(letters.map((letter) => [letter, sums.get(letter)! / total]));
  return { byLetter, from: 'logprobs' };
}

/**
 * How likely it is that what was asked for is among the candidates: 1 - P(None), for every question alike, whatever
 * the true answer. The published code turns the score around for negatives answered None, which makes a model that
 * always says None a perfect one. Undefined where None was not offered, or nothing is known.
 */
export function presenceOf(
  offer: MultipleChoice<Offerable>,
  known: Probabilities | undefined,
): number | undefined {
  if (known === undefined || offer.none === undefined) return undefined;
  return 1 - known.byLetter[offer.none]!;
}

/**
 * The same of an answer that is a box or None: 1 - P(first token begins "None"). Undefined where no alternatives are told,
 * where the answer is neither, and where its first token is not what decided (None said in a sentence).
 */
export function presenceOfBox(
  { kind }: { readonly kind: 'boxes' | 'none' | 'unreadable' },
  first: readonly TokenAlternative[] = [],
): number | undefined {
  if (first.length === 0 || kind === 'unreadable') return undefined;
  const ofNone = first.filter(({ token, logprob }) => logprob <= 0 && /^none?$/i.test(bareOf(token)));
  const none = Math.min(1, sum(ofNone.map(({ logprob }) => Math.exp(logprob))));
  return (kind === 'none') === none >= 0.5 ? 1 - none : undefined;
}

/**
 * The detector's calibrated presence and the MLLM's as one: the weighted mean of their log-odds. Both must be
 * probabilities of the same statement, that what was asked for is in the picture.
 * @param weight of the MLLM, 0..1
 */
export function combinedPresence(detector: number, mllm: number | undefined, weight = 0.5): number {
  if (mllm === undefined) return detector;
  return sigmoid((1 - weight) * logit(detector) + weight * logit(mllm));
}

function fromChoice<C extends Offerable>(
  letters: readonly string[],
  offer: MultipleChoice<C>,
  choice: Choice<C>,
): Probabilities | undefined {
  if (choice.kind === 'unreadable') return undefined;
  const chosen = choice.kind === 'none' ? offer.none : choice.letter;
  return {
    byLetter: Object.fromEntries(letters.map((letter) => [letter, letter === chosen ? 1 : 0])),
    from: 'answer',
  };
}

/** What tokenizers put before a word, and what may stand around a letter. */
const AROUND = /^[\s\u2581\u0120\u010a"'`*([{]+|[\s"'`*)\]}.:,]+$/g;

const bareOf = (token: string): string => token.replace(AROUND, '');

function letterOf(token: string, offer: MultipleChoice<Offerable>): string | undefined {
  const bare = bareOf(token);
  if (/^none$/i.test(bare)) return offer.none;
  if (!/^[A-Za-z]$/.test(bare)) return undefined;
  const letter = bare.toUpperCase();
  return lettersOf(offer).includes(letter) ? letter : undefined;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
