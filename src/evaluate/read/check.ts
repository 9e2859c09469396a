import { area, type Box, clamp } from '../../box.ts';
import { SpotterError } from '../../errors.ts';
import { NotAFile } from '../../files.ts';
import { Annotation } from '../prediction.ts';

/** Why a row is left out. The names are stable: they are what the counts of a report are kept by. */
export const REASONS = {
  'not-json': 'the line is not JSON, or cut off',
  'not-a-row': 'it is not an object with fields',
  'no-id': 'it has no id, or a number beyond 2^53, which must be text',
  'duplicate-id': 'its id was there before; the first one counts',
  'no-expression': 'it has no expression',
  'no-picture': 'it does not say which picture, or one that is not listed',
  'no-annotation': 'the picture has an expression, and no annotation',
  'second-box': 'its expression has a box already; the first one counts',
  'no-box': 'it is a positive without a box',
  'box-not-numbers': 'its box is not four numbers',
  'box-empty': 'its box has no width or no height',
  'box-in-shares': 'its box is in shares of the picture (0 to 1), not in pixels',
  'box-outside': 'most of its box is outside the picture',
  'bad-candidates': 'its candidates cannot be read',
  'bad-field': 'a field is not what it should be',
} as const;

export type Reason = keyof typeof REASONS;

/** A row that was left out. */
export interface Skipped {
  /** Counted from 1, in the order of the file. */
  readonly row: number;
  readonly id?: string;
  readonly reason: Reason;
  readonly detail?: string;
}

/** A file that is read nowhere, by how it may begin, and what to do with it. */
export type Foreign = readonly [begins: readonly string[], is: string, hint: string];

const FOREIGN: readonly Foreign[] = [
  [['\x1f\x8b'], 'is compressed', 'Unpack it first: gunzip FILE.'],
  [['PK'], 'is a zip archive', 'Unpack it first: unzip FILE.'],
  [['\xff\xfe', '\xfe\xff'], 'is text in UTF-16', 'Save it as UTF-8.'],
];

/**
 * @param head how the file begins, a character a byte
 * @param more what is not read here, either
 * @throws SpotterError bad-usage
 */
export function refuseForeign(file: string, head: string, more: readonly Foreign[] = []): void {
  const foreign = [...FOREIGN, ...more].find(([begins]) => begins.some((bytes) => head.startsWith(bytes)));
  if (foreign) throw new SpotterError('bad-usage', `${file} ${foreign[1]}.`, foreign[2]);
}

/** A refusal of the file system as a SpotterError; anything else as it is. */
export function unreadable(file: string, thrown: unknown): unknown {
  const { code } = thrown as { code?: unknown };
  if (thrown instanceof SpotterError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return thrown;
  const missing = code === 'ENOENT';
  const why = thrown instanceof NotAFile ? `: ${thrown.message}` : '';
  const hint = 'Name yours with --annotations FILE; docs/evaluation-formats.md has the formats.';
  const sentence = missing
    ? `There is no annotation file ${file}.`
    : `The file ${file} cannot be read${why}.`;
  return new SpotterError('not-found', sentence, hint, thrown);
}

/**
 * A row on its way to an annotation: the fields of one, as its set has them, unchecked. A `bbox` of null says that
 * nothing fits, one of undefined that the set has none.
 */
export type Draft = Readonly<Record<string, unknown>>;

/** A row of a file, counted from 1. */
export interface Drafted {
  readonly row: number;
  readonly draft: Draft;
  /** Which part of its set it belongs to, where the set says so. */
  readonly split?: string;
}

export type Found = Drafted | Skipped;

/** Other files that some sets need beside the one with the expressions, and which part of a set to read. */
export interface SetFiles {
  /** GQA's scene graphs: the boxes of FineCops-Ref as it comes (vanilla). */
  readonly sceneGraphs?: string;
  /** The COCO file of the same expressions: boxes again, by id. */
  readonly coco?: string;
  /** COCO's instances: the boxes of RefCOCO as it comes; `instances.json` beside it unless told. */
  readonly instances?: string;
  /** Which split of RefCOCO as it comes, as its rows name it (`val`, `testA`); all unless told. */
  readonly split?: string;
  /** Whether boxes are left as they are, also over the edge of their picture: the published scripts cut nothing. */
  readonly uncut?: boolean;
}

/** What a row says, where it is a row. */
export const fieldsOf = (value: unknown): Draft | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Draft) : undefined;

/** Whether a field says anything: sets that went through a table have null, "" and NaN (read as "") for nothing. */
export const said = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/**
 * An id as text, whether it came as a number or as text; undefined for anything else. Beyond 2^53 the numbers of JSON are
 * no longer told apart: one of these would be another row's id.
 */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** How a report names a row: by its id too, where it has one. */
export const named = (row: number, id: string | undefined): { row: number; id?: string } =>
  id === undefined ? { row } : { row, id };

/** A number, whether it came as one or as text. Anything else as it is, so that it can be complained about. */
const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;

/** Those of the fields that say something. */
export function pick(fields: Draft, names: readonly string[]): Draft {
  return Object.fromEntries(names.filter((name) => said(fields[name])).map((name) => [name, fields[name]]));
}

/** What the annotations of FineCops-Ref say of their kind, beside the expression. */
export const KIND_FIELDS = [
  'level',
  'tags',
  'positive_id',
  'negative_type',
  'negative_level',
  'negative_cate',
] as const;

/** A photo of GQA is named by its id. */
export function photoOf(imageId: unknown): string | undefined {
  const id = idOf(imageId);
  return id === undefined || /\.(jpe?g|png|webp)$/i.test(id) ? id : `${id}.jpg`;
}

