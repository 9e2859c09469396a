import { readCoco } from './coco.ts';
import {
  type Draft,
  type Found,
  fieldsOf,
  idOf,
  KIND_FIELDS,
  photoOf,
  pick,
  type SetFiles,
  said,
} from './draft.ts';
import { jsonRows } from './json-rows.ts';
import { readRows } from './plain.ts';
import { readSceneGraphs } from './scene-graphs.ts';

/** What another file knows of an expression: the box, and the picture's size and name. */
type Known = (row: Draft) => Draft | undefined;

/**
 * FineCops-Ref as it comes (vanilla): rows name objects of GQA's scene graphs, the first of which is meant; their boxes
 * are in the scene graphs, or in the COCO file of the same expressions. Negatives need none.
 */
export async function* readFineCops(file: string, files: SetFiles): AsyncGenerator<Found> {
  const known = await knownFrom(file, files);
  const read = readRows((row) => ({
    draft: {
      id: row.id,
      image_id: row.image_id,
      file_name: row.file_name ?? photoOf(row.image_id),
      expression: row.expression,
      bbox: row.bbox ?? undefined,
      ...pick(row, KIND_FIELDS),
      ...known(row),
    },
  }));
  yield* read(file);
}

async function knownFrom(file: string, { sceneGraphs, coco }: SetFiles): Promise<Known> {
  if (coco !== undefined) {
    const byId = await boxesById(coco);
    return ({ id }) => byId.get(String(id));
  }
  if (sceneGraphs !== undefined) {
    const byObject = await readSceneGraphs(sceneGraphs, await objectsMeant(file));
    return (row) => byObject.get(objectOf(row) ?? '');
  }
  return () => undefined;
}

/** The object that an expression means: its tuples are paths that begin with it. */
function objectOf({ objects_id }: Draft): string | undefined {
  return idOf(Array.isArray(objects_id) ? objects_id[0] : objects_id);
}

/** Read before the scene graphs, which hold a hundred times more objects than are asked for. */
async function objectsMeant(file: string): Promise<ReadonlySet<string>> {
  const meant = new Set<string>();
  for await (const { value } of jsonRows(file, '$.*')) {
    const row = fieldsOf(value);
    const object = row && !said(row.positive_id) && !said(row.negative_type) ? objectOf(row) : undefined;
    if (object !== undefined) meant.add(object);
  }
  return meant;
}

async function boxesById(coco: string): Promise<ReadonlyMap<string, Draft>> {
  const byId = new Map<string, Draft>();
  for await (const found of readCoco(coco)) {
    if (!('draft' in found)) continue;
    const { id, bbox, width, height, file_name } = found.draft;
    byId.set(String(id), pick({ bbox, width, height, file_name }, ['bbox', 'width', 'height', 'file_name']));
  }
  return byId;
}
