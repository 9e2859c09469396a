import type { Box } from '../../box.ts';
import type { AnswerOptions, BadLine, Note } from '../answers/forms.ts';
import { isBad, readPredictions } from '../answers/read.ts';
import { highest, rankOfHit } from '../metrics/metrics.ts';
import { type Annotation, otherTargets, type Prediction, referenceBox } from '../prediction.ts';

/** What kind of negative an annotation is. */
export interface NegativeKind {
  readonly type: string | undefined;
  readonly level: number | undefined;
  /** Whether the expression or the picture was changed. */
  readonly cate: 'text' | 'image' | undefined;
}

/** What scoring needs of an annotation. */
export interface Row {
  readonly id: string;
  readonly imageId: string;
  readonly file: string;
  readonly expression: string;
  readonly level: number;
  readonly tags: readonly string[];
  /** Of a positive. */
  readonly reference: Box | undefined;
  /** Of a positive whose expression means several things: the boxes of the others. */
  readonly others: readonly Box[];
  /** Of its picture, where the set knows it. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Of a negative. */
  readonly negative: NegativeKind | undefined;
  readonly positiveId: string | undefined;
}

/**
 * An annotation that names a positive or a type of negative is a negative whatever box it carries (that of its positive,
 * usually), and so is one without a box.
 */
const isNegative = ({ positive_id, negative_type, bbox }: Annotation): boolean =>
  positive_id !== undefined || negative_type !== undefined || bbox === null;

export function rowOf(annotation: Annotation): Row {
  const { id, image_id, file_name, expression, level, tags, positive_id, width, height } = annotation;
  const { negative_type: type, negative_level, negative_cate: cate } = annotation;
  const negative = isNegative(annotation);
  return {
    id,
    imageId: String(image_id),
    file: file_name,
    expression,
    level,
    tags,
    reference: negative ? undefined : referenceBox(annotation),
    others: negative ? [] : otherTargets(annotation),
    size: width !== undefined && height !== undefined ? { width, height } : undefined,
    negative: negative ? { type, level: negative_level, cate } : undefined,
    positiveId: positive_id,
  };
}

/** Boxes that are kept for looking at an answer. */
const BOXES_KEPT = 3;

/** What scoring needs of a prediction: small, however many boxes it has. */
export interface Answer extends Pick<Prediction, 'outcome' | 'presence' | 'route' | 'cost' | 'error'> {
  /** Rank of the first box that is right, from 1; Infinity where none is. */
  readonly rank: number;
  /** The highest scores, in descending order. */
  readonly scores: Float64Array;
  /** Score of the first box. */
  readonly first: number | undefined;
  /** The first boxes. */
  readonly boxes: readonly Box[];
  /** Undefined where the answer does not say. */
  readonly ms: number | undefined;
}

/** @param k how many scores are kept */
function answerOf(prediction: Prediction, { reference, others }: Row, k: number): Answer {
  const { boxes, scores, outcome, presence, route, cost, error, timings_ms } = prediction;
  return {
    outcome,
    presence,
    route,
    cost,
    error,
    rank: rankOfHit(boxes, reference, others),
    scores: highest(scores, k),
    first: scores[0],
    boxes: boxes.slice(0, BOXES_KEPT),
    ms: timings_ms?.total,
  };
}

/** Ids that are listed; of more only the number is told. */
const LISTED = 20;

/** How many, and which: the first of them. */
export interface Listed<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** What did not pair up between annotations and predictions. */
export interface Pairing {
  /** Annotations without a prediction: misses where something should be found, and never rejections. */
  readonly missing: Listed<string>;
  readonly missingPositives: number;
  readonly missingNegatives: number;
  /** Predictions, by distinct id, that no annotation asked for. */
  readonly surplus: Listed<string>;
  /** Ids predicted more than once: the last line counts, as a repeated question is asked for a better answer. */
  readonly duplicates: Listed<string>;
  /** Annotations whose id was there before: the first one counts. */
  readonly repeatedAnnotations: Listed<string>;
  readonly badLines: Listed<BadLine>;
  /** What was done to answers that leave something to be done, and to how many. */
  readonly notes: Readonly<Partial<Record<Note, number>>>;
  /** No answer states a presence: the highest score stands for it, 0 without a box. */
  readonly presenceFromScores: boolean;
}

export interface Collected {
  readonly rows: ReadonlyMap<string, Row>;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly pairing: Pairing;
}

export type Many<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Reads annotations, then predictions, keeping of each only what scoring needs.
 * @param predictions a file of them, or themselves
 * @param k how many scores of a prediction are needed
 * @throws SpotterError not-found
 */
