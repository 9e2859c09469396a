import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import { chunksOf } from '../../files.ts';
import { type Draft, type Found, fieldsOf, idOf, pick, type SetFiles, unreadable } from './check.ts';
import { pickledRows } from './pickle.ts';
import { PickleFault } from './pickle-opcodes.ts';
import { jsonRows } from './rows.ts';
import { splitsAsked } from './splits.ts';

/** RefCOCOg's refs have 26 MB, gRefCOCO's 60. */
const MAX_PICKLE_BYTES = 256_000_000;

/** How a pickle may begin: with its protocol, or, in the oldest one, with a mark or a list. */
export const PICKLE_BEGINS = ['\x80', '(', ']'] as const;

/** A ref, with what is needed of it; `row` counts from 1. */
interface Ref {
  readonly row: number;
  readonly split: unknown;
  readonly imageId: unknown;
  /** The objects that are meant: one; of gRefCOCO several or none. */
  readonly targets: readonly unknown[];
  readonly sentences: readonly Sentence[];
}

type Sentence = { readonly id: unknown; readonly expression: unknown } | undefined;

/**
 * RefCOCO, RefCOCO+, RefCOCOg and gRefCOCO as they come: a list of refs, as JSON or as the pickle that is published, each
 * with its sentences, and the boxes of COCO beside it. A sentence is an annotation; its photo is the one of the instances
 * (a ref's own file_name is not a file). Nothing of a pickle is run.
 * @throws SpotterError not-found, bad-usage
 */
export async function* readRefs(file: string, files: SetFiles): AsyncGenerator<Found> {
  const refs: (Ref | { readonly row: number; readonly reason: 'not-a-row' })[] = [];
  const splits = new Set<string>();
  for await (const value of refRows(file)) {
    const ref = refOf(value, refs.length + 1);
    refs.push(ref);
    if (!('reason' in ref) && typeof ref.split === 'string') splits.add(ref.split);
  }
  const wanted = splitsAsked(file, files.split, splits);
  const taken = refs.filter((ref) => 'reason' in ref || !wanted || wanted.has(String(ref.split)));
  const instances = await readInstances(
    instancesFile(file, files),
    taken.flatMap((ref) => ('reason' in ref ? [] : [ref])),
  );
  for (const ref of taken) {
    if ('reason' in ref) yield ref;
    else yield* sentencesOf(ref, instances);
  }
}

async function* refRows(file: string): AsyncGenerator<unknown> {
  if (!(await isPickle(file))) {
    for await (const { value } of jsonRows(file, '$.*')) yield value;
    return;
  }
  try {
    if ((await stat(file)).size > MAX_PICKLE_BYTES)
      throw new PickleFault('it is too large', MAX_PICKLE_BYTES);
    yield* pickledRows(await readFile(file));
  } catch (thrown) {
    if (!(thrown instanceof PickleFault)) throw unreadable(file, thrown);
    throw new SpotterError(
      'bad-usage',
      `${file} is a Python pickle that is not read: ${thrown.message}.`,
      'Only plain data is read of a pickle, and nothing in it is run. Convert it once, if you trust it: ' +
        'python3 -c "import json, pickle, sys; json.dump(pickle.load(open(sys.argv[1], ' +
        "'rb'), encoding='latin1'), open(sys.argv[2], 'w'))\" 'refs(unc).p' refs.json",
      thrown,
    );
  }
}

async function isPickle(file: string): Promise<boolean> {
  try {
    for await (const [first] of chunksOf(file, 1))
      return PICKLE_BEGINS.some((begin) => begin.charCodeAt(0) === first);
    return false;
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

function refOf(value: unknown, row: number): Ref | { readonly row: number; readonly reason: 'not-a-row' } {
  const ref = fieldsOf(value);
  if (!ref || !Array.isArray(ref.sentences)) return { row, reason: 'not-a-row' };
  return {
    row,
    split: ref.split,
    imageId: ref.image_id,
    targets: targetsOf(ref),
    sentences: ref.sentences.map((sentence): Sentence => {
      const fields = fieldsOf(sentence);
      return fields && { id: fields.sent_id, expression: fields.sent ?? fields.raw };
    }),
  };
}

/** gRefCOCO names all objects that are meant, and -1 for none. */
function targetsOf({ ann_id: named, no_target: none }: Draft): readonly unknown[] {
  if (none === true) return [];
  if (!Array.isArray(named)) return [named];
  return named.filter((id) => id !== -1 && id !== '-1' && id !== null);
}

function* sentencesOf(
  { row, split, imageId, targets, sentences }: Ref,
  { boxes, photos }: Instances,
): Generator<Found> {
  const found = targets.map((id) => boxes.get(idOf(id) ?? ''));
  const rest = {
    ...photos.get(idOf(imageId) ?? ''),
    image_id: imageId,
    bbox: targets.length === 0 ? null : found[0],
    ...(found.length > 1 && { more_targets: found.slice(1) }),
  };
  const part = typeof split === 'string' ? { split } : {};
  for (const sentence of sentences) {
    if (!sentence) yield { row, reason: 'not-a-row' };
    else yield { row, draft: { ...rest, ...sentence }, ...part };
  }
}

interface Instances {
  /** x, y, width, height by annotation. */
  readonly boxes: ReadonlyMap<string, unknown>;
  /** Name and size by image. */
  readonly photos: ReadonlyMap<string, Draft>;
}

/** @param refs which hold what is asked for; the instances hold the outlines of much more */
async function readInstances(file: string, refs: readonly Ref[]): Promise<Instances> {
  const annotations = new Set(refs.flatMap(({ targets }) => targets.map((id) => idOf(id) ?? '')));
  const images = new Set(refs.map(({ imageId }) => idOf(imageId) ?? ''));
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
