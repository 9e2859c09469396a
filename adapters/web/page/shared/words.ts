import type { Answer } from './types.ts';

/** What is going on in each step of a question, by its name in the trace. */
const STEPS: Readonly<Record<string, string>> = {
  language: 'Reading the expression',
  route: 'Choosing who answers',
  target: "Finding the target's phrase",
  specialist: 'Looking with the detector',
  observing: 'Looking closer',
  reasoning: 'Weighing the candidates',
  verdict: 'Deciding',
  mllm: 'Asking the language model',
  presence: 'Calibrating',
  memory: 'Looking up earlier answers',
};

export const stepWords = (name: string): string => STEPS[name] ?? name;

export const OUTCOMES: Readonly<Record<Answer['outcome'], string>> = {
  found: 'Found',
  'not-present': 'Not present',
  undecided: 'Undecided',
};

/** An answer's sentence, where its outcome stands before it already. */
export const sentenceAfterOutcome = (sentence: string): string =>
  sentence.replace(/^(?:Not present:|Undecided:|Found:?) (.)/, (_, first: string) => first.toUpperCase());

/** Who decided. */
export const ROUTES: Readonly<Record<Answer['route'], string>> = {
  reasoning: 'reasoning',
  specialist: 'the detector',
  mllm: 'the language model',
  picked: 'you',
};

export const seconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** How long the steps of an answer took together, in words. */
export function stepTimes({ timings_ms, steps }: Pick<Answer, 'timings_ms' | 'steps'>): string {
  if (steps?.[0]?.name === 'memory') return 'from memory';
  const { total: _, ...times } = timings_ms;
  return seconds(Object.values(times).reduce((sum, ms) => sum + ms, 0));
}

/** "1 call, 1310 + 4 tokens, 850 ms, $0.0033" */
export function costWords(cost: NonNullable<Answer['cost']>): string {
  const calls = `${cost.calls} call${cost.calls === 1 ? '' : 's'}`;
  const money = cost.dollars === null ? [] : [`$${cost.dollars.toPrecision(2)}`];
  return [calls, `${cost.prompt_tokens} + ${cost.answer_tokens} tokens`, seconds(cost.ms), ...money].join(
    ', ',
  );
}
