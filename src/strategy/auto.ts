import type { Query } from '../language/query.ts';
import { groundInThread } from '../reasoning/reasoner.ts';
import { type Scene, sight } from '../reasoning/sighting.ts';
import type { Specialist } from '../specialist/specialist.ts';
import { decide } from '../verdict/decide.ts';
import { consult } from './consult.ts';
import { isHard } from './hardness.ts';
import { asCandidate } from './propose.ts';
import type { Decision, Strategy } from './strategy.ts';

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
    () => groundInThread(query.target, scene, options),
    (all) => `${all.length} candidates`,
  );
  const decision = await tracer.step(
    'verdict',
    () => decide(query, candidates, scene, calibration),
    ({ sentence }) => sentence,
  );
  const open = withWhatIsSeen(decision, scene, query, specialist);
  if (!mllm || !isHard(open, query, calibration)) return decision;
  return consult({ asked, scene, decision: open }, mllm, tracer);
};

/** What has no name among those the specialist knows may go by another one: then whatever it sees is considered. */
function withWhatIsSeen(
  decision: Decision,
  scene: Scene,
  { target }: Query,
  specialist: Specialist,
): Decision {
  if (decision.considered.length > 0 || scene.sightings.get(target)?.match !== 'unknown') return decision;
  return { ...decision, considered: scene.seen.map((region) => asCandidate(region, specialist)) };
}
