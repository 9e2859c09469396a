import { createReadStream, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Box, clamp, iou } from '../../box.ts';
import type { OfferSize } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { checked } from '../../expression/reader.ts';
import {
  formatMultipleChoice,
  lettersOf,
  type MultipleChoice,
  type Offerable,
  randomFrom,
} from '../../mllm/multiple-choice.ts';
import { loadPrompt, quoted } from '../../mllm/prompts.ts';
import { readBox } from '../../mllm/reply/box.ts';
import { type Header, readHeader } from '../../picture/inspect.ts';
import type { Size } from '../../picture/picture.ts';
import { squash } from '../../picture/tensor.ts';
import { type Annotation, HIT_IOU, otherTargets, referenceBox } from '../prediction.ts';
import {
  categoryOf,
  isVague,
  type Knows,
  kindsOf,
  offerWithRight,
  type PositiveOffer,
  type Proposal,
  type Proposals,
  poolOf,
  spokenOf,
  targetOf,
} from './candidates.ts';
import { createPhotos, IMAGE_TOKEN, mediaPath, type Photo, type Skip, type TuningRecord } from './record.ts';
import { readRecord } from './trainers.ts';

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
 * Reads written sets as their trainer would, and says what is wrong with each record: the pictures exist and are named
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
    const record = parseRecord(text, mediaDir);
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
    .filter(({ candidate }) =>
      named.some((a) =>
        [referenceBox(a)!, ...otherTargets(a)].some((box) => iou(candidate.box, box) >= HIT_IOU),
      ),
    )
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