export async function collect(
  annotations: Many<Annotation>,
  predictions: string | Many<Prediction>,
  k: number,
): Promise<Collected> {
  const rows = new Map<string, Row>();
  const answers = new Map<string, Answer>();
  const repeated = lister<string>();
  const [surplus, duplicates] = [new Set<string>(), new Set<string>()];
  const bad = lister<BadLine>();
  const notes: Partial<Record<Note, number>> = {};
  const options: AnswerOptions = {
    sizeOf: (id) => rows.get(id)?.size,
    onNote: (note) => {
      notes[note] = (notes[note] ?? 0) + 1;
    },
  };
  for await (const annotation of annotations) {
    if (rows.has(annotation.id)) repeated.add(annotation.id);
    else rows.set(annotation.id, rowOf(annotation));
  }
  for await (const read of typeof predictions === 'string'
    ? readPredictions(predictions, options)
    : predictions) {
    if (isBad(read)) {
      bad.add(read);
      continue;
    }
    const row = rows.get(read.id);
    if (!row) {
      surplus.add(read.id);
      continue;
    }
    if (answers.has(read.id)) duplicates.add(read.id);
    answers.set(read.id, answerOf(read, row, k));
  }
  const silent = [...answers].filter(([, { outcome }]) => outcome !== 'error');
  const presenceFromScores = silent.length > 0 && silent.every(([, { presence }]) => presence === undefined);
  if (presenceFromScores)
    for (const [id, answer] of silent) answers.set(id, { ...answer, presence: answer.scores[0] ?? 0 });
  const missing = [...rows.values()].filter(({ id }) => !answers.has(id));
  const missingNegatives = missing.filter(({ negative }) => negative).length;
  return {
    rows,
    answers,
    pairing: {
      missing: listed(missing.map(({ id }) => id)),
      missingPositives: missing.length - missingNegatives,
      missingNegatives,
      surplus: listed([...surplus]),
      duplicates: listed([...duplicates]),
      repeatedAnnotations: repeated.list(),
      badLines: bad.list(),
      notes,
      presenceFromScores,
    },
  };
}

/** How many, and the first of them. */
export const listed = <T>(all: readonly T[]): Listed<T> => ({
  count: all.length,
  first: all.slice(0, LISTED),
});

/** Counts all that is added, and keeps what is listed. */
function lister<T>(): { add(item: T): void; list(): Listed<T> } {
  const first: T[] = [];
  let count = 0;
  return {
    add(item) {
      count += 1;
      if (first.length < LISTED) first.push(item);
    },
    list: () => ({ count, first }),
  };
}

/** An annotation with its answer, if there is one. */
export interface Item {
  readonly row: Row;
  readonly answer: Answer | undefined;
  /** Index of the image that it is resampled with. */
  readonly image: number;
}

/** A negative beside the positive that it was made from. */
export interface Pair {
  readonly positive: Item;
  readonly negative: Item;
}

/** All that is scored. */
export interface Items {
  readonly all: readonly Item[];
  readonly positives: readonly Item[];
  readonly negatives: readonly Item[];
  /** Of the negatives that name a positive which is there. */
  readonly pairs: readonly Pair[];
  /** How many images there are. */
  readonly images: number;
}

/**
 * Joins rows and answers. A negative belongs to the image of its positive, also where its own picture was changed: what
 * is drawn with an image are all its variants.
 * @param keep which ids take part; all unless told
 */
export function itemsOf(
  { rows, answers }: Pick<Collected, 'rows' | 'answers'>,
  keep: (id: string) => boolean = () => true,
): Items {
  const indices = new Map<string, number>();
  const indexOf = (imageId: string): number => {
    const known = indices.get(imageId);
    if (known !== undefined) return known;
    indices.set(imageId, indices.size);
    return indices.size - 1;
  };
  const items = new Map<string, Item>();
  for (const row of rows.values()) {
    if (!keep(row.id)) continue;
    const origin = (row.positiveId !== undefined && rows.get(row.positiveId)) || row;
    items.set(row.id, { row, answer: answers.get(row.id), image: indexOf(origin.imageId) });
  }
  const all = [...items.values()];
  const negatives = all.filter(({ row }) => row.negative);
  return {
    all,
    positives: all.filter(({ row }) => !row.negative),
    negatives,
    pairs: negatives.flatMap((negative) => {
      const positive = items.get(negative.row.positiveId ?? '');
      return positive && !positive.row.negative ? [{ positive, negative }] : [];
    }),
    images: indices.size,
  };
}

/** An answer that says something: not missing, and no error. */
export const isAnswered = ({ answer }: Item): boolean => answer !== undefined && answer.outcome !== 'error';

/** Whether the first box is right. */
export const isHit = ({ answer }: Item): boolean => answer?.rank === 1;

/** What has become of it. */
export const outcomeOf = ({ answer }: Item) => answer?.outcome ?? 'missing';

/** A positive whose first box is not right; a negative that is found; a question without an answer. */
const isWrong = (item: Item): boolean => {
  if (!isAnswered(item)) return true;
  return item.row.negative ? item.answer?.outcome === 'found' : !isHit(item);
};

