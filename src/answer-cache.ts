import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { VERSION } from './config.ts';
import { asSpotterError } from './errors.ts';
import { normalised } from './expression/reader.ts';
import { promptsHash } from './mllm/prompts.ts';
import { createSingleFlight, type Results } from './single-flight.ts';
import type { Namespace, Store } from './store/store.ts';
import type { StrategyDeps } from './strategy/strategy.ts';
import { NO_COST, storable, type Verdict } from './verdict.ts';

/** What makes two questions the same one. */
export interface AnswerKey {
  /** Of the picture. */
  readonly sha256: string;
  readonly expression: string;
}

interface AnswerKeyParts extends AnswerKey {
  readonly strategy: string;
  /** Whatever else was asked for of this one question; plain data. */
  readonly how?: unknown;
}

export interface Answers {
  /** Answers a question, or remembers the answer. */
  remember(
    same: AnswerKeyParts,
    answer: (signal: AbortSignal) => Promise<Verdict>,
    signal?: AbortSignal,
  ): Promise<Verdict>;
  /** Forgets the answers to questions, of whatever strategy and models. @throws SpotterError memory-down */
  forget(questions: readonly AnswerKey[]): Promise<void>;
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
  const share = createSingleFlight<Verdict>(kept, ({ degraded }) => !degraded);
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

const keyOf = ({ strategy, how, ...question }: AnswerKeyParts, decisive: string): string =>
  prefixOf(question) + hash(JSON.stringify([strategy, how, decisive]));

const prefixOf = ({ sha256, expression }: AnswerKey): string =>
  `${hash(JSON.stringify([sha256, normalised(expression)]))}:`;

/** Everything but the question that an answer depends on. */
function decisiveOf({ detector, observers, calibration, mllm }: StrategyDeps): string {
  const { mllm: model, ...how } = mllm ?? {};
  const { id, where, profile } = model ?? {};
  const asked = model && { id, where, profile, how, prompts: promptsHash() };
  return hash(JSON.stringify([VERSION, detector.id, detector.variant, observers?.ids, calibration, asked]));
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

const DAY = 86_400_000;
const MAX_IN_FILE = 10_000;

export interface KeptOptions {
  /** Answers kept in memory; 200 unless told, some 20 KB each. */
  readonly max?: number;
  /** How long in memory, in milliseconds; an hour unless told. */
  readonly ttlMs?: number;
  /** The file where answers are kept that a language model was paid for: 10,000, for a week. None unless told. */
  readonly path?: string | undefined;
}

/** Answers that were given. */
export interface Kept extends Results<Verdict> {
  /** Why nothing can be kept in the file. */
  readonly trouble: string | undefined;
  /** Removes all answers whose key begins with one of these, wherever they are. @throws SpotterError memory-down */
  forget(prefixes: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** All of them in memory; in a file, which is opened when it is needed, those that cost something. */
function createKept({ max = 200, ttlMs = DAY / 24, path }: KeptOptions = {}): Kept {
  const recent = new LRUCache<string, Verdict>({ max, ttl: ttlMs });
  let trouble: string | undefined;
  let opening: Promise<Store> | undefined;
  async function onDisk<T>(
    use: (answers: Namespace<Verdict>, file: Store) => Promise<T>,
  ): Promise<T | undefined> {
    if (path === undefined) return undefined;
    // Loaded when needed: without a language model nothing is kept in a file.
    opening ??= import('./store/open.ts').then(({ openStore }) => openStore({ path }));
    const file = await opening;
    return use(file.namespace<Verdict>('answers', MAX_IN_FILE), file);
  }
  /** An answer does not fail because it cannot be kept. */
  async function ifPossible<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (thrown) {
      trouble = asSpotterError(thrown).hint;
      return undefined;
    }
  }
  return {
    get trouble() {
      return trouble;
    },
    async get(key) {
      return recent.get(key) ?? (await ifPossible(onDisk((answers) => answers.get(key))));
    },
    async set(key, verdict) {
      recent.set(key, verdict);
      // An explanation is not kept for long, and the answer without it is not what was asked for.
      if (verdict.cost.calls === 0 || verdict.explanation) return;
      await ifPossible(onDisk((answers) => answers.set(key, storable(verdict), 7 * DAY)));
    },
    async forget(prefixes) {
      const all = [...prefixes];
      if (all.length === 0) return;
      for (const key of recent.keys()) if (all.some((prefix) => key.startsWith(prefix))) recent.delete(key);
      await onDisk(async (answers, file) => {
        for (const prefix of all) {
          for (const [key] of await answers.list(prefix)) await answers.delete(key);
        }
        await file.purge();
      });
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
