import type { Outcome } from '../../verdict/verdict.ts';
import type { Annotation } from '../annotations.ts';
import { type Row, rowOf } from '../score/row.ts';

/** One answered question as a calibration sees it. */
export interface Trial {
  /** Questions about one photo stay together when data is held out. */
  readonly photo: string;
  /** What was asked for is in the picture. */
  readonly present: boolean;
  /** The best candidate is what was asked for. */
  readonly right: boolean;
  readonly presence: number;
  readonly outcome: Outcome;
}

/** A row and the photo that it belongs to. */
export interface Placed {
  readonly row: Row;
  readonly photo: string;
}

/**
 * Annotations by id. A negative belongs to the photo of its positive, also where its own picture was changed. Photos are
 * told by their file: some sets give every expression an image id of its own.
 */
export function placed(annotations: readonly Annotation[]): Map<string, Placed> {
  const rows = new Map(annotations.map((annotation) => [annotation.id, rowOf(annotation)]));
  const photoOf = (row: Row): string => (rows.get(row.positiveId ?? '') ?? row).file;
  return new Map([...rows].map(([id, row]) => [id, { row, photo: photoOf(row) }]));
}
