import { askWhere, needMllm } from './asking.ts';
import { unasked } from './conclude.ts';
import { concludeFromBox } from './mllm-alone.ts';
import { CONSIDERED, propose, proposeTarget } from './propose.ts';
import { route } from './router.ts';
import { concludeFrom } from './specialist-alone.ts';
import type { Strategy } from './strategy.ts';

/**
 * Slow-fast adaptation (FineCops-Ref, TPAMI 2025): with one region of the target's kind or none the question is easy,
 * and the specialist's best region for the whole expression is the answer; else the MLLM is asked for coordinates.
 * The published method always returns a box; here an easy question on which the specialist is not sure goes to the
 * MLLM, too.
 */
export const sfa: Strategy = async (asked, deps, tracer) => {
  const use = needMllm(deps, 'sfa');
  const { specialist } = deps;
  const { level } = await tracer.step(
    'route',
    async () => {
      const regions = await proposeTarget(asked, specialist);
      return route(regions, { paperNms: use.paperNms ?? false });
    },
    (routed) => `${routed.kept.length} regions for "${asked.query.phrase}": level ${routed.level}`,
  );
  const proposed = await propose(asked, specialist, { k: CONSIDERED, focus: use.focus }, tracer);
  const alone = concludeFrom(proposed, asked);
  if (level === 1 && alone.outcome !== 'undecided') return alone;
  const heard = await askWhere(asked, use, tracer);
  if ('answer' in heard) return concludeFromBox(heard.answer, asked.query);
  return unasked(asked.query, proposed.candidates, heard.down);
};
