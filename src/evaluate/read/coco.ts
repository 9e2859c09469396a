import { candidatesMap, candidatesOf } from './candidates.ts';
import { type Draft, type Found, fieldsOf, idOf, KIND_FIELDS, pick, said } from './draft.ts';
import { jsonRows } from './json-rows.ts';

interface ImageRow {
  readonly fields: Draft;
  /** An image row is an expression where it has a caption; then it is answered by one annotation. */
  answered: boolean;
}

const IMAGE_FIELDS = ['id', 'file_name', 'width', 'height', 'caption', 'bbox_candidates_map', ...KIND_FIELDS];

/**
 * Sets in the shape of COCO: `images` with the expression as caption, one row each, and `annotations` with its box. The
 * file is read twice, so that it does not matter which of the two comes first, and only the image rows are held.
 *
 * The id is that of the image row, as the published evaluation has it (a `positive_id` names one). Where the
 * expressions are with the annotations, and images are shared, it is the annotation's.
 */
export async function* readCoco(file: string): AsyncGenerator<Found> {
  const images = new Map<string, ImageRow>();
  for await (const { value } of jsonRows(file, '$.images.*')) {
    const fields = pick(fieldsOf(value) ?? {}, IMAGE_FIELDS);
    const id = idOf(fields.id);
    if (id !== undefined && !images.has(id)) images.set(id, { fields, answered: false });
  }
  let row = 0;
  for await (const { value } of jsonRows(file, '$.annotations.*')) {
    row += 1;
    const fields = fieldsOf(value);
    yield fields ? join(row, fields, images.get(idOf(fields.image_id) ?? '')) : { row, reason: 'not-a-row' };
  }
  for (const [id, { fields, answered }] of images) {
    if (!answered && said(fields.caption)) yield { row: ++row, id, reason: 'no-annotation' };
  }
}

function join(row: number, annotation: Draft, image: ImageRow | undefined): Found {
  const own = idOf(annotation.id);
  if (!image) return { row, ...(own === undefined ? {} : { id: own }), reason: 'no-picture' };
  const { id: imageRow, caption, bbox_candidates_map: map, ...rest } = image.fields;
  const captioned = said(caption);
  const id = captioned ? idOf(imageRow) : own;
  if (captioned && image.answered) return { row, id: id!, reason: 'second-box' };
  image.answered = true;
  const candidates = candidatesField(annotation.bbox_candidates_map ?? map);
  if (!candidates) return { row, id: id!, reason: 'bad-candidates' };
  const draft = {
    ...rest,
    ...pick(annotation, KIND_FIELDS),
    id,
    expression: captioned ? caption : (annotation.expression ?? annotation.caption),
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
