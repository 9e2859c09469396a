import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import { type Draft, type Found, fieldsOf, idOf, pick, type SetFiles } from './draft.ts';
import { jsonRows } from './json-rows.ts';

/**
 * RefCOCO, RefCOCO+ and RefCOCOg as they come: a list of refs, each with its sentences, and the boxes of COCO beside
 * it. A sentence is an annotation; its photo is the one of the instances (a ref's own file_name is not a file).
 * @throws SpotterError not-found, bad-usage
 */
export async function* readRefs(file: string, files: SetFiles): AsyncGenerator<Found> {
  const instances = await readInstances(instancesFile(file, files), await asked(file));
  let row = 0;
  for await (const { value } of jsonRows(file, '$.*')) {
    row += 1;
    const ref = fieldsOf(value);
    if (!ref || !Array.isArray(ref.sentences)) yield { row, reason: 'not-a-row' };
    else if (files.split === undefined || ref.split === files.split) yield* sentencesOf(row, ref, instances);
  }
}

function* sentencesOf(row: number, ref: Draft, { boxes, photos }: Instances): Generator<Found> {
  const rest = {
    ...photos.get(idOf(ref.image_id) ?? ''),
    image_id: ref.image_id,
    bbox: boxes.get(idOf(ref.ann_id) ?? ''),
  };
  for (const sentence of ref.sentences as unknown[]) {
    const fields = fieldsOf(sentence);
    if (!fields) yield { row, reason: 'not-a-row' };
    else yield { row, draft: { ...rest, id: fields.sent_id, expression: fields.sent ?? fields.raw } };
  }
}

interface Instances {
  /** x, y, width, height by annotation. */
  readonly boxes: ReadonlyMap<string, unknown>;
  /** Name and size by image. */
  readonly photos: ReadonlyMap<string, Draft>;
}

interface Asked {
  readonly annotations: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
}

/** Read before the instances, which hold the outlines of much more than is asked for. */
async function asked(file: string): Promise<Asked> {
  const annotations = new Set<string>();
  const images = new Set<string>();
  for await (const { value } of jsonRows(file, '$.*')) {
    const { ann_id, image_id } = fieldsOf(value) ?? {};
    annotations.add(idOf(ann_id) ?? '');
    images.add(idOf(image_id) ?? '');
  }
  return { annotations, images };
}

async function readInstances(file: string, { annotations, images }: Asked): Promise<Instances> {
  const boxes = new Map<string, unknown>();
  const photos = new Map<string, Draft>();
  for await (const { section, value } of jsonRows(file, '$.images.*', '$.annotations.*')) {
    const fields = fieldsOf(value) ?? {};
    const id = idOf(fields.id) ?? '';
    if (section === 'annotations' && annotations.has(id)) boxes.set(id, fields.bbox ?? undefined);
    if (section === 'images' && images.has(id))
      photos.set(id, pick(fields, ['file_name', 'width', 'height']));
  }
  return { boxes, photos };
}

function instancesFile(file: string, { instances }: SetFiles): string {
  const beside = join(dirname(file), 'instances.json');
  if (instances === undefined && !existsSync(beside)) {
    const hint = 'Put instances.json, which comes with RefCOCO, beside it, or name it with --instances FILE.';
    throw new SpotterError(
      'not-found',
      `${file} has no boxes, and there is no instances.json beside it.`,
      hint,
    );
  }
  return instances ?? beside;
}
