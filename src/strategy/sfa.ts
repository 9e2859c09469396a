import type { Region } from '../detector/detector.ts';
import { readQuery } from '../expression/reader.ts';
import type { Tracer } from '../tracer.ts';
import { type Cost, type Decision, formatCost, NO_COST, sumCosts } from '../verdict.ts';
import { askForRegion, BUDGET_MS, needMllm, timeBudgetOf, withCost } from './asking.ts';
import { concludeFrom, concludeFromBox } from './baselines.ts';
import { unasked } from './conclude.ts';
import { CONSIDERED, proposeCandidates, proposeTarget, type Routed, route } from './propose.ts';
import type { Asked, MllmUse, Strategy } from './strategy.ts';
import { createMllmTargets } from './target-phrase.ts';

/**
 * Slow-fast adaptation (FineCops-Ref, TPAMI 2025): with one region of the target's kind or none the question is easy,
 * and the detector's best region for the whole expression is the answer; else the MLLM is asked for coordinates.
 * The published method always returns a box; here an easy question on which the detector is not sure goes to the
 * MLLM, too.
 */
export const sfa: Strategy = async (given, deps, tracer) => {
  const use = needMllm(deps, 'sfa');
  const { detector } = deps;
  const { focus = false, paperNms = false } = use;
  const budget = timeBudgetOf(use);
  const retargeted = await budget.spend(retarget(given, budget.use(TARGET_SHARE), tracer));
  const { asked, cost } = retargeted;
  const { phrase } = asked.query;
  const said = ({ kept, level }: Routed<Region>) => `${kept.length} regions for "${phrase}": level ${level}`;
  const routed = await tracer.step(
    'route',
    async () => route(await proposeTarget(asked, detector), { paperNms }),
    said,
  );
  const { level } = routed;
  tracer.noted.routing = { hard: level === 2, reason: said(routed) };
  const proposed = await proposeCandidates(asked, detector, { k: CONSIDERED, focus }, tracer);
  const alone = concludeFrom(proposed, asked);
  if (level === 1 && alone.outcome !== 'undecided') return without(retargeted, { ...alone, cost });
  const asking = askForRegion(asked, budget.use(), tracer, focus ? phrase : undefined);
  const heard = await budget.spend(asking);
  const decision =
    'answer' in heard
      ? concludeFromBox(heard.answer, asked.query, proposed.candidates)
      : unasked(asked.query, proposed.candidates, heard);
  return without(retargeted, { ...decision, cost: sumCosts([cost, heard.cost]) });
};

/** Finding the target may take so much of the time that there is. */
const TARGET_SHARE = 0.5;

/** Says so where the grammar had to find the target in the model's place. */
const without = ({ why }: Retargeted, decision: Decision): Decision =>
  why === undefined
    ? decision
    : { ...decision, sentence: `${decision.sentence} ${why} So grammar found the target.`, degraded: true };

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
  const { metered, cost } = withCost(use.mllm, use.budgetMs ?? BUDGET_MS);
  const { signal } = asked.options;
  const [found] = await tracer.step(
    'target',
    async () =>
      (await createMllmTargets(metered).extract([asked.query.text], signal ? { signal } : {})).targets,
    ([target]) =>
      [
        `"${target!.phrase}", by ${target!.by === 'mllm' ? use.mllm.id : 'grammar'}`,
        target!.why,
        formatCost(cost()),
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
