import type { Box } from '../box.ts';
import type { TurnOptions } from '../detector/worker/host.ts';
import type { Query } from '../expression/query.ts';
import type { Observers } from '../observer/observers.ts';
import { type DetectedRegion, nounPhrases, type Scene } from './detections.ts';

/** Less certain regions are not looked at. */
const WORTH_OBSERVING = 0.05;

/** A scene with what the observers tell that an expression asks for; the scene itself where it asks for nothing. */
export async function observe(
  query: Query,
  scene: Scene,
  observers: Observers,
  options: TurnOptions = {},
): Promise<Scene> {
  if (observers.wanted(query).length === 0) return scene;
  const regions = (scene.detections.get(query.target)?.regions ?? []).map(({ box }) => box);
  const people = peopleOf(query, scene);
  const { signal } = options;
  const task = { picture: scene.picture, query, regions, people, ...(signal && { signal }) };
  return { ...scene, observed: await observers.observe(task, options) };
}

/** Every region of a person that some noun of the expression may mean, once, surest first. */
function peopleOf(query: Query, { detections }: Scene): Box[] {
  const people = nounPhrases(query)
    .flatMap((phrase) => detections.get(phrase)?.regions ?? [])
    .filter(({ label, certainty }) => label === 'person' && certainty >= WORTH_OBSERVING);
  const once = new Map<string, DetectedRegion>(people.map((region) => [region.box.join(), region]));
  return [...once.values()].toSorted((a, b) => b.certainty - a.certainty).map(({ box }) => box);
}
