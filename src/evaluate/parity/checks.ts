import { join } from 'node:path';
import {
  type Preprocessor,
  PreprocessorFile,
  tensorSize,
  tensorSpec,
} from '../../detector/grounding-dino/inputs.ts';
import {
  type Output,
  postProcess,
  type ScoredRange,
  scoreOf,
} from '../../detector/grounding-dino/post-process.ts';
import { phrasesOf, type Token, type Tokeniser } from '../../detector/grounding-dino/text.ts';
import type { Size } from '../../picture/picture.ts';
import { readPicture } from '../../picture/read.ts';
import { toTensor } from '../../picture/tensor.ts';
import type { GoldenPixels, GoldenPost, GoldenText } from './golden.ts';

/** Every kind of comparison: the largest difference that is allowed, and of what. */
export const KINDS = {
  'token ids': { limit: 0, unit: 'tokens differ', each: 'texts' },
  offsets: { limit: 0, unit: 'characters', each: 'texts' },
  'phrase positions': { limit: 0, unit: 'phrases differ', each: 'texts' },
  'tensor size': { limit: 0, unit: 'pixels', each: 'pictures' },
  normalisation: { limit: 1e-4, unit: 'normalised units', each: 'pictures' },
  'photo to tensor': { limit: 2e-2, unit: 'normalised units, mean', each: 'photos' },
  'channel mean and deviation': { limit: 2e-2, unit: 'normalised units', each: 'photos' },
  'raw outputs': { limit: 6, unit: 'rows of 900 differ by more than 1e-4', each: 'runs' },
  'detections: rows': { limit: 0, unit: 'rows differ', each: 'outputs' },
  'detections: boxes': { limit: 0.5, unit: 'pixels', each: 'outputs' },
  'detections: scores': { limit: 1e-4, unit: '', each: 'outputs' },
  "reference's own: boxes": { limit: 0.5, unit: 'pixels', each: 'outputs' },
  "reference's own: scores": { limit: 1e-4, unit: '', each: 'outputs' },
} as const;

export type Kind = keyof typeof KINDS;

/** One comparison: how far apart, and of which text, picture or output. */
export interface Compared {
  readonly kind: Kind;
  readonly difference: number;
  readonly at: string;
}

/** A comparison that the golden folder asks for and that could not be made. */
export interface NotRun {
  readonly kind: Kind;
  readonly why: string;
}

export type Outcome = Compared | NotRun;

/** What became of all comparisons of a kind. */
export interface Finding {
  readonly kind: Kind;
  /** How many were made, and of what. */
  readonly count: number;
  readonly each: string;
  /** Null when none was made. */
  readonly worst: number | null;
  readonly limit: number;
  readonly unit: string;
  /** Where the worst difference is, if there is any. */
  readonly at: string | null;
  readonly notRun: readonly string[];
  /** Whether all were made, and none is beyond the limit. */
  readonly ok: boolean;
}

/** One finding for each kind that the golden folder asks for, in the order of KINDS. */
export function findings(outcomes: readonly Outcome[]): Finding[] {
  return (Object.keys(KINDS) as Kind[])
    .map((kind) => outcomes.filter((outcome) => outcome.kind === kind))
    .filter((ofKind) => ofKind.length > 0)
    .map(finding);
}

function finding(outcomes: readonly Outcome[]): Finding {
  const { kind } = outcomes[0]!;
  const made = outcomes.filter((outcome) => 'difference' in outcome);
  const notRun = [...new Set(outcomes.flatMap((outcome) => ('why' in outcome ? [outcome.why] : [])))];
  // What is no number is worse than any number.
  const size = ({ difference }: Compared) =>
    Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  const worst = made.toSorted((a, b) => size(b) - size(a))[0];
  const { limit, unit, each } = KINDS[kind];
  return {
    kind,
    count: made.length,
    each,
    worst: worst ? size(worst) : null,
    limit,
    unit,
    at: worst && size(worst) > 0 ? worst.at : null,
    notRun,
    ok: notRun.length === 0 && worst !== undefined && size(worst) <= limit,
  };
}

/** The largest difference of two lists; lists of different length are infinitely apart. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    // Equal infinities are not apart, though their difference is no number.
    const difference = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    if (difference > worst) worst = difference;
  }
  return worst;
}

export interface PixelsOptions {
  /** Of the model; the golden file says the size. */
  readonly preprocessor: Preprocessor;
  /** The golden folder, where the resized pictures lie. */
  readonly folder: string;
  /** Files that may be the photo, the likeliest first: others may have its name. */
  readonly photos: Iterable<string>;
}

