import { sumCosts } from '../mllm/cost.ts';
import { askWhere, needMllm } from './asking.ts';
import { unasked } from './conclude.ts';
import { budgetOf } from './meter.ts';
import { concludeFromBox } from './mllm-alone.ts';
import { CONSIDERED, propose, proposeTarget } from './propose.ts';
import { type Retargeted, retarget } from './retarget.ts';
import { route } from './router.ts';
import { concludeFrom } from './specialist-alone.ts';
import type { Decision, Strategy } from './strategy.ts';

/**
 * Slow-fast adaptation (FineCops-Ref, TPAMI 2025): with one region of the target's kind or none the question is easy,
 * and the specialist's best region for the whole expression is the answer; else the MLLM is asked for coordinates.
 * The published method always returns a box; here an easy question on which the specialist is not sure goes to the
 * MLLM, too.
 */
export const sfa: Strategy = async (given, deps, tracer) => {
  const use = needMllm(deps, 'sfa');
  const { specialist } = deps;
  const { focus = false, paperNms = false } = use;
  const budget = budgetOf(use);
  const retargeted = await budget.spend(retarget(given, budget.use(TARGET_SHARE), tracer));
  const { asked, cost } = retargeted;
  const { phrase } = asked.query;
  const { level } = await tracer.step(
    'route',
    async () => route(await proposeTarget(asked, specialist), { paperNms }),
    (routed) => `${routed.kept.length} regions for "${phrase}": level ${routed.level}`,
  );
  const proposed = await propose(asked, specialist, { k: CONSIDERED, focus }, tracer);
  const alone = concludeFrom(proposed, asked);
  if (level === 1 && alone.outcome !== 'undecided') return without(retargeted, { ...alone, cost });
  const asking = askWhere(asked, budget.use(), tracer, focus ? phrase : undefined);
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
