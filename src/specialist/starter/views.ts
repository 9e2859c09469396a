import type { Box } from '../../box.ts';
import type { Picture } from '../../picture/picture.ts';

/** What the detector is shown: the picture, its mirror image, or a part of it. */
export interface View {
  readonly kind: 'whole' | 'mirrored' | 'part';
  /** Of the picture, in pixels of the oriented picture. */
  readonly area: Box;
}

const PART = 0.6;

/**
 * The picture, its mirror image, and two overlapping parts along its longer side. A detector of fixed input size sees
 * small things in a part that it misses in the whole, and what it takes for something in one view only is doubtful.
 */
export function viewsOf({ width, height }: Pick<Picture, 'width' | 'height'>): View[] {
  const whole: Box = [0, 0, width, height];
  const parts: Box[] =
    width >= height
      ? [
          [0, 0, Math.round(PART * width), height],
          [Math.round((1 - PART) * width), 0, width, height],
        ]
      : [
          [0, 0, width, Math.round(PART * height)],
          [0, Math.round((1 - PART) * height), width, height],
        ];
  return [
    { kind: 'whole', area: whole },
    { kind: 'mirrored', area: whole },
    ...parts.map((area): View => ({ kind: 'part', area })),
  ];
}

/** The pixels of a view as a picture of their own. */
export function cut(picture: Pick<Picture, 'width' | 'height' | 'raster'>, [x1, y1, x2, y2]: Box) {
  const { raster } = picture;
  const scale = raster.width / picture.width;
  const left = Math.floor(x1 * scale);
  const top = Math.floor(y1 * scale);
  const width = Math.max(1, Math.min(raster.width, Math.round(x2 * scale)) - left);
  const height = Math.max(1, Math.min(raster.height, Math.round(y2 * scale)) - top);
  if (width === raster.width && height === raster.height) return picture;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * 3;
    data.set(raster.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { width: x2 - x1, height: y2 - y1, raster: { width, height, data } };
}

/** Mirrors a planar tensor in place, row by row. */
export function mirror(data: Float32Array, width: number): Float32Array {
  for (let from = 0; from < data.length; from += width) data.subarray(from, from + width).reverse();
  return data;
}

/** A box seen in a view, in pixels of the picture. */
export function fromView({ kind, area }: View, [x1, y1, x2, y2]: Box): Box {
  const left = area[0];
  const top = area[1];
  if (kind === 'mirrored') return [area[2] - x2, y1 + top, area[2] - x1, y2 + top];
  return [x1 + left, y1 + top, x2 + left, y2 + top];
}

const EDGE = 0.012;

/** Whether a box touches a side of its view where the picture goes on: a thing cut in two. */
export function isCut(
  { area }: View,
  box: Box,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): boolean {
  const dx = EDGE * width;
  const dy = EDGE * height;
  return (
    (area[0] > 0 && box[0] < area[0] + dx) ||
    (area[2] < width && box[2] > area[2] - dx) ||
    (area[1] > 0 && box[1] < area[1] + dy) ||
    (area[3] < height && box[3] > area[3] - dy)
  );
}
