import type { Box } from '../box.ts';
import type { ProposeOptions } from '../detector/detector.ts';
import { nounPhrases, type Query } from '../expression/query.ts';
import type { Observers } from '../observer/observers.ts';
import type { DetectedRegion, Scene } from './detections.ts';
import { withWrittenRegions } from './writing.ts';

/** Less certain regions are not looked at. */
const WORTH_OBSERVING = 0.05;

/**
 * A scene with what an expression asks for that the detector does not see: writing, faces, poses. The scene itself where it
 * asks for none of it.
 * @throws SpotterError model-missing, detector-down, busy, cancelled
 */
export async function observeScene(
  query: Query,
  scene: Scene,
  observers: Observers | undefined,
  options: ProposeOptions = {},
): Promise<Scene> {
  if (!observers || observers.wanted(query).length === 0) return scene;
  const regions = (scene.detections.get(query.target)?.regions ?? []).map(({ box }) => box);
  const people = peopleOf(query, scene);
  const { signal } = options;
  const task = { picture: scene.picture, query, regions, people, ...(signal && { signal }) };
  return withWrittenRegions({ ...scene, observed: await observers.observe(task, options) }, query);
}

/** Every region of a person that some noun of the expression may mean, once, surest first. */
function peopleOf(query: Query, { detections }: Scene): Box[] {
  const people = nounPhrases(query)
    .flatMap((phrase) => detections.get(phrase)?.regions ?? [])
    .filter(({ label, certainty }) => label === 'person' && certainty >= WORTH_OBSERVING);
  const once = new Map<string, DetectedRegion>(people.map((region) => [region.box.join(), region]));
  return [...once.values()].toSorted((a, b) => b.certainty - a.certainty).map(({ box }) => box);
}

/** What was observed, for the trace: "7 lines of writing". */
export const formatObserved = ({ observed: { lines, people } = {} }: Scene): string =>
  [
    ...(lines ? [`${lines.length} lines of writing`] : []),
    ...(people ? [`${people.length} people looked at`] : []),
  ].join(', ');
