import type { Skipped } from './reasons.ts';

/**
 * A row on its way to an annotation: the fields of one, as its set has them, unchecked. A `bbox` of null says that
 * nothing fits, one of undefined that the set has none.
 */
export type Draft = Readonly<Record<string, unknown>>;

/** A row of a file, counted from 1. */
export interface Drafted {
  readonly row: number;
  readonly draft: Draft;
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
}

/** What a row says, where it is a row. */
export const fieldsOf = (value: unknown): Draft | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Draft) : undefined;

/** Whether a field says anything: sets that went through a table have null, "" and NaN (read as "") for nothing. */
export const said = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** An id as text, whether it came as a number or as text; undefined for anything else. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** How a report names a row: by its id too, where it has one. */
export const named = (row: number, id: string | undefined): { row: number; id?: string } =>
  id === undefined ? { row } : { row, id };

/** A number, whether it came as one or as text. Anything else as it is, so that it can be complained about. */
export const numberOf = (value: unknown): unknown =>
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