export type Checked =
  | { readonly annotation: Annotation; readonly clamped: boolean }
  | { readonly reason: Reason; readonly detail?: string };

type Size = { readonly width: number; readonly height: number };
type NoBox = { readonly bbox: null; readonly clamped: false };

/** Fields that a set may have as numbers or as text, and what they become. */
const TOLERANT: Readonly<Record<string, (value: unknown) => unknown>> = {
  positive_id: idOf,
  level: numberOf,
  negative_level: numberOf,
};

/**
 * The annotation that a row is, or why it is none. A row with a positive_id or a negative_type is a negative, whatever
 * box it carries: published negatives carry their positive's.
 */
export function check(draft: Draft, { uncut = false }: Pick<SetFiles, 'uncut'> = {}): Checked {
  const id = idOf(draft.id);
  if (id === undefined) return { reason: 'no-id' };
  const { expression, file_name } = draft;
  if (typeof expression !== 'string' || expression.trim() === '') return { reason: 'no-expression' };
  if (typeof file_name !== 'string' || file_name === '') return { reason: 'no-picture' };
  const size = sizeOf(draft);
  const box = boxOf(draft, uncut ? undefined : size);
  if ('reason' in box) return box;
  const more = moreTargets(draft, uncut ? undefined : size);
  if (more && 'reason' in more) return more;
  const { width: _, height: __, more_targets: ___, ...rest } = draft;
  const { success, data, error } = Annotation.safeParse({
    image_id: file_name,
    level: 1,
    ...tolerant(rest),
    ...size,
    id,
    bbox: box.bbox,
    ...(more && box.bbox && { more_targets: more.boxes }),
  });
  if (success) return { annotation: data, clamped: box.clamped };
  const { path, message } = error.issues[0]!;
  return { reason: 'bad-field', detail: `${path.join('.')}: ${message}` };
}

function boxOf(draft: Draft, size: Size | undefined): NoBox | CheckedBox | { reason: Reason } {
  const absent = said(draft.positive_id) || said(draft.negative_type) || draft.bbox === null;
  if (absent) return { bbox: null, clamped: false };
  if (!said(draft.bbox)) return { reason: 'no-box' };
  return checkBox(draft.bbox, size);
}

/** The other boxes of an expression that means several things; as one that is no box is a target that nobody knows. */
function moreTargets(
  { more_targets }: Draft,
  size: Size | undefined,
): { readonly boxes: readonly Xywh[] } | { readonly reason: Reason; readonly detail: string } | undefined {
  if (!Array.isArray(more_targets)) return undefined;
  const checked = more_targets.map((bbox) => checkBox(bbox, size));
  const wrong = checked.find((box) => 'reason' in box);
  if (wrong && 'reason' in wrong) return wrong;
  return { boxes: checked.flatMap((box) => ('bbox' in box ? [box.bbox] : [])) };
}

/** The picture's size where the set knows it; one that is no size is one that is not known. */
function sizeOf(draft: Draft): Size | undefined {
  const [width, height] = [numberOf(draft.width), numberOf(draft.height)];
  const known = (n: unknown): n is number => typeof n === 'number' && n > 0;
  return known(width) && known(height) ? { width, height } : undefined;
}

const tolerant = (draft: Draft): Draft =>
  Object.fromEntries(
    Object.entries(draft)
      .filter(([name, value]) => said(value) || !(name in Annotation.shape))
      .map(([name, value]) => [name, TOLERANT[name]?.(value) ?? value]),
  );

type Xywh = [x: number, y: number, width: number, height: number];

export type CheckedBox =
  | { readonly bbox: Xywh; readonly clamped: boolean }
  | { readonly reason: Reason; readonly detail: string };

/** Of a box that reaches over the edge, so much must be inside: less is a box of another picture, or of another size. */
const INSIDE = 0.5;

/** What rounding may add to a box that ends at the edge, in pixels. */
const ROUNDING = 1e-3;

/**
 * A reference box that can be measured against, or why it cannot. One that lies inside is given back as it is, never
 * rounded; one that reaches a little over the edge is cut there.
 * @param bbox x, y, width, height in pixels
 * @param size of the picture, where it is known
 */
export function checkBox(bbox: unknown, size?: { width: number; height: number }): CheckedBox {
  if (!isXywh(bbox)) return { reason: 'box-not-numbers', detail: JSON.stringify(bbox) };
  const [x, y, w, h] = bbox;
  if (w <= 0 || h <= 0) return { reason: 'box-empty', detail: `${w} x ${h}` };
  if (x >= 0 && y >= 0 && x + w <= 1 && y + h <= 1)
    return { reason: 'box-in-shares', detail: bbox.join(', ') };
  if (!size) return { bbox, clamped: false };
  const box: Box = [x, y, x + w, y + h];
  const inside = clamp(box, size.width, size.height);
  if (area(inside) < INSIDE * area(box)) {
    return { reason: 'box-outside', detail: `${bbox.join(', ')} in ${size.width} x ${size.height}` };
  }
  if (inside.every((edge, i) => Math.abs(edge - box[i]!) <= ROUNDING)) return { bbox, clamped: false };
  const [left, top, right, bottom] = inside;
  return { bbox: [left, top, right - left, bottom - top], clamped: true };
}

const isXywh = (bbox: unknown): bbox is Xywh =>
  Array.isArray(bbox) && bbox.length === 4 && bbox.every((n) => typeof n === 'number' && Number.isFinite(n));
