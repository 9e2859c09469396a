import { readQuery } from '../language/expression-reader.ts';
import { NO_COST, sayCost } from '../mllm/cost.ts';
import type { Cost } from '../mllm/mllm.ts';
import type { Tracer } from '../trace.ts';
import { BUDGET_MS, meter } from './meter.ts';
import type { Asked, MllmUse } from './strategy.ts';
import { createMllmTargets } from './target/mllm.ts';

/** A question about the target that a language model finds in it. */
export interface Retargeted {
  readonly asked: Asked;
  /** Why the grammar had to find it after all. */
  readonly why?: string;
  readonly cost: Cost;
}

/**
 * Where that is wanted, lets the language model say which phrase an expression is about; else the grammar has said it
 * already. The phrase stands where it first occurs in the expression, in whatever case. Traced.
 * @throws SpotterError cancelled, timed-out: of the question itself
 */
export async function retarget(asked: Asked, use: MllmUse, tracer: Tracer): Promise<Retargeted> {
  if (use.targets !== 'mllm') return { asked, cost: NO_COST };
  const { metered, cost } = meter(use.mllm, use.budgetMs ?? BUDGET_MS);
  const { signal } = asked.options;
  const [found] = await tracer.step(
    'target',
    async () =>
      (await createMllmTargets(metered).extract([asked.query.text], signal ? { signal } : {})).targets,
    ([target]) =>
      [
        `"${target!.phrase}", by ${target!.by === 'mllm' ? use.mllm.id : 'grammar'}`,
        target!.why,
        sayCost(cost()),
      ]
        .filter(Boolean)
        .join('; '),
  );
  const { phrase, why } = found!;
  return { asked: await about(asked, phrase), cost: cost(), ...(why !== undefined && { why }) };
}

async function about(asked: Asked, phrase: string): Promise<Asked> {
  const { text } = asked.query;
  const words = phrase.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const start = text.search(new RegExp(`(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, 'iu'));
  const span: readonly [number, number] = start < 0 ? [0, text.length] : [start, start + phrase.length];
  const { target } = await readQuery(phrase, asked.options);
  return { ...asked, query: { ...asked.query, phrase, span, target } };
}
