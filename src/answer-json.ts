import type { Box } from './box.ts';
import type { Picture } from './picture/picture.ts';
import type { Cost, Outcome, Verdict } from './verdict.ts';

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
  readonly route: string;
  /** What a language model took for it; null where none was asked. Dollars are null where no price is known. */
  readonly cost: CostJson | null;
  readonly image: { readonly width: number; readonly height: number; readonly sha256: string };
  /** Where the annotated picture was written. */
  readonly output: string | null;
  /** By the name of the step, and `total` from asking to answer. */
  readonly timings_ms: Readonly<Record<string, number>>;
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
    output: output ?? null,
    timings_ms: Object.fromEntries([
      ...trace.map(({ name, ms }) => [name, tenth(ms)]),
      ['total', tenth(total)],
    ]),
  };
}

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

const tenth = (n: number): number => Math.round(n * 10) / 10;
const thousandth = (n: number): number => Math.round(n * 1000) / 1000;
