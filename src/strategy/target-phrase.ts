import { aborted } from '../abort.ts';
import type { TargetsBy } from '../config.ts';
import { asSpotterError, type SpotterError } from '../errors.ts';
import { readQuery } from '../expression/reader.ts';
import type { Mllm, MllmReply } from '../mllm/mllm.ts';
import { loadPrompt, quoted } from '../mllm/prompts.ts';
import { jsonWithin, plain } from '../mllm/reply/letter.ts';
import { type Cost, sumCosts } from '../verdict.ts';

/** The noun phrase that an expression is about, with its articles and adjectives ("the white truck"). */
export interface Target {
  readonly phrase: string;
  /** Who found it. */
  readonly by: TargetsBy;
  /** Why it was not the MLLM, where that was asked. */
  readonly why?: string;
}

export interface Targets {
  /** One for each expression, in their order: none is ever dropped. */
  readonly targets: readonly Target[];
  readonly cost: Cost;
}

/** Finds what expressions are about. */
export interface TargetExtractor {
  readonly id: string;
  /** @throws SpotterError cancelled, timed-out: when the signal says so, and for nothing else */
  extract(expressions: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<Targets>;
}

/**
 * The target phrase by grammar: without a network, in under a millisecond.
 * @param why that it was not the MLLM, where that was asked
 */
export async function localTarget(expression: string, why?: string, signal?: AbortSignal): Promise<Target> {
  const phrase = (await readQuery(expression, { signal })).phrase.trim() || expression.trim();
  return { phrase, by: 'local', ...(why === undefined ? {} : { why }) };
}

const BATCH = 8;
/** Of a reply, in characters: eight expressions of the longest kind. */
const MAX_LENGTH = 6000;
/** A phrase is never longer than its expression; JSON and its keys come on top. */
const TOKENS_EACH = 60;

/**
 * By the language model, in batches of 8. Each answer is checked for itself: an id that is missing, or a phrase with
 * words that its expression has not, is asked again alone, and then found by grammar, saying why. Where the model
 * cannot be reached at all, the grammar answers everything that is left.
 */
export function createMllmTargets(mllm: Mllm): TargetExtractor {
  const prompt = loadPrompt('target-extraction');

  async function ask(
    expressions: readonly string[],
    costs: Cost[],
    signal?: AbortSignal,
  ): Promise<readonly (string | undefined)[]> {
    const entries = expressions.map((expression, i): [string, string] => [String(i + 1), quoted(expression)]);
    const ids = entries.map(([id]) => id);
    const reply = await mllm.ask({
      prompt: prompt.fill({ expressions: JSON.stringify(Object.fromEntries(entries)) }),
      maxTokens: TOKENS_EACH * ids.length + 20,
      schema: { name: 'targets', json: schemaOf(ids) },
      onCost: (cost) => costs.push(cost),
      ...(signal ? { signal } : {}),
    });
    return readPhrases(reply, expressions);
  }

  async function extractBatch(expressions: readonly string[], signal?: AbortSignal): Promise<Batch> {
    const costs: Cost[] = [];
    const targets: (Target | undefined)[] = expressions.map(() => undefined);
    let failure: SpotterError | undefined;
    const attempt = async (at: readonly number[]) => {
      try {
        const some = at.map((i) => expressions[i]!);
        const phrases = await ask(some, costs, signal);
        for (const [n, i] of at.entries()) {
          const phrase = phrases[n];
          if (phrase !== undefined) targets[i] = { phrase, by: 'mllm' };
        }
      } catch (thrown) {
        if (signal?.aborted) throw aborted(signal);
        failure = asSpotterError(thrown);
      }
    };
    await attempt([...expressions.keys()]);
    for (const i of expressions.keys()) {
      if (targets[i] === undefined && !failure && expressions.length > 1) await attempt([i]);
    }
    const why = failure?.message ?? 'The language model gave no phrase of the expression.';
    const all = targets.map((t, i) => t ?? localTarget(expressions[i]!, why, signal));
    return { targets: await Promise.all(all), costs, failure };
  }

  return {
    id: `mllm ${mllm.id}`,
    async extract(expressions, { signal } = {}) {
      const targets: Target[] = [];
      const costs: Cost[] = [];
      let down: SpotterError | undefined;
      for (let i = 0; i < expressions.length; i += BATCH) {
        if (signal?.aborted) throw aborted(signal);
        const some = expressions.slice(i, i + BATCH);
        if (down) {
          const { message } = down;
          targets.push(
            ...(await Promise.all(some.map((expression) => localTarget(expression, message, signal)))),
          );
          continue;
        }
        const batch = await extractBatch(some, signal);
        targets.push(...batch.targets);
        costs.push(...batch.costs);
        down = batch.failure;
      }
      return { targets, cost: sumCosts(costs) };
    },
  };
}

interface Batch {
  readonly targets: readonly Target[];
  readonly costs: readonly Cost[];
  readonly failure: SpotterError | undefined;
}

const schemaOf = (ids: readonly string[]) => ({
  type: 'object',
  properties: Object.fromEntries(ids.map((id) => [id, { type: 'string' }])),
  required: ids,
  additionalProperties: false,
});

/** The phrases of a reply, aligned with the expressions; undefined where there is no usable one. */
export function readPhrases(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  expressions: readonly string[],
): (string | undefined)[] {
  const json = reply.finish === 'refused' ? undefined : jsonWithin(plain(reply.text, MAX_LENGTH) ?? '');
  // An id that stands there twice says two things: then nothing in the reply is to be believed.
  const object = json?.repeated ? undefined : json?.object;
  return expressions.map((expression, i) => {
    const id = String(i + 1);
    const phrase = object && Object.hasOwn(object, id) ? object[id] : undefined;
    return typeof phrase === 'string' ? phraseOf(phrase, expression) : undefined;
  });
}

/** As it stands in the expression; undefined unless all of its words do, in that order and next to each other. */
function phraseOf(phrase: string, expression: string): string | undefined {
  const words = wordsOf(quoted(phrase));
  if (words.length === 0) return undefined;
  const said = wordsOf(quoted(expression));
  const at = said.findIndex((_, i) => words.every((word, n) => said[i + n] === word));
  return at < 0 ? undefined : quoted(phrase);
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}'-]+/gu) ?? [];