function parseRecord(text: string, mediaDir: string): TuningRecord | undefined {
  try {
    return readRecord(JSON.parse(text), mediaDir);
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

/** A positive that can be asked about. */
export interface Ready {
  readonly annotation: Annotation;
  readonly photo: Photo;
  readonly pool: readonly Proposal[];
  /** Its own box, and those of others that the same words name in the same picture. */
  readonly references: readonly [Box, ...Box[]];
  readonly offer: PositiveOffer;
}

export interface ExamineOptions {
  readonly positives: readonly Annotation[];
  readonly proposals: Proposals;
  readonly knows: Knows;
  readonly images: string;
  readonly mediaDir: string;
  readonly k: OfferSize;
  readonly insertReference: boolean;
}

/** A row is a positive if it has a box and is not made from another one, whatever box that carries. */
export const isPositive = (a: Annotation): boolean =>
  a.bbox !== null && a.positive_id === undefined && a.negative_type === undefined;

/** The same words, as a prompt quotes them, about the same picture. */
const questionOf = (picture: string, expression: string): string => `${picture}\n${quoted(expression)}`;

const NOTHING: ReadonlySet<string> = new Set();

/** Makes ready what can be asked about, and says of the rest why it cannot. */
export function createExamine(options: ExamineOptions) {
  const { positives, proposals, k, insertReference } = options;
  const photoOf = createPhotos(options.images, options.mediaDir);
  // Reading an expression takes longer than all the rest, and without labels nothing depends on it.
  const askedFor = (annotation: Annotation): ReadonlySet<string> =>
    proposals.labels.size > 0 ? kindsOf(targetOf(annotation), options.knows) : NOTHING;
  const byQuestion = grouped(positives, (a) => questionOf(a.file_name, a.expression));
  return async (annotation: Annotation): Promise<Ready | Skip> => {
    if (!canBeAsked(annotation.expression)) return 'bad-expression';
    const photo = await photoOf(annotation);
    if (typeof photo === 'string') return photo;
    const own = referenceBox(annotation)!;
    const { width, height } = photo.size;
    if (iou(clamp(own, width, height), own) < HIT_IOU) return 'bad-box';
    const named = byQuestion.get(questionOf(annotation.file_name, annotation.expression)) ?? [];
    const alike = named.flatMap((other) => (other === annotation ? [] : referenceBox(other)!));
    const references = [own, ...otherTargets(annotation), ...(alike as unknown as Box[])] as const;
    const pool = poolOf(proposals.of(annotation) ?? [], photo.size, askedFor(annotation));
    const offer = offerWithRight(pool, references, photo.size, { k, insertReference });
    return typeof offer === 'string' ? offer : { annotation, photo, pool, references, offer };
  };
}

/** As the bot would refuse it. */
export function canBeAsked(expression: string): boolean {
  try {
    checked(expression);
    return true;
  } catch (thrown) {
    if (thrown instanceof SpotterError) return false;
    throw thrown;
  }
}

/** What a prompt asks. */
export interface ReadOffer {
  /** As quoted in the prompt. */
  readonly expression: string;
  readonly offer: MultipleChoice<Offerable>;
}

/** Private-use characters: `quoted` lets none through, and so no expression holds one. */
const [FIRST, SECOND] = ['\ue000', '\ue001'];

/**
 * Reads a prompt back by the very words that it is written with; undefined for one that `writeOffer` would not write
 * today, to the letter: of another project, of older prompts, or changed by hand.
 * @param content of the user's message, with the image token
 */
export function readOffer(content: string, size: Size): ReadOffer | undefined {
  for (const none of [true, false]) {
    const read = content.startsWith(IMAGE_TOKEN) && parseOffer(content.slice(IMAGE_TOKEN.length), none, size);
    if (
      read &&
      formatMultipleChoice(read.offer, read.expression, size).text === content.slice(IMAGE_TOKEN.length)
    )
      return read;
  }
  return undefined;
}

function parseOffer(text: string, none: boolean, size: Size): ReadOffer | undefined {
  const ask = loadPrompt(none ? 'select-or-none' : 'select');
  const shown = loadPrompt('shown/text').fill({});
  const parts = between(text, ask.fill({ shown, expression: FIRST, options: SECOND }));
  if (!parts) return undefined;
  const [expression, options] = parts;
  const lines = options.split('\n');
  const regions = none ? lines.slice(0, -1) : lines;
  const read = regions.map((line, i) => readOption(line, letterAt(i), size));
  if (read.length === 0 || read.some((box) => box === undefined)) return undefined;
  return {
    expression,
    offer: {
      options: read.map((box, i) => ({ letter: letterAt(i), candidate: { box: box! } })),
      style: 'text',
      seed: 0,
      ...(none && { none: letterAt(regions.length) }),
    },
  };
}

function readOption(line: string, letter: string, size: Size): Box | undefined {
  const [before, after] = loadPrompt('option/text').fill({ letter, box: FIRST }).split(FIRST) as [
    string,
    string,
  ];
  if (!line.startsWith(before) || !line.endsWith(after)) return undefined;
  const text = line.slice(before.length, line.length - after.length);
  const read = readBox({ text, finish: 'stop' }, 'relative-1000-xyxy', squash(size, size));
  return read.kind === 'boxes' ? read.boxes[0] : undefined;
}

/** What stands in the two slots of a filled prompt. */
function between(text: string, prompt: string): readonly [string, string] | undefined {
  const [start, middle, end] = prompt.split(/[\ue000\ue001]/) as [string, string, string];
  if (!text.startsWith(start) || !text.endsWith(end)) return undefined;
  const inner = text.slice(start.length, text.length - end.length);
  const at = inner.indexOf(middle);
  return at < 0 ? undefined : [inner.slice(0, at), inner.slice(at + middle.length)];
}

const letterAt = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);

export interface ForeignOptions {
  readonly annotations: readonly Annotation[];
  readonly positives: readonly Annotation[];
  readonly proposals: Proposals;
  readonly knows: Knows;
}

/** Picks an expression that nothing in a picture can be meant by, as far as the annotations tell. */
export type PickForeign = (picture: Annotation, seed: number) => Annotation | undefined;

/** In a set about one kind of thing there is none; looking at all of 100,000 would take hours to find that out. */
const MAX_TRIES = 60;

/**
 * Expressions of other pictures. One is taken only if none of the kinds of things that it may be about is among those
 * that any expression about the picture speaks of (negatives included), that are annotated there, or that a candidate is
 * labelled with; and, where the candidates have labels, only if its own category is one of these, since the absence of
 * a label says nothing about what is never labelled. Annotations are not exhaustive: what nobody mentions may be there.
 */
export function createPickForeign({ annotations, positives, proposals, knows }: ForeignOptions): PickForeign {
  const byFile = grouped(annotations, ({ file_name }) => file_name);
  const inPicture = remembered((file: string) => {
    const there = byFile.get(file) ?? [];
    const labels = there.flatMap((a) => proposals.of(a) ?? []).flatMap(({ label }) => label ?? []);
    return kindsOf([...there.flatMap(spokenOf), ...labels], knows);
  });
  const about = remembered((annotation: Annotation) => {
    const nouns = targetOf(annotation);
    const [category = nouns[0]!] = categoryOf(annotation);
    const told = proposals.labels.size === 0 || proposals.labels.has(category);
    return told && !isVague(nouns) ? kindsOf(nouns, knows) : undefined;
  });
  return (picture, seed) => {
    const there = inPicture(picture.file_name);
    const random = randomFrom(seed);
    for (let i = 0; i < MAX_TRIES; i++) {
      const other = positives[Math.floor(random() * positives.length)]!;
      const kinds = other.file_name === picture.file_name ? undefined : about(other);
      if (kinds && [...kinds].every((kind) => !there.has(kind))) return other;
    }
    return undefined;
  };
}

/** As Map.groupBy, which Node 20 lacks. */
function grouped<K, V>(items: Iterable<V>, keyOf: (item: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}
