import { createHash } from 'node:crypto';
import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { NO_COST } from '../mllm/cost.ts';
import { promptsHash } from '../mllm/prompts.ts';
import { createSharedWork } from '../shared-work.ts';
import type { StrategyDeps } from '../strategy/strategy.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What makes two questions the same one. */
export interface Same {
  /** Of the picture. */
  readonly sha256: string;
  readonly expression: string;
  readonly strategy: string;
}

/** Answers a question, or remembers the answer. */
export type Remember = (
  same: Same,
  answer: (signal: AbortSignal) => Promise<Verdict>,
  signal?: AbortSignal,
) => Promise<Verdict>;

export interface AnswersOptions {
  /** Answers kept; 1000 unless told, a few KB each. */
  readonly max?: number;
  /** How long, in milliseconds; an hour unless told. */
  readonly ttlMs?: number;
  readonly now?: () => number;
}

/**
 * Remembers answers by picture, expression, strategy and whatever else decides them: models, calibration and prompts.
 * The same question asked twice at the same time is answered once. An answer that had to do without its language
 * model is not remembered.
 */
export function createAnswers(
  deps: StrategyDeps,
  { max = 1000, ttlMs = 3_600_000, now = () => performance.now() }: AnswersOptions = {},
): Remember {
  const kept = new Keyv<Verdict>({ store: bounded(max), ttl: ttlMs, useKeyPrefix: false });
  const share = createSharedWork<Verdict>(kept, ({ degraded }) => !degraded);
  const decisive = decisiveOf(deps);
  return async (same, answer, signal) => {
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
    return asked ? verdict : remembered(verdict, now() - start);
  };
}

/** A store for keyv that forgets the least recently used. */
function bounded(max: number) {
  const kept = new LRUCache<string, object>({ max });
  return {
    get: (key: string) => kept.get(key),
    // keyv passes a time to live as well, which it looks after itself.
    set: (key: string, value: object) => void kept.set(key, value),
    delete: (key: string) => kept.delete(key),
    clear: () => kept.clear(),
  };
}

/** Blanks do not matter to what is asked for. */
export const normalised = (expression: string): string =>
  expression.normalize('NFC').trim().replace(/\s+/g, ' ');

const keyOf = ({ sha256, expression, strategy }: Same, decisive: string): string =>
  hash(JSON.stringify([sha256, normalised(expression), strategy, decisive]));

/** Everything but the question that an answer depends on. */
function decisiveOf({ specialist, calibration, mllm }: StrategyDeps): string {
  const { mllm: model, ...how } = mllm ?? {};
  const asked = model && { id: model.id, profile: model.profile, how, prompts: promptsHash() };
  return hash(JSON.stringify([specialist.id, specialist.variant, calibration, asked]));
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
