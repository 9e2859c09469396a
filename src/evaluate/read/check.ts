import { Annotation } from '../annotations.ts';
import { type CheckedBox, checkBox } from './box-check.ts';
import { type Draft, idOf, numberOf, said } from './draft.ts';
import type { Reason } from './reasons.ts';

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
export function check(draft: Draft): Checked {
  const id = idOf(draft.id);
  if (id === undefined) return { reason: 'no-id' };
  const { expression, file_name } = draft;
  if (typeof expression !== 'string' || expression.trim() === '') return { reason: 'no-expression' };
  if (typeof file_name !== 'string' || file_name === '') return { reason: 'no-picture' };
  const size = sizeOf(draft);
  const box = boxOf(draft, size);
  if ('reason' in box) return box;
  const { width: _, height: __, ...rest } = draft;
  const { success, data, error } = Annotation.safeParse({
    image_id: file_name,
    level: 1,
    ...tolerant(rest),
    ...size,
    id,
    bbox: box.bbox,
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