/** A photo's tensor against that of the reference: its size, the normalisation alone, and the whole of it. */
export async function comparePixels(golden: GoldenPixels, options: PixelsOptions): Promise<Outcome[]> {
  const at = `${golden.source}, ${golden.mode}`;
  const { size } = PreprocessorFile.pick({ size: true }).parse(golden);
  const config = { ...options.preprocessor, size };
  const [width, height] = golden.source_size;
  const made = tensorSize(size, { width, height });
  const outcomes: Outcome[] = [
    { kind: 'tensor size', difference: apart([made.width, made.height], [golden.width, golden.height]), at },
  ];
  const theirs = await resizedTensor(golden, config, options.folder);
  if (theirs instanceof Float32Array) {
    outcomes.push({ kind: 'normalisation', difference: apart(summary(theirs, golden), wanted(golden)), at });
  } else if (theirs) outcomes.push(theirs);
  const ours = await photoTensor(golden, config, options.photos);
  if (!(ours instanceof Float32Array)) return [...outcomes, ...ours];
  const parts = 6;
  outcomes.push({
    kind: 'channel mean and deviation',
    difference: apart(summary(ours, golden).slice(0, parts), wanted(golden).slice(0, parts)),
    at,
  });
  const difference =
    theirs instanceof Float32Array
      ? meanApart(ours, theirs)
      : meanApart(summary(ours, golden).slice(parts), wanted(golden).slice(parts));
  return [...outcomes, { kind: 'photo to tensor', difference, at }];
}

/** The reference's resized picture as a tensor: nothing but the normalisation is ours. */
async function resizedTensor(
  { resized, width, height }: GoldenPixels,
  config: Preprocessor,
  folder: string,
): Promise<Float32Array | NotRun | undefined> {
  if (resized === undefined) return undefined;
  const read = await tensorOfPng(join(folder, resized), config);
  if (read?.size.width === width && read.size.height === height) return read.data;
  return { kind: 'normalisation', why: `${resized} is missing or of another size` };
}

/** A resized picture as a tensor of its own size; undefined where it cannot be read, or not whole. */
export async function tensorOfPng(
  file: string,
  config: Preprocessor,
): Promise<{ readonly data: Float32Array; readonly size: Size } | undefined> {
  const picture = await readPicture(file).catch(() => undefined);
  if (!picture || picture.raster.width !== picture.width) return undefined;
  const { width, height } = picture;
  const spec = { ...tensorSpec(config, picture), width, height };
  return { data: (await toTensor(picture, spec)).data, size: { width, height } };
}

async function photoTensor(
  { source, source_size: [width, height] }: GoldenPixels,
  config: Preprocessor,
  photos: Iterable<string>,
): Promise<Float32Array | NotRun[]> {
  for (const file of photos) {
    const picture = await readPicture(file).catch(() => undefined);
    if (picture?.width !== width || picture.height !== height) continue;
    return (await toTensor(picture, tensorSpec(config, picture))).data;
  }
  const why = `no photo ${source} of ${width} x ${height} was found`;
  return [
    { kind: 'photo to tensor', why },
    { kind: 'channel mean and deviation', why },
  ];
}

/** Mean and deviation of each channel, and the sampled values. */
function summary(tensor: Float32Array, { width, height, samples }: GoldenPixels): number[] {
  const plane = width * height;
  const channels = [0, 1, 2].map((c) => moments(tensor.subarray(c * plane, (c + 1) * plane)));
  return [
    ...channels.map(({ mean }) => mean),
    ...channels.map(({ deviation }) => deviation),
    ...samples.map(([c, y, x]) => tensor[c * plane + y * width + x] ?? Number.NaN),
  ];
}

const wanted = ({ mean, std, samples }: GoldenPixels): number[] => [
  ...mean,
  ...std,
  ...samples.map(([, , , value]) => value),
];

function moments(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(squares / values.length - mean * mean) };
}

function meanApart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

/** The detections in a raw output, against those that the golden file wants. */
export function comparePost(output: Output, golden: GoldenPost, at: string): Outcome[] {
  const ranges = golden.phrase_token_positions.map(rangeOf);
  const made = postProcess(output, {
    phrases: ranges,
    size: golden,
    threshold: golden.threshold,
    textThreshold: golden.text_threshold,
    maxIou: golden.nms_iou,
  });
  const length = Math.max(made.length, golden.expected.length);
  const pairs = Array.from({ length }, (_, i) => [made[i], golden.expected[i]] as const);
  const rows = pairs.filter(([a, b]) => a?.row !== b?.row || a?.phrase !== b?.phrase).length;
  const both = pairs.flatMap(([a, b]) => (a && b ? [[a, b] as const] : []));
  const boxes = both.map(([a, b]) => apart(a.box, b.box));
  const scores = both.flatMap(([a, b]) => [
    apart([a.score, ...a.phraseScores], [b.score, ...b.phrase_scores]),
    b.phrase_means ? apart(means(output, b.row, ranges), b.phrase_means) : 0,
  ]);
  return [
    { kind: 'detections: rows', difference: rows, at },
    { kind: 'detections: boxes', difference: worst(boxes), at },
    { kind: 'detections: scores', difference: worst(scores), at },
    ...compareReference(output, golden, at),
  ];
}