/** One answer as plain data: a gallery of failures, a list of wrong ids. */
export interface ItemRecord {
  readonly id: string;
  readonly image_id: string;
  readonly file_name: string;
  readonly expression: string;
  readonly level: number;
  readonly tags: readonly string[];
  readonly kind: 'positive' | 'negative';
  /** Of a negative: "flip 2 text". */
  readonly group: string | null;
  readonly positive_id: string | null;
  /** xyxy, pixels; null of a negative. */
  readonly reference: Box | null;
  /** The first few boxes of the answer, best first. */
  readonly boxes: readonly Box[];
  readonly outcome: ReturnType<typeof outcomeOf>;
  /** Whether the first box is right, and the rank of the first one that is, from 1. */
  readonly hit: boolean;
  readonly rank: number | null;
  readonly presence: number | null;
  readonly score: number | null;
  readonly route: string | null;
  readonly ms: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** A positive whose first box is not right; a negative that is found; a question without an answer. */
  readonly wrong: boolean;
}

export function itemRecord(item: Item): ItemRecord {
  const { row, answer } = item;
  return {
    id: row.id,
    image_id: row.imageId,
    file_name: row.file,
    expression: row.expression,
    level: row.level,
    tags: row.tags,
    kind: row.negative ? 'negative' : 'positive',
    group: row.negative ? nameOfKind(row.negative) : null,
    positive_id: row.positiveId ?? null,
    reference: row.reference ?? null,
    boxes: answer?.boxes ?? [],
    outcome: outcomeOf(item),
    hit: isHit(item),
    rank: answer && Number.isFinite(answer.rank) ? answer.rank : null,
    presence: answer?.presence ?? null,
    score: answer?.first ?? null,
    route: answer?.route ?? null,
    ms: answer?.ms ?? null,
    error: answer?.error ?? null,
    wrong: isWrong(item),
  };
}

/** "000005 dogs.jpg positive undecided: the dog on the left" */
export function formatItem({ id, file_name, kind, outcome, error, expression }: ItemRecord): string {
  const what = error ? `error ${error.code}` : `${kind} ${outcome}`;
  return `${id} ${file_name} ${what}: ${expression}`;
}

/** Tags whose questions geometry and pixels alone can decide. */
export const DECIDABLE: ReadonlySet<string> = new Set([
  'category',
  'colour',
  'size',
  'position',
  'ordinal',
  'relation',
  'count',
]);

/** A named part of what is scored. */
export interface Group<T> {
  readonly name: string;
  readonly of: readonly T[];
}

export const ALL_POSITIVES = 'all positives';
export const ALL_NEGATIVES = 'all negatives';
/** What the published script calls "overall". */
export const LEVEL_1_AGAINST_ALL = 'level-1 positives vs all negatives';
export const OVERALL = 'overall';
/** Of a system's own choosing: no two systems' are the same questions. */
export const ROUTE = 'route ';
export const WHERE_ASKED = 'where a language model was asked';

/** All positives and those of each level there is; level 3 is a level of its own. */
export const byLevel = (positives: readonly Item[]): Group<Item>[] => [
  { name: ALL_POSITIVES, of: positives },
  ...grouped(positives, ({ row }) => [`level ${row.level}`]),
];

/** Those with tags by tag, and those of which all tags can be decided by geometry and pixels. */
export function byTag(positives: readonly Item[]): Group<Item>[] {
  const tagged = positives.filter(({ row }) => row.tags.length > 0);
  if (tagged.length === 0) return [];
  const decidable = tagged.filter(({ row }) => row.tags.every((tag) => DECIDABLE.has(tag)));
  return [
    { name: 'decidable by geometry and pixels', of: decidable },
    ...grouped(tagged, ({ row }) => row.tags.map((tag) => `tag ${tag}`)),
  ];
}

/** "flip 2 text": type, level and what was changed, as far as they are known. */
export const nameOfKind = ({ type = 'of no type', level, cate }: NegativeKind): string =>
  [type, level, cate].filter((part) => part !== undefined).join(' ');

/** Negatives by type, level and what was changed. */
export const byKind = (negatives: readonly Item[]): Group<Item>[] =>
  grouped(negatives, ({ row }) => [nameOfKind(row.negative!)]);

export const pairsByKind = (pairs: readonly Pair[]): Group<Pair>[] =>
  grouped(pairs, ({ negative }) => [nameOfKind(negative.row.negative!)]);

/** Negatives by type and level: "negative flip 2". */
export const byTypeAndLevel = (negatives: readonly Item[]): Group<Item>[] =>
  grouped(negatives, ({ row }) => [`negative ${nameOfKind({ ...row.negative!, cate: undefined })}`]);

/** Groups in the order of their names, each item in all that it names. */
export function grouped<T>(items: readonly T[], namesOf: (item: T) => readonly string[]): Group<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const names = namesOf(item);
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) continue;
      const group = groups.get(name);
      if (group) group.push(item);
      else groups.set(name, [item]);
    }
  }
  return [...groups].map(([name, of]) => ({ name, of })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
