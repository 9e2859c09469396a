import { createHash } from 'node:crypto';
import { normalised } from '../find.ts';
import { NO_COST } from '../mllm/cost.ts';
import { promptsHash } from '../mllm/prompts.ts';
import { createSharedWork } from '../shared-work.ts';
import type { StrategyDeps } from '../strategy/strategy.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { VERSION } from '../version.ts';
import { createKept, type KeptOptions } from './kept.ts';

/** What makes two questions the same one. */
export interface Same {
  /** Of the picture. */
  readonly sha256: string;
  readonly expression: string;
}

type SameWay = Same & { readonly strategy: string };

export interface Answers {
  /** Answers a question, or remembers the answer. */
  remember(
    same: SameWay,
    answer: (signal: AbortSignal) => Promise<Verdict>,
    signal?: AbortSignal,
  ): Promise<Verdict>;
  /** Forgets the answers to questions, of whatever strategy and models. @throws SpotterError memory-down */
  forget(questions: readonly Same[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Remembers answers by picture, expression, strategy and whatever else decides them: models, calibration and prompts.
 * The same question asked twice at the same time is answered once. An answer that had to do without its language
 * model is not remembered.
 */
export function createAnswers(
  deps: StrategyDeps,
  { now = () => performance.now(), ...options }: KeptOptions & { readonly now?: () => number } = {},
): Answers {
  const kept = createKept(options);
  const share = createSharedWork<Verdict>(kept, ({ degraded }) => !degraded);
  const decisive = decisiveOf(deps);
  return {
    async remember(same, answer, signal) {
      const start = now();
      let asked = false;
      const verdict = await share(
        keyOf(same, decisive),
        (shared) => {
          asked = true;
          return answer(shared);
        },
        signal,
      );
      const known = asked ? verdict : remembered(verdict, now() - start);
      return kept.trouble === undefined ? known : troubled(known, kept.trouble);
    },
    forget: (questions) => kept.forget(new Set(questions.map(prefixOf))),
    close: () => kept.close(),
  };
}

const keyOf = ({ strategy, ...question }: SameWay, decisive: string): string =>
  prefixOf(question) + hash(JSON.stringify([strategy, decisive]));

const prefixOf = ({ sha256, expression }: Same): string =>
  `${hash(JSON.stringify([sha256, normalised(expression)]))}:`;

/** Everything but the question that an answer depends on. */
function decisiveOf({ specialist, calibration, mllm }: StrategyDeps): string {
  const { mllm: model, ...how } = mllm ?? {};
  const { id, where, profile } = model ?? {};
  const asked = model && { id, where, profile, how, prompts: promptsHash() };
  return hash(JSON.stringify([VERSION, specialist.id, specialist.variant, calibration, asked]));
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An answer given again: nothing was done for it this time. */
const remembered = (verdict: Verdict, ms: number): Verdict => ({
  ...verdict,
  cost: NO_COST,
  trace: [
    { name: 'memory', ms, said: 'answered before; these were the steps' },
    ...verdict.trace.map((step) => ({ ...step, ms: 0 })),
  ],
});

const troubled = (verdict: Verdict, trouble: string): Verdict => ({
  ...verdict,
  trace: [...verdict.trace, { name: 'memory', ms: 0, said: `answers cannot be kept in a file: ${trouble}` }],
});