/** The reference judges a row by all its tokens, neither cuts boxes off nor suppresses any, and keeps their order. */
function compareReference(
  output: Output,
  { reference, threshold, width, height }: GoldenPost,
  at: string,
): Outcome[] {
  if (!reference) return [];
  const all: ScoredRange = { from: 0, to: output.tokens, by: 'max' };
  const rows = Array.from({ length: output.boxes.length / 4 }, (_, row) => row)
    .map((row) => ({ row, score: scoreOf(output.logits, row * output.tokens, all) }))
    .filter(({ score }) => score > threshold);
  const boxes = rows.flatMap(({ row }) => {
    const [x, y, w, h] = output.boxes.subarray(row * 4, row * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height];
  });
  return [
    {
      kind: "reference's own: boxes",
      difference: apart(
        boxes,
        reference.flatMap(({ box }) => box),
      ),
      at,
    },
    {
      kind: "reference's own: scores",
      difference: apart(
        rows.map(({ score }) => score),
        reference.map(({ score }) => score),
      ),
      at,
    },
  ];
}

const rangeOf = (positions: readonly number[]): ScoredRange => ({
  from: positions[0]!,
  to: positions.at(-1)! + 1,
  by: 'max',
});

const means = (output: Output, row: number, ranges: readonly ScoredRange[]): number[] =>
  ranges.map((range) => scoreOf(output.logits, row * output.tokens, { ...range, by: 'mean' }));

const worst = (differences: readonly number[]): number => Math.max(0, ...differences);

type WithIds = Pick<GoldenText, 'text' | 'input_ids'>;

/** A text's tokens, their places and its phrases, against what the reference says of them. */
export function compareText(golden: GoldenText, tokeniser: Tokeniser): Compared[] {
  const at = JSON.stringify(golden.text);
  const tokens = tokeniser.tokenise(golden.text);
  const compared: Compared[] = [
    { kind: 'token ids', difference: masks(golden) + idsApart(golden, tokens, tokeniser), at },
  ];
  if (golden.offsets) {
    const offsets = [[0, 0], ...inCodePoints(golden.text, tokens), [0, 0]];
    compared.push({ kind: 'offsets', difference: apart(offsets.flat(), golden.offsets.flat()), at });
  }
  if (golden.phrase_token_positions) {
    const difference = positionsApart(golden.input_ids, golden.phrase_token_positions, tokeniser);
    compared.push({ kind: 'phrase positions', difference, at });
  }
  return compared;
}

/** Of a text that comes with a run: only its tokens. */
export const compareIds = (golden: WithIds, tokeniser: Tokeniser): Compared => ({
  kind: 'token ids',
  difference: idsApart(golden, tokeniser.tokenise(golden.text), tokeniser),
  at: JSON.stringify(golden.text),
});

export const comparePositions = (
  { text, input_ids: ids }: WithIds,
  positions: readonly (readonly number[])[],
  tokeniser: Tokeniser,
): Compared => ({
  kind: 'phrase positions',
  difference: positionsApart(ids, positions, tokeniser),
  at: JSON.stringify(text),
});

/** Places of tokens, counted in code points. */
export function inCodePoints(text: string, tokens: readonly Token[]): (readonly [number, number])[] {
  const count = (units: number) => [...text.slice(0, units)].length;
  return tokens.map(({ start, end }) => [count(start), count(end)]);
}

function idsApart({ input_ids: wanted }: WithIds, tokens: readonly Token[], { special }: Tokeniser): number {
  const made = [special.start, ...tokens.map(({ id }) => id), special.end];
  const length = Math.max(made.length, wanted.length);
  return Array.from({ length }, (_, i) => made[i] !== wanted[i]).filter(Boolean).length;
}

/** A text by itself is all attended to, and of one segment. */
const masks = ({ input_ids: ids, attention_mask: mask, token_type_ids: types }: GoldenText): number =>
  (mask?.length === ids.length || !mask ? 0 : 1) +
  (mask?.filter((m) => m !== 1).length ?? 0) +
  (types?.filter((t) => t !== 0).length ?? 0);

function positionsApart(
  ids: readonly number[],
  wanted: readonly (readonly number[])[],
  { separators }: Tokeniser,
): number {
  const made = phrasesOf(ids, separators).map(({ from, to }) =>
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  const length = Math.max(made.length, wanted.length);
  return Array.from({ length }, (_, i) => `${made[i]}` !== `${wanted[i]}`).filter(Boolean).length;
}

/** Two rows are the same when none of their numbers differs by more. */
const SAME = 1e-4;

/** Of how many rows the result is told, whatever the model has. */
const PER = 900;

/**
 * How many rows of 900 differ between two raw outputs. Two proposals of nearly the same score may change places
 * between implementations, and then both rows differ altogether, so that rows are counted and not averaged.
 */
export function rowsApart(made: Output, wanted: Output): number {
  const rows = wanted.boxes.length / 4;
  if (made.boxes.length !== wanted.boxes.length || made.tokens < wanted.tokens) return PER;
  const row = ({ logits, boxes, tokens }: Output, i: number) => [
    logits.subarray(i * tokens, i * tokens + wanted.tokens),
    boxes.subarray(i * 4, i * 4 + 4),
  ];
  const same = Array.from({ length: rows }, (_, i) => {
    const theirs = row(wanted, i);
    return row(made, i).every((numbers, part) => apart(numbers, theirs[part]!) <= SAME);
  });
  return (same.filter((is) => !is).length * PER) / rows;
}
