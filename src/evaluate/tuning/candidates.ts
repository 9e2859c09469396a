import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type Box, clamp, iou, nms } from '../../box.ts';
import type { OfferSize } from '../../config.ts';
import type { LabelMatch } from '../../detector/detector.ts';
import { messageOf, SpotterError } from '../../errors.ts';
import { ANYTHING } from '../../expression/lexicon/things.ts';
import type { NounPhrase } from '../../expression/query.ts';
import { readExpression } from '../../expression/read.ts';
import {
  type MultipleChoice,
  type MultipleChoiceOptions,
  makeMultipleChoice,
  randomFrom,
  seedOf,
  shuffled,
} from '../../mllm/multiple-choice.ts';
import { readBox } from '../../mllm/reply/box.ts';
import { writeBox } from '../../mllm/reply/coordinates.ts';
import type { Size } from '../../picture/picture.ts';
import { squash } from '../../picture/tensor.ts';
import { type Annotation, HIT_IOU, PredictionLine } from '../prediction.ts';

/** A region that somebody proposes: xyxy, pixels of the oriented picture. */
export interface Proposal {
  readonly box: Box;
  readonly score?: number;
  readonly label?: string;
}

/** Where candidates come from, in one form whatever the file's. */
export interface Proposals {
  /** In no particular order where they have scores, else best first; undefined where the source has none. */
  of(annotation: Annotation): readonly Proposal[] | undefined;
  /** Every label that the source uses; none where its boxes have no labels. */
  readonly labels: ReadonlySet<string>;
  /** What could not be read, with line numbers. */
  readonly problems: readonly string[];
}

const NO_LABELS: ReadonlySet<string> = new Set();
const Corners = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const CandidateLine = z
  .looseObject({
    id: z.string().optional(),
    file_name: z.string().optional(),
    boxes: z.array(Corners),
    scores: z.array(z.number()).optional(),
    labels: z.array(z.string()).optional(),
  })
  .refine(({ id, file_name }) => id !== undefined || file_name !== undefined, 'neither id nor file_name')
  .refine(
    ({ boxes, scores, labels }) => [scores, labels].every((all) => !all || all.length === boxes.length),
    'boxes and scores are not aligned',
  );

const ReferenceBoxes = z.record(
  z.string(),
  z.array(z.looseObject({ category: z.string(), score: z.number().optional(), box: Corners })),
);

/** The candidates that the annotations bring themselves (Ref-Adv). */
export const ownProposals: Proposals = {
  of: ({ candidates }) => candidates?.map(({ box }) => ({ box })),
  labels: NO_LABELS,
  problems: [],
};

/**
 * Reads candidates, by what the file is: JSONL of {id or file_name, boxes, scores}; the predictions of an evaluation
 * run; or a dictionary of file names with {category, score, box} each. All boxes xyxy in pixels.
 * @throws SpotterError not-found; bad-usage, for a file that is none of these
 */
export async function readProposals(file: string): Promise<Proposals> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new SpotterError(
      'not-found',
      `There is no candidate file ${file}.`,
      'Name yours with --candidates.',
    );
  }
  const lines = /\.(?:jsonl|ndjson)$/i.test(file) || isCandidateLine(await firstLine(file));
  return lines ? readLines(file) : readDictionary(file);
}

async function firstLine(file: string): Promise<string> {
  const input = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim()) return line;
    return '';
  } finally {
    input.destroy();
  }
}

