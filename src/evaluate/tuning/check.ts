import { createReadStream, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { iou } from '../../box.ts';
import { SpotterError } from '../../errors.ts';
import { type Header, readHeader } from '../../picture/header.ts';
import { lettersOf } from '../../strategy/offer.ts';
import { type Annotation, referenceBox } from '../annotations.ts';
import { HIT_IOU } from '../hits.ts';
import { isPositive, questionOf } from './examine.ts';
import { grouped } from './foreign.ts';
import { mediaPath } from './photo.ts';
import { type ReadOffer, readOffer } from './read-record.ts';
import { IMAGE_TOKEN, TuningRecord } from './record.ts';

export interface CheckOptions {
  /** Files of records, one a line. */
  readonly files: readonly string[];
  /** What image paths are relative to. */
  readonly mediaDir: string;
  /** What the set was made of: lets the answers be checked. */
  readonly annotations?: readonly Annotation[];
  /** Folder of the annotations' image files. */
  readonly images?: string;
  readonly signal?: AbortSignal;
}

export interface Fault {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

export interface CheckReport {
  readonly records: number;
  /** Records whose answer was compared with an annotation. */
  readonly compared: number;
  /** All of them, and the first few. */
  readonly faulty: number;
  readonly faults: readonly Fault[];
}

const FAULTS_KEPT = 20;

/**
 * Reads written sets as LLaMA-Factory would, and says what is wrong with each record: the pictures exist and are named
 * as often as they are given; the prompt is the one that the CRS strategy sends; the answer is one of its letters; and,
 * with annotations, its region has an IoU of 0.5 or more with the annotated one, or None is right.
 * @throws SpotterError not-found, cancelled
 */
export async function checkTuningSet(options: CheckOptions): Promise<CheckReport> {
  const { files, mediaDir, annotations = [], images = '', signal } = options;
  const pathOf = ({ file_name }: Annotation) => mediaPath(join(images, file_name), mediaDir);
  const known = annotations.filter(isPositive);
  const byQuestion = grouped(known, (a) => questionOf(pathOf(a), a.expression));
  const pictures = new Set(known.map(pathOf));
  const headers = new Map<string, Promise<Header>>();
  const faults: Fault[] = [];
  let [records, compared, faulty] = [0, 0, 0];
  for (const file of files) {
    let line = 0;
    for await (const text of linesOf(file)) {
      signal?.throwIfAborted();
      line++;
      if (!text.trim()) continue;
      records++;
      const what = await faultOf(text);
      if (!what) continue;
      faulty++;
      if (faults.length < FAULTS_KEPT) faults.push({ file, line, what });
    }
  }
  return { records, compared, faulty, faults };

  async function faultOf(text: string): Promise<string | undefined> {
    const record = parse(text);
    if (!record) return 'it is no record of one question and one answer';
    const [{ content }, { content: answer }] = record.messages;
    const paths = record.images.map((path) => resolve(mediaDir, path));
    const missing = paths.find((path) => !statSync(path, { throwIfNoEntry: false })?.isFile());
    if (missing) return `there is no image ${missing}`;
    const tokens = record.messages.reduce(
      (n, message) => n + message.content.split(IMAGE_TOKEN).length - 1,
      0,
    );
    if (tokens !== paths.length) return `${tokens} ${IMAGE_TOKEN} for ${paths.length} images`;
    if (paths.length !== 1) return `it has ${paths.length} images; the question is about one`;
    const header = headers.get(paths[0]!) ?? readHeader(paths[0]!);
    headers.set(paths[0]!, header);
    const size = await header.catch(() => undefined);
    if (!size) return `the image ${paths[0]} cannot be read`;
    if (size.turned) return `the image ${paths[0]} is stored turned, which LLaMA-Factory ignores`;
    const read = readOffer(content, size);
    if (!read) return 'its prompt is not the one that the CRS strategy sends';
    if (!lettersOf(read.offer).includes(answer)) return `its answer "${answer}" was not offered`;
    if (!pictures.has(record.images[0]!)) return undefined;
    compared++;
    return wrongAnswer(read, answer, byQuestion.get(questionOf(record.images[0]!, read.expression)) ?? []);
  }
}

/** @param named annotations of the picture that the expression names; none for an expression of another one */
function wrongAnswer({ offer }: ReadOffer, answer: string, named: readonly Annotation[]): string | undefined {
  const hits = offer.options
    .filter(({ candidate }) => named.some((a) => iou(candidate.box, referenceBox(a)!) >= HIT_IOU))
    .map(({ letter }) => letter);
  if (answer === offer.none) {
    return hits.length === 0 ? undefined : `its answer is None, but ${hits.join(', ')} is right`;
  }
  if (!hits.includes(answer)) return `its answer ${answer} is not on the annotated region`;
  return hits.length === 1 ? undefined : `${hits.join(', ')} are all right`;
}

async function* linesOf(file: string): AsyncIterable<string> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new SpotterError(
      'not-found',
      `There is no set ${file}.`,
      'Make it first, or name its folder with --out.',
    );
  }
  yield* createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

function parse(text: string): TuningRecord | undefined {
  try {
    return TuningRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** For a terminal. */
export function printCheckReport({ records, compared, faulty, faults }: CheckReport): string {
  const shown = faults.map(({ file, line, what }) => `  ${file}:${line}: ${what}`);
  return [
    `${records - faulty}/${records} records are sound; ${compared}/${records} answers compared with annotations`,
    ...shown,
    ...(faulty > faults.length ? [`  and ${faulty - faults.length} more`] : []),
  ].join('\n');
}
