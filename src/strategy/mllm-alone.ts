import type { Box } from '../box.ts';
import type { Query } from '../language/query.ts';
import type { Candidate } from '../reasoning/candidate.ts';
import type { BoxAnswer } from './ask-for-box.ts';
import { askWhere, needMllm } from './asking.ts';
import { found, notPresent, ofNoUse, undecided } from './conclude.ts';
import type { Decision, Strategy } from './strategy.ts';

/** The baseline: the MLLM is asked for coordinates, and believed. @throws SpotterError mllm-down, mllm-refused, busy */
export const mllmAlone: Strategy = async (asked, deps, tracer) => {
  const heard = await askWhere(asked, needMllm(deps, 'mllm'), tracer);
  if ('down' in heard) throw heard.down;
  return concludeFromBox(heard.answer, asked.query);
};

/**
 * How often a model is right that names a box: 7 times in 10 on FineCops-Ref's positives (CogVLM .695, Qwen2-VL-7B .731;
 * TPAMI 2025). It is all that its bare word is worth, for a box as for None.
 */
const BARE_WORD = 0.7;

/**
 * The answer that coordinates alone give.
 * @param candidates to choose from where the model's answer is of no use
 */
export function concludeFromBox(
  { reply, presence, cost }: BoxAnswer,
  query: Query,
  candidates: readonly Candidate[] = [],
): Decision {
  const said = { query, considered: candidates, route: 'mllm' as const, cost };
  if (reply.kind === 'unreadable')
    return { ...undecided({ ...said, presence: 0.5 }, ofNoUse(reply)), degraded: true };
  if (reply.kind === 'none')
    return notPresent(
      { ...said, presence: presence ?? 1 - BARE_WORD },
      'the language model says that it is not there',
    );
  const candidate = pointedAt(reply.box, query);
  return found(
    { ...said, considered: [candidate, ...candidates], presence: presence ?? BARE_WORD, right: BARE_WORD },
    candidate,
    ', where the language model points; nothing has checked it',
  );
}

const pointedAt = (box: Box, query: Query): Candidate => ({
  box,
  label: query.target.nouns[0] ?? query.phrase,
  detection: 0,
  certainty: BARE_WORD,
  rival: 0,
  score: BARE_WORD,
  judgements: [],
});