function isCandidateLine(line: string): boolean {
  try {
    return CandidateLine.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

async function readLines(file: string): Promise<Proposals> {
  const byKey = new Map<string, readonly Proposal[]>();
  const labels = new Set<string>();
  const problems: string[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (!line.trim()) continue;
    try {
      const { key, proposals } = parseLine(line);
      if (byKey.has(key)) throw new Error('stands there already; the first one counts');
      byKey.set(key, proposals);
      for (const { label } of proposals) if (label !== undefined) labels.add(label);
    } catch (thrown) {
      problems.push(`line ${number}: ${thrown instanceof z.ZodError ? issues(thrown) : messageOf(thrown)}`);
    }
  }
  return {
    of: ({ id, file_name }) => byKey.get(keyOf('id', id)) ?? byKey.get(keyOf('file', file_name)),
    labels,
    problems,
  };
}

function parseLine(line: string): { key: string; proposals: readonly Proposal[] } {
  const json: unknown = JSON.parse(line);
  // A prediction without boxes has an outcome that says why; it has to be a whole one.
  const isPrediction = typeof json === 'object' && json !== null && 'outcome' in json;
  if (isPrediction) PredictionLine.parse(json);
  const { id, file_name, boxes, scores, labels } = CandidateLine.parse(json);
  return {
    key: id === undefined ? keyOf('file', file_name!) : keyOf('id', id),
    proposals: boxes.map((box, i) => ({
      box,
      ...(scores && { score: scores[i]! }),
      ...(labels && { label: labels[i]! }),
    })),
  };
}

/** An id may look like a file name. */
const keyOf = (kind: 'id' | 'file', name: string): string => `${kind} ${name}`;

const issues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');

async function readDictionary(file: string): Promise<Proposals> {
  try {
    const byFile = new Map(Object.entries(ReferenceBoxes.parse(JSON.parse(await readFile(file, 'utf8')))));
    const labels = new Set([...byFile.values()].flatMap((boxes) => boxes.map(({ category }) => category)));
    return {
      of: ({ file_name }) =>
        byFile.get(file_name)?.map(({ box, score, category }) => ({
          box,
          label: category,
          ...(score !== undefined && { score }),
        })),
      labels,
      problems: [],
    };
  } catch (cause) {
    throw new SpotterError(
      'bad-usage',
      `${file} is no file of candidates.`,
      'It has to be JSONL of {id or file_name, boxes, scores}, or a dictionary as in docs/tuning-set.md.',
      cause,
    );
  }
}

/** Proposals of one thing are one candidate from here on, as CRS has it. */
const SAME_IOU = 0.7;
/** What overlaps the reference box this much might still be taken for it: not offered where None is right. */
const CLEAR_IOU = 0.3;

/** What is offered where the expression's own region is among the options, best first. */
export interface PositiveOffer {
  readonly options: readonly Proposal[];
  readonly right: Proposal;
  readonly inserted: boolean;
  /** Further regions that are right as well, and were left out so that only one letter is. */
  readonly rivals: number;
}

/** Why there is no such offer. */
export type Missing = 'no-candidates' | 'not-proposed' | 'beyond-k';

/** A box as the prompt shows it: rounded to thousandths of the sides; undefined where nothing is left of it. */
export function asShown(box: Box, size: Size): Box | undefined {
  const whole = squash(size, size);
  const text = writeBox('relative-1000-xyxy', whole, box);
  const read = readBox({ text, finish: 'stop' }, 'relative-1000-xyxy', whole);
  return read.kind === 'boxes' ? read.boxes[0] : undefined;
}

/**
 * Candidates as CRS would have them: those of the kinds asked for first, where the source labels its boxes, since a
 * detector is asked for these; then by score; none of them twice.
 */
export function poolOf(proposals: readonly Proposal[], size: Size, kinds: ReadonlySet<string>): Proposal[] {
  const named = ({ label }: Proposal) => Number(label !== undefined && kinds.has(label));
  const ranked = proposals
    .map((p) => ({ ...p, box: clamp(p.box, size.width, size.height) }))
    .filter(({ box }) => asShown(box, size) !== undefined)
    .toSorted((a, b) => named(b) - named(a) || (b.score ?? 0) - (a.score ?? 0))
    .map((proposal, i) => ({ proposal, box: proposal.box, score: -i }));
  return nms(ranked, SAME_IOU).map(({ proposal }) => proposal);
}

/** IoU with a box as it is and as the prompt shows it: both count, since a reader of the prompt knows the latter only. */
function overlaps({ box }: Proposal, reference: Box, size: Size): readonly [number, number] {
  const shown = asShown(box, size);
  return [iou(box, reference), shown ? iou(shown, reference) : 0];
}

/**
 * At most `k` candidates of a pool with exactly one right among them.
 * @param references the expression's box, and those of others in the picture that it names as well
 */
export function offerWithRight(
  pool: readonly Proposal[],
  [reference, ...alike]: readonly [Box, ...Box[]],
  size: Size,
  { k, insertReference }: { readonly k: OfferSize; readonly insertReference: boolean },
): PositiveOffer | Missing {
  if (pool.length === 0) return 'no-candidates';
  const hits = pool.filter((p) => Math.min(...overlaps(p, reference, size)) >= HIT_IOU);
  const right = hits.toSorted((a, b) => iou(b.box, reference) - iou(a.box, reference))[0];
  const named = [reference, ...alike];
  const others = pool.filter((p) => named.every((r) => Math.max(...overlaps(p, r, size)) < HIT_IOU));
  const options = pool.filter((p) => p === right || others.includes(p)).slice(0, k);
  const rivals = pool.filter((p) => p !== right && !others.includes(p)).length;
  if (right && options.includes(right)) return { options, right, inserted: false, rivals };
  if (!insertReference) return right ? 'beyond-k' : 'not-proposed';
  const inserted = { box: clamp(reference, size.width, size.height) };
  return { options: [...others.slice(0, k - 1), inserted], right: inserted, inserted: true, rivals };
}

/** Candidates none of which can be taken for what the expression names; possibly none at all. */
export const offerWithoutRight = (
  pool: readonly Proposal[],
  references: readonly Box[],
  k: OfferSize,
): Proposal[] => pool.filter(({ box }) => references.every((r) => iou(box, r) < CLEAR_IOU)).slice(0, k);

/**
 * Where the right option is to stand, 0 .. options - 1: in a random order, but every place equally often among offers
 * of one size. Chance alone would leave the letters of 1,000 records apart by 6 % (one standard deviation).
 */
export function createPlaces(seed: number): (options: number) => number {
  const decks = new Map<number, number[]>();
  const random = randomFrom(seed);
  return (options) => {
    const deck = decks.get(options) ?? [];
    decks.set(options, deck);
    if (deck.length === 0) {
      const places = Array.from({ length: options }, (_, i) => i);
      deck.push(...shuffled(places, Math.floor(random() * 2 ** 32)));
    }
    return deck.pop()!;
  };
}

/** The seed of one record: nothing else in the set moves when an annotation is added. */
export const recordSeed = (seed: number, kind: string, id: string): number =>
  seedOf(String(seed), `${kind} ${id}`);

/**
 * The offer of the CRS strategy, in the first of its orders from a seed on that puts `right` in its place; where
 * nothing is right, in the first one.
 */
export function offerInOrder(
  options: readonly Proposal[],
  {
    none,
    k,
    seed,
    right,
    place,
  }: Required<Pick<MultipleChoiceOptions, 'none' | 'k' | 'seed'>> & {
    readonly right?: Proposal;
    readonly place?: number;
  },
): MultipleChoice<Proposal> {
  for (let tried = seed; ; tried = (tried + 1) >>> 0) {
    const offer = makeMultipleChoice(
      options,
      { sha256: '', expression: '' },
      { k, none, style: 'text', seed: tried },
    );
    if (right === undefined || place === undefined || offer.options[place]?.candidate === right) return offer;
  }
}

/** What a noun is to a vocabulary of kinds of things: so that "the guy" is known to be a person. */
export type Knows = (noun: string) => LabelMatch;

/** The kinds of things that words stand for: the words themselves, and what the vocabulary makes of them. */
export const kindsOf = (words: Iterable<string>, knows: Knows): Set<string> => {
  const all = [...words].map((word) => word.toLowerCase());
  return new Set(all.flatMap((word) => [word, ...knows(word).labels]));
};

/** What one expression is about: its head noun's readings, and the category where the set names one. */
export function targetOf(annotation: Annotation): readonly string[] {
  return [...readExpression(annotation.expression).target.nouns, ...categoryOf(annotation)];
}

/** Everything that an expression speaks of, what it relates its target to included ("left of the red bus"). */
export function spokenOf(annotation: Annotation): readonly string[] {
  const category = categoryOf(annotation);
  const nouns = nounsIn(readExpression(annotation.expression).target);
  // "the yellow one" may be anything, unless the set says what it is.
  return category.length > 0 ? [...category, ...nouns.filter((noun) => !ANYTHING.has(noun))] : nouns;
}

/** Whether words name anything at all: "the one on the left" could be whatever is there. */
export const isVague = (nouns: readonly string[]): boolean => nouns.some((noun) => ANYTHING.has(noun));

export const categoryOf = ({ category }: Annotation): readonly string[] =>
  typeof category === 'string' ? [category] : [];

const nounsIn = ({ nouns, constraints }: NounPhrase): readonly string[] => [
  ...nouns,
  ...constraints.flatMap((k) => (k.kind === 'relation' ? k.to.flatMap(nounsIn) : [])),
];
