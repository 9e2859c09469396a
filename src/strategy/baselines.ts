import type { Box } from '../box.ts';
import type { Query } from '../expression/query.ts';
import type { Candidate, Decision } from '../verdict.ts';
import { askForRegion, type BoxAnswer, needMllm } from './asking.ts';
import { found, notPresent, ofNoUse, undecided } from './conclude.ts';
import { CONSIDERED, type Proposed, proposeCandidates } from './propose.ts';
import type { Asked, Strategy } from './strategy.ts';

/** From this certainty on the top region is marked. */
const SURELY_THERE = 0.5;

/**
 * The baseline: what a detector makes of the whole expression, without any reasoning; its best region is the answer.
 * Unlike the published baseline it marks nothing that its score does not speak for.
 */
export const detectorAlone: Strategy = async (asked, { detector }, tracer) => {
  return concludeFrom(await proposeCandidates(asked, detector, { k: CONSIDERED }, tracer), asked);
};

/** The answer that detector scores alone give. */
export function concludeFrom({ candidates, known, provesAbsence }: Proposed, { query }: Asked): Decision {
  const best = candidates[0];
  const presence = best?.certainty ?? 0;
  const conclusion = { query, considered: candidates, presence, route: 'specialist' as const };
  if (!known) return undecided(conclusion, `the detector does not know what "${query.phrase}" is`);
  if (!best) {
    const seesNone = `the detector sees no ${query.target.nouns[0] ?? 'such thing'}`;
    return provesAbsence
      ? notPresent(conclusion, seesNone)
      : undecided(conclusion, `${seesNone} of the kinds it knows`);
  }
  if (presence >= SURELY_THERE) return found(conclusion, best);
  return undecided(conclusion, `the detector is not sure of any "${query.phrase}"`);
}

/** The baseline: the MLLM is asked for coordinates, and believed. @throws SpotterError mllm-down, mllm-refused, busy */
export const mllmAlone: Strategy = async (asked, deps, tracer) => {
  const heard = await askForRegion(asked, needMllm(deps, 'mllm'), tracer);
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
  const [first, ...more] = reply.boxes;
  const meant = [pointedAt(first, query), ...more.map((box) => pointedAt(box, query))] as const;
  return found(
    { ...said, considered: [...meant, ...candidates], presence: presence ?? BARE_WORD, right: BARE_WORD },
    meant,
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
