import { checkBox } from './box-check.ts';
import { type Draft, fieldsOf } from './draft.ts';
import { parsedLine } from './lines.ts';

/** The boxes of Ref-Adv's `bbox_candidates_map`, x, y, width, height by number; undefined where it is none. */
export function candidatesMap(value: unknown): Draft | undefined {
  return fieldsOf(typeof value === 'string' ? parsedLine(value) : value);
}

/** Candidates as an annotation has them, from corner to corner; undefined where one is no box. */
export function candidatesOf(map: Draft): { id: string; box: number[] }[] | undefined {
  const candidates = Object.entries(map).map(([id, bbox]) => {
    const checked = checkBox(bbox);
    if ('reason' in checked) return undefined;
    const [x, y, w, h] = checked.bbox;
    return { id, box: [x, y, x + w, y + h] };
  });
  return candidates.every((candidate) => candidate !== undefined) ? candidates : undefined;
}
