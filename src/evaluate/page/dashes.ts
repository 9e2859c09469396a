import { type Canvas, fillRect } from '../../annotate/paint.ts';
import { BLACK, WHITE } from '../../annotate/palette.ts';
import type { Box } from '../../box.ts';

/** Length of a dash, and of what is between two, in line widths. */
const DASH = 4;

/**
 * A frame of white dashes with dark gaps, seen on any background and beside any colour.
 * @param edge its outer edge, in whole pixels of the canvas
 * @param thick in pixels
 */
export function dashedRect(canvas: Canvas, edge: Box, thick: number): void {
  const [x1, y1, x2, y2] = edge;
  for (const [from, to, box] of [
    [x1, x2, (a: number, b: number): Box => [a, y1, b, y1 + thick]],
    [x1, x2, (a: number, b: number): Box => [a, y2 - thick, b, y2]],
    [y1, y2, (a: number, b: number): Box => [x1, a, x1 + thick, b]],
    [y1, y2, (a: number, b: number): Box => [x2 - thick, a, x2, b]],
  ] as const) {
    const dash = DASH * thick;
    for (let i = 0, a = from; a < to; i++, a += dash) {
      fillRect(canvas, box(a, Math.min(a + dash, to)), i % 2 === 0 ? WHITE : BLACK);
    }
  }
}
