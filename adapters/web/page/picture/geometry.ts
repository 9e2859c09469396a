import type { Box } from '../../../../src/box.ts';

/** Something drawn over a picture; coordinates in pixels of the oriented picture. */
export type Shape =
  | {
      readonly kind: 'box';
      readonly box: Box;
      /** A CSS variable's name such as "--mark-1". */
      readonly colour: string;
      readonly label?: string;
      /** Drawn instead where the picture is narrow; nothing is drawn of an empty one. */
      readonly short?: string;
      readonly look?: 'solid' | 'dashed' | 'faint' | 'filled';
      /** Told when it is picked; those without cannot be. */
      readonly id?: string;
    }
  | {
      readonly kind: 'line';
      readonly from: readonly [x: number, y: number];
      readonly to: readonly [x: number, y: number];
      readonly colour: string;
    };

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which part of the picture is seen: `zoom` 1 shows all of it; the offset is in pixels of the screen, 0 or less. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE: View = { zoom: 1, x: 0, y: 0 };
export const MAX_ZOOM = 8;

/** Keeps the picture filling its frame. @param frame in pixels of the screen */
export function bounded({ zoom, x, y }: View, frame: Size): View {
  const z = Math.min(Math.max(zoom, 1), MAX_ZOOM);
  const inside = (at: number, side: number) => Math.min(0, Math.max(at, side * (1 - z)));
  return { zoom: z, x: inside(x, frame.width), y: inside(y, frame.height) };
}

/** Zooms by a factor around a point of the frame, which stays where it is. */
export function zoomed(view: View, factor: number, at: readonly [number, number], frame: Size): View {
  const zoom = Math.min(Math.max(view.zoom * factor, 1), MAX_ZOOM);
  const by = zoom / view.zoom;
  return bounded({ zoom, x: at[0] - (at[0] - view.x) * by, y: at[1] - (at[1] - view.y) * by }, frame);
}

/** A box of the picture, in pixels of the frame. */
export function ontoFrame(box: Box, size: Size, frame: Size, { zoom, x, y }: View): Box {
  const sx = (frame.width / size.width) * zoom;
  const sy = (frame.height / size.height) * zoom;
  return [box[0] * sx + x, box[1] * sy + y, box[2] * sx + x, box[3] * sy + y];
}

/** The smallest box with an id at that point of the frame; undefined where there is none. */
export function boxAt(
  shapes: readonly Shape[],
  [x, y]: readonly [number, number],
  place: (box: Box) => Box,
): string | undefined {
  let best: { readonly id: string; readonly area: number } | undefined;
  for (const shape of shapes) {
    if (shape.kind !== 'box' || shape.id === undefined) continue;
    const [x1, y1, x2, y2] = place(shape.box);
    const area = (x2 - x1) * (y2 - y1);
    if (x >= x1 && x <= x2 && y >= y1 && y <= y2 && (!best || area < best.area))
      best = { id: shape.id, area };
  }
  return best?.id;
}

/** Narrower pictures have short labels, in pixels of the screen. */
const NARROW = 480;

/** The label that is drawn of a box; undefined where none is. */
export const drawnLabel = (shape: Shape, frame: Size): string | undefined =>
  (shape.kind === 'box' && ((frame.width < NARROW ? shape.short : undefined) ?? shape.label)) || undefined;

/** How high a label is, in pixels of the screen. */
export const LABEL_HEIGHT = 20;

/**
 * Where a label goes: above its box, inside it or below it, at its left or right, wherever no other label is; inside the
 * frame. Undefined where there is no room and it may be left out.
 */
export function labelSpot(
  b: Box,
  width: number,
  frame: Size,
  { taken, isNeeded }: { readonly taken: readonly Box[]; readonly isNeeded: boolean },
): Box | undefined {
  const inside = (at: number, most: number) => Math.min(Math.max(0, at), Math.max(0, most));
  const ys = [b[1] - LABEL_HEIGHT - 2, b[1] + 3, b[3] + 2, b[3] - LABEL_HEIGHT - 3];
  const spots = [b[0] - 1, b[2] + 1 - width].flatMap((left) =>
    ys.map((top): Box => {
      const [x, y] = [inside(left, frame.width - width), inside(top, frame.height - LABEL_HEIGHT)];
      return [x, y, x + width, y + LABEL_HEIGHT];
    }),
  );
  const free = spots.find((spot) => taken.every((other) => !overlap(spot, other)));
  return free ?? (isNeeded ? spots[0] : undefined);
}

const overlap = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
