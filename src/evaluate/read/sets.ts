import {
  checkBox,
  type Draft,
  type Drafted,
  type Found,
  fieldsOf,
  idOf,
  KIND_FIELDS,
  named,
  photoOf,
  pick,
  type SetFiles,
  type Skipped,
  said,
} from './check.ts';
import { type ImageRows, jsonLines, jsonRows, openImageRows, parsedLine } from './rows.ts';

/** What a row becomes, by itself: a draft, or the reason why not. */
export type RowReader = (row: Draft) => Pick<Drafted, 'draft'> | Pick<Skipped, 'reason'>;

/** Reads a dictionary of rows keyed by id, or a list of them, each by itself. A row's own id goes before its key. */
export const readRows = (read: RowReader) =>
  async function* (file: string): AsyncGenerator<Found> {
    let row = 0;
    for await (const { key, value, listed } of jsonRows(file, '$.*')) {
      row += 1;
      yield found(row, value, listed ? undefined : key, read);
    }
  };

/** Reads rows that are a line each. A line that is torn is left out, those after it count. */
export async function* readLines(file: string): AsyncGenerator<Found> {
  for await (const { row, value } of jsonLines(file)) {
    yield value === undefined ? { row, reason: 'not-json' } : found(row, value, undefined, asItIs);
  }
}

/** The project's own form: nothing to translate. */
export const asItIs: RowReader = (row) => ({ draft: row });

function found(row: number, value: unknown, key: string | number | undefined, read: RowReader): Found {
  const fields = fieldsOf(value);
  if (!fields) return { row, reason: 'not-a-row' };
  const id = idOf(fields.id) ?? key?.toString();
  const result = read({ ...fields, id });
  return 'draft' in result ? { row, ...result } : { ...named(row, id), ...result };
}

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

/**
 * A row of Ref-Adv as it comes: the expression that was written to be mistaken, with the box that it means. (Its
 * `raw_str` and `GT_bbox_number` are the expression of RefCOCOg that it was made from.)
 */
export const refAdvRow: RowReader = (row) => {
  const map = candidatesMap(row.bbox_candidates_map);
  const candidates = map && candidatesOf(map);
  if (!map || !candidates) return { reason: 'bad-candidates' };
  const draft = {
    id: row.id,
    image_id: row.imgID,
    file_name: row.img_file_name,
    expression: row.most_confused_bbox_GT_desc,
    bbox: map[idOf(row.most_confused_bbox_number) ?? ''],
    candidates,
  };
  return { draft };
};

/** A row of Ref-Reasoning as it comes: photos are GQA's, boxes x, y, width, height. */
export const refReasoningRow: RowReader = ({ id, image_id, expression, bbox }) => ({
  draft: { id, image_id, file_name: photoOf(image_id), expression, bbox: bbox ?? undefined },
});

/**
 * The boxes of objects in GQA's scene graphs (a dictionary of pictures, each with a size and its objects by id), with
 * the size of their picture, by object.
 * @param wanted the objects that are asked for; a set of scene graphs holds a million others
 * @throws SpotterError not-found, bad-usage
 */
async function readSceneGraphs(
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

/**
 * Sets in the shape of COCO: `images` with the expression as caption, one row each, and `annotations` with its box.
 * Both are gone through side by side, so that it does not matter which of the two comes first, and few image rows are
 * held where both are in the same order.
 *
 * The id is that of the image row, as the published evaluation has it (a `positive_id` names one). Where the
 * expressions are with the annotations, and images are shared, it is the annotation's.
 */
export async function* readCoco(file: string): AsyncGenerator<Found> {
  const images = openImageRows(file);
  let row = 0;
  try {
    for await (const { value } of jsonRows(file, '$.annotations.*')) {
      row += 1;
      const annotation = fieldsOf(value);
      yield annotation ? await joinRow(row, annotation, images) : { row, reason: 'not-a-row' };
    }
    for await (const id of images.unanswered()) yield { row: ++row, id, reason: 'no-annotation' };
  } finally {
    await images.close();
  }
}

async function joinRow(row: number, annotation: Draft, images: ImageRows): Promise<Found> {
  const imageId = idOf(annotation.image_id) ?? '';
  const image = await images.take(imageId);
  if (image === 'answered') return { row, id: imageId, reason: 'second-box' };
  const id = image && said(image.caption) ? imageId : idOf(annotation.id);
  const name = named(row, id);
  if (!image) return { ...name, reason: 'no-picture' };
  const { caption, more, ...photo } = image;
  const candidates = candidatesField(annotation.bbox_candidates_map ?? more?.bbox_candidates_map);
  if (!candidates) return { ...name, reason: 'bad-candidates' };
  const draft = {
    ...photo,
    ...(more && pick(more, KIND_FIELDS)),
    ...pick(annotation, KIND_FIELDS),
    id,
    expression: said(caption) ? caption : (annotation.expression ?? annotation.caption),
    bbox: annotation.bbox ?? undefined,
    ...candidates,
  };
  return { row, draft };
}

/** The candidates where there are any; undefined where they cannot be read. */
function candidatesField(value: unknown): Draft | undefined {
  if (!said(value)) return {};
  const map = candidatesMap(value);
  const candidates = map && candidatesOf(map);
  return candidates && { candidates };
}

/** The boxes of Ref-Adv's `bbox_candidates_map`, x, y, width, height by number; undefined where it is none. */
function candidatesMap(value: unknown): Draft | undefined {
  return fieldsOf(typeof value === 'string' ? parsedLine(value) : value);
}

/** Candidates as an annotation has them, from corner to corner; undefined where one is no box. */
function candidatesOf(map: Draft): { id: string; box: number[] }[] | undefined {
  const candidates = Object.entries(map).map(([id, bbox]) => {
    const checked = checkBox(bbox);
    if ('reason' in checked) return undefined;
    const [x, y, w, h] = checked.bbox;
    return { id, box: [x, y, x + w, y + h] };
  });
  return candidates.every((candidate) => candidate !== undefined) ? candidates : undefined;
}
