import { type Box, clamp, height, width } from '../box.ts';
import { fromTensor, intoTensor, type Mapping } from '../picture/mapping.ts';
import type { Size } from '../picture/picture.ts';
import { parseNumbers } from './coordinate-text.ts';
import type { MllmReply } from './mllm.ts';
import type { Convention } from './profile.ts';

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

/** What a reply says about where something is; the box is in pixels of the oriented picture. */
export type BoxReply =
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** To the nearest whole number, a half to the even one, as Python's round and unlike Math.round. */
export function roundHalfEven(v: number): number {
  const below = Math.floor(v);
  const rest = v - below;
  if (rest !== 0.5) return Math.round(v);
  return below % 2 === 0 ? below : below + 1;
}

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

/** How far beyond the image's edges a coordinate is still a clumsy one and not one in another convention. */
const BEYOND = 0.25;

/**
 * Reads where a reply says that something is: the first box, where there are several. Named corners ("x_min": …)
 * and percentages mean what they say; all other numbers are read in the convention given, never guessed. Corners
 * in the wrong order are swapped, what sticks out a little is cut off.
 */
export function readBox(
  reply: Pick<MllmReply, 'text' | 'finish'>,
  convention: Convention,
  image: Mapping,
): BoxReply {
  if (reply.finish === 'refused') return { kind: 'unreadable', why: 'the model refused to answer' };
  const found = parseNumbers(reply.text, reply.finish === 'length');
  if (found.kind !== 'numbers') return found;
  const { order, edge, step } = COORDINATES[convention];
  const [right, bottom] = found.unit === 'percent' ? [100, 100] : edge(image);
  const [x1, y1, x2, y2] = (found.named ? XYXY : order).map((at) => found.numbers[at]!) as unknown as Box;
  const sorted: Box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  const least: Size = found.unit === 'percent' ? { width: 0.1, height: 0.1 } : { width: step, height: step };
  return placed(sorted, { width: right, height: bottom }, least, image);
}

function placed(b: Box, edge: Size, least: Size, image: Mapping): BoxReply {
  const outside = [b[0] / edge.width, b[1] / edge.height, b[2] / edge.width, b[3] / edge.height];
  if (!outside.every((v) => v >= -BEYOND && v <= 1 + BEYOND)) {
    return { kind: 'unreadable', why: 'the box lies outside of the image' };
  }
  const cut = clamp(b, edge.width, edge.height);
  // Less than a step: nothing at all, or fractions where whole numbers are the convention.
  if (width(cut) < 0.999 * least.width || height(cut) < 0.999 * least.height) {
    return { kind: 'unreadable', why: 'the box is empty' };
  }
  const [sx, sy] = [image.width / edge.width, image.height / edge.height];
  return { kind: 'box', box: fromTensor(image, [cut[0] * sx, cut[1] * sy, cut[2] * sx, cut[3] * sy]) };
}
