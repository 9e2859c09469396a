import type { ProposeOptions } from '../detector/detector.ts';
import type { Query } from '../expression/query.ts';
import type { Observers } from '../observer/observers.ts';
import type { Scene } from './detections.ts';
import { withWrittenRegions } from './writing.ts';

/**
 * A scene with what an expression asks for that the detector does not see: writing, faces, poses. The scene itself where it
 * asks for none of it.
 * @throws SpotterError model-missing, detector-down, busy, cancelled
 */
export async function observeScene(
  query: Query,
  scene: Scene,
  observers: Observers | undefined,
  options: Pick<ProposeOptions, 'signal' | 'asker'> = {},
): Promise<Scene> {
  if (!observers || observers.wanted(query).length === 0) return scene;
  const regions = (scene.detections.get(query.target)?.regions ?? []).map(({ box }) => box);
  const observed = await observers.observe({ picture: scene.picture, query, regions, ...options }, options);
  return withWrittenRegions({ ...scene, observed }, query);
}

/** What was observed, for the trace: "7 lines of writing". */
export const formatObserved = ({ observed: { lines, people } = {} }: Scene): string =>
  [
    ...(lines ? [`${lines.length} lines of writing`] : []),
    ...(people ? [`${people.length} people looked at`] : []),
  ].join(', ');
