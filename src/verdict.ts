import type { Box } from './box.ts';
import type { Explanation } from './explanation.ts';
import type { Constraint, QuestionKind } from './expression/query.ts';
import type { Picture } from './picture/picture.ts';

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
  /** What was answered, where a question was asked about the thing. */
  readonly question?: QuestionAnswer;
  readonly trace: Trace;
  /** How it came about, in full; only where that was asked for. */
  readonly explanation?: Explanation;
}

/** The answer to a question about things in a picture. */
export interface QuestionAnswer {
  readonly kind: QuestionKind;
  /** Yes or no, how many, words, kinds of things; null where it cannot be told. */
  readonly value: boolean | number | string | readonly string[] | null;
  /** The number is a lower bound: more may be hidden, or are doubtful. */
  readonly atLeast?: true;
  /** Of an undecided answer: what the value would be for each of the numbered candidates. */
  readonly each?: readonly (string | null)[];
}

/** Whether it is left to the person which of the numbered candidates is meant; doubtful ones are only shown. */
export const isForChoosing = ({ outcome, question }: Pick<Verdict, 'outcome' | 'question'>): boolean =>
  outcome === 'undecided' &&
  (question === undefined || question.kind === 'which' || question.each !== undefined);

/** A verdict as a strategy gives it: its name, the trace and the explanation are added by whoever asks it. */
export type Decision = Omit<Verdict, 'trace' | 'strategy' | 'explanation'>;

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
  /** Where in the picture it was judged; not kept with a stored answer. */
  readonly evidence?: Evidence;
}

/** Boxes that a judgement looked at besides the candidate's own, in pixels of the oriented picture. */
export interface Evidence {
  /** The other things of a relation: the pair that fits best. */
  readonly others?: readonly Box[];
  /** What it was counted among or compared with, itself included; in that order where there is one. */
  readonly group?: readonly Box[];
  /** The areas whose pixels were read. */
  readonly pixels?: readonly Box[];
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

/**
 * A verdict as it may be stored: how people look is told with an answer, and not kept; neither is what only explains it
 * at length.
 */
export function storable<V extends Stored>({ explanation: _, ...verdict }: V): Omit<V, 'explanation'> {
  const bare = (candidates: readonly Candidate[]): Candidate[] =>
    candidates.map((candidate) => ({
      ...candidate,
      judgements: candidate.judgements.map(({ evidence: _, ...judgement }) =>
        judgement.kind === 'category' && judgement.score !== undefined
          ? { ...judgement, score: undefined, reason: 'what was seen of it is not kept' }
          : judgement,
      ),
    }));
  const told = LOOKS_TOLD.test(verdict.sentence) ? { sentence: NOT_KEPT } : {};
  const trace = verdict.trace.map((step) =>
    LOOKS_TOLD.test(step.said) ? { ...step, said: NOT_KEPT } : step,
  );
  return {
    ...{ ...verdict, ...told, trace },
    candidates: bare(verdict.candidates),
    considered: bare(verdict.considered),
  };
}

type Stored = Pick<Verdict, 'candidates' | 'considered' | 'sentence' | 'trace' | 'explanation'>;

/** A sentence that says how somebody looks: "there is a person, but looks like a man". */
const LOOKS_TOLD = /looks? like a (?:woman|man)/;
const NOT_KEPT = 'What was said of how somebody looks is not kept.';

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

/** An answer for programs; docs/cli.md describes it, and scripts rely on it: nothing may be renamed or dropped. */
export interface AnswerJson {
  readonly outcome: Outcome;
  /** Pixels of the oriented picture; best first, `undecided` in the order of its numbers, `not-present` none. */
  readonly boxes: readonly Box[];
  /** How well each box fits, 0..1, aligned with `boxes`. */
  readonly scores: readonly number[];
  readonly presence: number;
  readonly sentence: string;
  readonly unresolved: readonly string[];
  /** Which way the question went, and who decided. */
  readonly strategy: string;
  readonly route: Route;
  /** What a language model took for it; null where none was asked. Dollars are null where no price is known. */
  readonly cost: CostJson | null;
  readonly image: { readonly width: number; readonly height: number; readonly sha256: string };
  /** What was answered; absent where an expression was asked for, and no question. */
  readonly question?: QuestionJson;
  /** Where the annotated picture was written. */
  readonly output: string | null;
  /** By the name of the step, and `total` from asking to answer. */
  readonly timings_ms: Readonly<Record<string, number>>;
}

export interface QuestionJson {
  readonly kind: QuestionKind;
  readonly value: QuestionAnswer['value'];
  /** Only where the value is a lower bound. */
  readonly at_least?: true;
}

export interface CostJson {
  readonly calls: number;
  readonly prompt_tokens: number;
  readonly answer_tokens: number;
  readonly ms: number;
  readonly dollars: number | null;
}

export interface AnswerJsonOptions {
  readonly output?: string | undefined;
  /** From asking to answer in milliseconds; by default the sum of the steps. */
  readonly totalMs?: number;
}

/** Boxes and times are rounded to a tenth, scores to a thousandth. */
export function answerJson(
  picture: Pick<Picture, 'width' | 'height' | 'sha256'>,
  verdict: Verdict,
  { output, totalMs }: AnswerJsonOptions = {},
): AnswerJson {
  const { outcome, candidates, presence, sentence, unresolved, strategy, route, cost, trace } = verdict;
  const total = totalMs ?? trace.reduce((sum, { ms }) => sum + ms, 0);
  return {
    outcome,
    boxes: candidates.map(({ box }) => box.map(tenth) as unknown as Box),
    scores: candidates.map(({ score }) => thousandth(score)),
    presence: thousandth(presence),
    sentence,
    unresolved,
    strategy,
    route,
    cost: costJson(cost),
    image: { width: picture.width, height: picture.height, sha256: picture.sha256 },
    ...(verdict.question && { question: questionJson(verdict.question) }),
    output: output ?? null,
    timings_ms: Object.fromEntries([
      ...trace.map(({ name, ms }) => [name, tenth(ms)]),
      ['total', tenth(total)],
    ]),
  };
}

const questionJson = ({ kind, value, atLeast }: QuestionAnswer): QuestionJson => ({
  kind,
  value,
  ...(atLeast && { at_least: atLeast }),
});

export const costJson = ({ calls, promptTokens, answerTokens, ms, dollars }: Cost): CostJson | null =>
  calls === 0
    ? null
    : {
        calls,
        prompt_tokens: promptTokens,
        answer_tokens: answerTokens,
        ms: tenth(ms),
        dollars: dollars ?? null,
      };

/** Boxes and times, and scores, as JSON has them. */
export const tenth = (n: number): number => Math.round(n * 10) / 10;
export const thousandth = (n: number): number => Math.round(n * 1000) / 1000;
