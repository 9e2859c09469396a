import { area, type Box, clamp } from '../../box.ts';
import type { Reason } from './reasons.ts';

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
