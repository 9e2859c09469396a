/** Why a row is left out. The names are stable: they are what the counts of a report are kept by. */
export const REASONS = {
  'not-json': 'the line is not JSON, or cut off',
  'not-a-row': 'it is not an object with fields',
  'no-id': 'it has no id',
  'duplicate-id': 'its id was there before; the first one counts',
  'no-expression': 'it has no expression',
  'no-picture': 'it does not say which picture, or one that is not listed',
  'no-annotation': 'the picture has an expression, and no annotation',
  'second-box': 'its expression has a box already; the first one counts',
  'no-box': 'it is a positive without a box',
  'box-not-numbers': 'its box is not four numbers',
  'box-empty': 'its box has no width or no height',
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
