/** The forms that answers come in, and what is told of them. */

/** A line that is no prediction. Lines, or rows of a list, are counted from 1, blank ones too. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/** What was done to answers that leave something to be done; the reader is told, and tells how often. */
export const NOTES = {
  unsorted:
    'answers with scores out of order: sorted, the best first, the last of equal ones before the others',
  outcome: 'answers without an outcome: "found" with a box, "not present" without',
  unscored: 'answers with boxes and no scores: each box counts 1',
  shares: 'answers with all boxes within 0..1: shares of the picture? They are read as pixels',
  corners:
    'answers with a box whose second corner lies left of the first, or above it: boxes are read as x1, y1, x2, y2',
} as const;

export type Note = keyof typeof NOTES;

/** Whose form a prediction is in. */
export type Form = 'lines' | 'replies' | 'mmdetection' | 'coco';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface AnswerOptions {
  /** The size of an annotation's picture, which boxes in thousandths need. */
  readonly sizeOf?: (id: string) => Size | undefined;
  readonly onNote?: (note: Note) => void;
  readonly onForm?: (form: Form) => void;
}

/** What a row of another form says, in the keys of the own one; `reason` where it cannot be read. */
export type Told = Readonly<Record<string, unknown>> | { readonly reason: string };
