import { ground } from '../reasoning/ground.ts';
import { sight } from '../reasoning/sighting.ts';
import { decide } from '../verdict/decide.ts';
import { consult } from './consult.ts';
import { isHard } from './hardness.ts';
import type { Strategy } from './strategy.ts';

/**
 * The usual way: the specialist proposes regions for all nouns, geometry and pixels judge them, a calibration decides;
 * and only for what that leaves open the MLLM is asked, told what is known already.
 */
export const auto: Strategy = async (asked, { specialist, calibration, mllm }, tracer) => {
  const { query, picture, options } = asked;
  const scene = await tracer.step(
    'specialist',
    () => sight(query, picture, specialist, options),
    ({ seen }) => `${specialist.id} is sure of ${seen.length} things`,
  );
  const candidates = await tracer.step(
    'reasoning',
    () => ground(query.target, scene),
    (all) => `${all.length} candidates`,
  );
  const decision = await tracer.step(
    'verdict',
    () => decide(query, candidates, scene, calibration),
    ({ sentence }) => sentence,
  );
  if (!mllm || !isHard(decision, query, calibration)) return decision;
  return consult({ asked, scene, decision }, mllm, tracer);
};
