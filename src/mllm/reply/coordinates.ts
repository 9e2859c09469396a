import { type Box, clamp, height, roundHalfEven, width } from '../../box.ts';
import type { Size } from '../../picture/picture.ts';
import { fromTensor, intoTensor, type Mapping } from '../../picture/tensor.ts';
import type { Convention } from '../profile.ts';

/** How a model writes a box. */
interface Coordinates {
  /** Places of x1, y1, x2, y2 among the four numbers. */
  readonly order: readonly [x1: number, y1: number, x2: number, y2: number];
  /** What the right and the bottom edge are. */
  readonly edge: (image: Size) => readonly [right: number, bottom: number];
  /** The smallest step that is written; numbers are rounded to it half to even, as Python does. */
  readonly step: number;
  readonly write: (numbers: readonly string[]) => string;
}

const XYXY = [0, 1, 2, 3] as const;
const thousand = () => [1000, 1000] as const;
const pairs = ([x1, y1, x2, y2]: readonly string[]) => `(${x1},${y1}),(${x2},${y2})`;
const list = (numbers: readonly string[]) => `[${numbers.join(', ')}]`;

export const COORDINATES: Readonly<Record<Convention, Coordinates>> = {
  'relative-1000-xyxy': { order: XYXY, edge: thousand, step: 1, write: pairs },
  'relative-1000-yxyx': { order: [1, 0, 3, 2], edge: thousand, step: 1, write: list },
  'pixels-resized-xyxy': { order: XYXY, edge: (image) => [image.width, image.height], step: 1, write: list },
  'unit-xyxy': { order: XYXY, edge: () => [1, 1], step: 1e-3, write: list },
};

/**
 * A box of the oriented picture as a model with this convention would write it.
 * @param image how the picture lies in the image that was sent: it fills it
 */
export function writeBox(convention: Convention, image: Mapping, box: Box): string {
  const { order, edge, step, write } = COORDINATES[convention];
  const [right, bottom] = edge(image);
  const [x1, y1, x2, y2] = intoTensor(image, box);
  // Divided first, then multiplied: the order of the published code, which decides what is a half.
  const numbers = [
    (x1 / image.width) * right,
    (y1 / image.height) * bottom,
    (x2 / image.width) * right,
    (y2 / image.height) * bottom,
  ].map((v) => Number((roundHalfEven(v / step) * step).toFixed(3)).toString());
  const placed: string[] = [];
  for (const [i, at] of order.entries()) placed[at] = numbers[i]!;
  return write(placed);
}

/** Four numbers as a reply has them. */
export interface Numbers {
  readonly numbers: readonly [number, number, number, number];
  /** What they are measured in; `convention` where the reply does not say. */
  readonly unit: 'convention' | 'percent' | 'loc';
  /** In the order x1, y1, x2, y2, because they were named. */
  readonly named: boolean;
}

const EDGES = { percent: 100, loc: 1024 } as const;

/** How far beyond the image's edges a coordinate is still a clumsy one and not one in another convention. */
const BEYOND = 0.25;

/**
 * Numbers in a convention as a box in pixels of the oriented picture; in words what is wrong with them. Corners in the
 * wrong order are swapped, what sticks out a little is cut off.
 */
export function placeBox(
  { numbers, unit, named }: Numbers,
  convention: Convention,
  image: Mapping,
): Box | { readonly why: string } {
  const { order, edge, step } = COORDINATES[convention];
  const [right, bottom] = unit === 'convention' ? edge(image) : [EDGES[unit], EDGES[unit]];
  const [x1, y1, x2, y2] = (named ? XYXY : order).map((at) => numbers[at]!) as unknown as Box;
  const b: Box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  const outside = [b[0] / right, b[1] / bottom, b[2] / right, b[3] / bottom];
  if (!outside.every((v) => v >= -BEYOND && v <= 1 + BEYOND))
    return { why: 'the box lies outside of the image' };
  const least = unit === 'convention' ? step : EDGES[unit] / 1000;
  const inside = clamp(b, right, bottom);
  // Less than a step: nothing at all, or fractions where whole numbers are the convention.
  if (width(inside) < 0.999 * least || height(inside) < 0.999 * least) return { why: 'the box is empty' };
  const [sx, sy] = [image.width / right, image.height / bottom];
  return fromTensor(image, [inside[0] * sx, inside[1] * sy, inside[2] * sx, inside[3] * sy]);
}

/** Whether numbers cover all that the convention can name: a range that is told, and not a box. */
export function isWholeImage({ numbers, unit }: Numbers, convention: Convention, image: Size): boolean {
  const [right, bottom] = COORDINATES[convention].edge(image);
  const most = Math.max(right, bottom);
  return (
    unit === 'convention' &&
    numbers[0] === 0 &&
    numbers[1] === 0 &&
    numbers[2] >= most - 1 &&
    numbers[3] >= most - 1
  );
}
