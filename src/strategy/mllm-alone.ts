import type { Box } from '../box.ts';
import type { Query } from '../language/query.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import type { BoxAnswer } from './ask-for-box.ts';
import { askWhere, needMllm } from './asking.ts';
import { found, notPresent, UNREADABLE, undecided } from './conclude.ts';
import type { Decision, Strategy } from './strategy.ts';

/** The baseline: the MLLM is asked for coordinates, and believed. @throws SpotterError mllm-down, mllm-refused, busy */
export const mllmAlone: Strategy = async (asked, deps, tracer) => {
  const heard = await askWhere(asked, needMllm(deps, 'mllm'), tracer);
  if ('down' in heard) throw heard.down;
  return concludeFromBox(heard.answer, asked.query);
};

/** The answer that coordinates alone give; a model that names some tells nothing of how sure it is. */
export function concludeFromBox({ reply, cost }: BoxAnswer, query: Query): Decision {
  const said = { query, considered: [], route: 'mllm' as const, cost };
  if (reply.kind === 'none')
    return notPresent({ ...said, presence: 0 }, 'the language model says that it is not there');
  if (reply.kind === 'unreadable') {
    return undecided({ ...said, presence: 0.5 }, UNREADABLE);
  }
  const candidate = pointedAt(reply.box, query);
  const conclusion = { ...said, considered: [candidate], presence: 1 };
  return found(conclusion, candidate, ', where the language model points; nothing has checked it');
}

const pointedAt = (box: Box, query: Query): Candidate => ({
  box,
  label: query.target.nouns[0] ?? query.phrase,
  detection: 0,
  certainty: 1,
  rival: 0,
  score: 1,
  judgements: [],
});
