import { candidatesMap, candidatesOf } from './candidates.ts';
import { type Draft, type Found, fieldsOf, idOf, KIND_FIELDS, named, pick, said } from './draft.ts';
import { type ImageRows, openImageRows } from './image-rows.ts';
import { jsonRows } from './json-rows.ts';

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
      yield annotation ? await join(row, annotation, images) : { row, reason: 'not-a-row' };
    }
    for await (const id of images.unanswered()) yield { row: ++row, id, reason: 'no-annotation' };
  } finally {
    await images.close();
  }
}

async function join(row: number, annotation: Draft, images: ImageRows): Promise<Found> {
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
