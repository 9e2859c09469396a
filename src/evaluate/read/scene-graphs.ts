import { type Draft, fieldsOf } from './draft.ts';
import { jsonRows } from './json-rows.ts';

/**
 * The boxes of objects in GQA's scene graphs (a dictionary of pictures, each with a size and its objects by id), with
 * the size of their picture, by object.
 * @param wanted the objects that are asked for; a set of scene graphs holds a million others
 * @throws SpotterError not-found, bad-usage
 */
export async function readSceneGraphs(
  file: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Draft>> {
  const found = new Map<string, Draft>();
  for await (const { value } of jsonRows(file, '$.*')) {
    const { width, height, objects } = fieldsOf(value) ?? {};
    for (const [id, object] of Object.entries(fieldsOf(objects) ?? {})) {
      if (!wanted.has(id)) continue;
      const { x, y, w, h } = fieldsOf(object) ?? {};
      found.set(id, { bbox: [x, y, w, h], width, height });
    }
  }
  return found;
}
