import { type Box, clamp, height, width } from '../box.ts';
import type { Colour } from '../expression/query.ts';
import { MASK_SIDE, type Mask } from '../observer/observer.ts';
import type { Raster } from '../picture/picture.ts';
import { fits, isAchromatic, type Lch, toLch } from './colour-names.ts';

/** Pixels of an area are looked at on a grid of GRID x GRID points. */
const GRID = 36;
const POINTS = GRID * GRID;
const RING = 0.18;
/** Levels per channel of the histograms that tell a thing from what surrounds it. */
const BINS = 6;

/** The grid points of an area, row by row. */
export interface Samples {
  /** Colour of each point, 5 bits a channel: r << 10 | g << 5 | b. */
  readonly colours: Uint16Array;
  /** How likely each belongs to the thing and not to what is around it, 0..1. */
  readonly foreground: Float32Array;
  /** The same with the middle of the area counting more. */
  readonly weight: Float32Array;
}

/** Points of a whole picture that its colours are told by, a side. */
const SIDE_POINTS = 96;
/** Chroma in CIE LCh(ab). */
const NEUTRAL = 1.5;
const TONED = 8;
/** How far from the one hue of a toned picture its points lie: 99 of 100 photos in sepia lie closer, no photo in colours. */
const ASTRAY = 9.5;
const BACKWARDS = -1.5;

/**
 * Whether a picture shows colours: not where it is grey, and not where all of it has one hue, as in sepia, infrared and
 * cyanotypes. Measured on 65 photos, each in colours, grey and sepia.
 */
export function hasColours(raster: Raster): boolean {
  const known = coloured.get(raster);
  if (known !== undefined) return known;
  const points: Point[] = [];
  for (let i = 0; i < SIDE_POINTS * SIDE_POINTS; i++) {
    const x = Math.floor((((i % SIDE_POINTS) + 0.5) / SIDE_POINTS) * raster.width);
    const y = Math.floor(((Math.floor(i / SIDE_POINTS) + 0.5) / SIDE_POINTS) * raster.height);
    const at = (y * raster.width + x) * 3;
    const [lightness, chroma, hue] = toLch(raster.data[at]!, raster.data[at + 1]!, raster.data[at + 2]!);
    const angle = (hue * Math.PI) / 180;
    points.push([chroma * Math.cos(angle), chroma * Math.sin(angle), lightness]);
  }
  const found = !isToned(points);
  coloured.set(raster, found);
  return found;
}

const coloured = new WeakMap<Raster, boolean>();

/** Whether a picture can show these colours: without colours it shows black, white and gray. */
export const canShow = (raster: Raster, colours: readonly Colour[]): boolean =>
  colours.every(isAchromatic) || hasColours(raster);

type Point = readonly [a: number, b: number, lightness: number];
/** A photo has most shades of its one hue; a drawing, or a thing on a wall, a few. */
const SHADES = 20;
const MOST_SHADES = 11;
const OF_A_SHADE = 0.005;

function isToned(points: readonly Point[]): boolean {
  const mean = (of: (a: number, b: number) => number): number =>
    points.reduce((sum, [a, b]) => sum + of(a, b), 0) / points.length;
  const chroma = mean(Math.hypot);
  if (chroma < NEUTRAL) return quantile(points, ([a, b]) => Math.hypot(a, b), 0.99) < 2 * NEUTRAL;
  if (chroma < TONED || shadesOf(points) < MOST_SHADES) return false;
  const axis = 0.5 * Math.atan2(2 * mean((a, b) => a * b), mean((a) => a * a) - mean((_, b) => b * b));
  const turn = mean((a) => a) * Math.cos(axis) + mean((_, b) => b) * Math.sin(axis) < 0 ? Math.PI : 0;
  const [cos, sin] = [Math.cos(axis + turn), Math.sin(axis + turn)];
  return (
    quantile(points, ([a, b]) => Math.abs(b * cos - a * sin), 0.99) < ASTRAY &&
    quantile(points, ([a, b]) => a * cos + b * sin, 0.01) > BACKWARDS
  );
}

function shadesOf(points: readonly Point[]): number {
  const counts = new Array<number>(SHADES).fill(0);
  for (const [, , lightness] of points)
    counts[Math.min(SHADES - 1, Math.floor((lightness / 100) * SHADES))]! += 1;
  return counts.filter((count) => count >= OF_A_SHADE * points.length).length;
}

/** What so many of the points stay below. */
const quantile = <P>(points: readonly P[], of: (point: P) => number, part: number): number =>
  points.map(of).toSorted((a, b) => a - b)[Math.floor(part * (points.length - 1))]!;

const CENTRAL = Float32Array.from({ length: POINTS }, (_, i) => {
  const u = ((i % GRID) + 0.5) / GRID - 0.5;
  const v = (Math.floor(i / GRID) + 0.5) / GRID - 0.5;
  return Math.exp(-4.4 * (u * u + v * v));
});

/**
 * Looks at an area of a region: pixels whose colour is as common in a ring around the region as inside the area
 * count less, since they are likely background.
 * @param box of the region, in raster pixels; @param area the part of it to look at
 * @param mask which pixels of the box are the person's, where an observer has looked
 */
export function samplePixels(raster: Raster, box: Box, area: Box, mask?: Mask): Samples {
  const looked = clamp(area, raster.width, raster.height);
  const inside = pointsOf(raster, looked);
  const toned = !hasColours(raster);
  const belongs = mask && belonging(mask, box, looked);
  const within = histogram(inside);
  const around = histogram(ring(raster, box));
  const colours = new Uint16Array(POINTS);
  const foreground = new Float32Array(POINTS);
  const weight = new Float32Array(POINTS);
  inside.forEach((rgb, i) => {
    const p = within[bin(rgb)]!;
    const q = around[bin(rgb)]!;
    const unlike = (p / (p + q + 1e-6)) ** 2;
    const own = belongs ? belongs[i]! * (0.5 + 0.5 * unlike) : unlike;
    colours[i] = packed(toned ? grayOf(rgb) : rgb);
    foreground[i] = own;
    weight[i] = CENTRAL[i]! * (0.06 + own);
  });
  return { colours, foreground, weight };
}

/** Five bits a channel. */
const packed = (rgb: number): number => ((rgb >> 9) & 0x7c00) | ((rgb >> 6) & 0x3e0) | ((rgb >> 3) & 0x1f);

/** The gray that is as light, by Rec. 709. */
const grayOf = (rgb: number): number =>
  Math.round(0.2126 * (rgb >> 16) + 0.7152 * ((rgb >> 8) & 255) + 0.0722 * (rgb & 255)) * 0x10101;

/** An area of which less belongs to the region is not what the mask shows. */
const LEAST_SHOWN = 0.2;

/** How much each point of an area belongs to the region, 0..1; undefined where the mask shows hardly any of it there. */
function belonging(mask: Mask, box: Box, [x1, y1, x2, y2]: Box): Float32Array | undefined {
  const cell = (at: number, from: number, length: number): number =>
    Math.min(MASK_SIDE - 1, Math.max(0, Math.floor(((at - from) / length) * MASK_SIDE)));
  const found = Float32Array.from({ length: POINTS }, (_, i) => {
    const column = cell(across(i, x1, x2), box[0], width(box));
    const row = cell(down(i, y1, y2), box[1], height(box));
    return mask[row * MASK_SIDE + column]! / 100;
  });
  return found.reduce((sum, share) => sum + share, 0) < LEAST_SHOWN * POINTS ? undefined : found;
}

/** Pixels are passed as 24-bit numbers, r << 16 | g << 8 | b. */
function pixel({ data, width, height }: Raster, x: number, y: number): number {
  const column = Math.min(Math.max(x | 0, 0), width - 1);
  const row = Math.min(Math.max(y | 0, 0), height - 1);
  const at = (row * width + column) * 3;
  return (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
}

/** Where the i-th point of the grid lies between two edges, from left to right and from top to bottom. */
const across = (i: number, x1: number, x2: number): number => x1 + (((i % GRID) + 0.5) / GRID) * (x2 - x1);
const down = (i: number, y1: number, y2: number): number =>
  y1 + ((Math.floor(i / GRID) + 0.5) / GRID) * (y2 - y1);

function pointsOf(raster: Raster, [x1, y1, x2, y2]: Box): Uint32Array {
  const points = new Uint32Array(POINTS);
  for (let i = 0; i < POINTS; i++) {
    points[i] = pixel(raster, across(i, x1, x2), down(i, y1, y2));
  }
  return points;
}

/** Pixels in a band just outside the box, where the picture goes on. */
function ring(raster: Raster, box: Box): Uint32Array {
  const mx = width(box) * RING;
  const my = height(box) * RING;
  const outer: Box = [box[0] - mx, box[1] - my, box[2] + mx, box[3] + my];
  const [x1, y1, x2, y2] = clamp(outer, raster.width, raster.height);
  const found = new Uint32Array(POINTS);
  let n = 0;
  for (let i = 0; i < POINTS; i++) {
    const [x, y] = [across(i, x1, x2), down(i, y1, y2)];
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) found[n++] = pixel(raster, x, y);
  }
  return found.subarray(0, n);
}

const bin = (rgb: number): number =>
  ((((rgb >> 16) & 255) * BINS) >> 8) * BINS * BINS +
  ((((rgb >> 8) & 255) * BINS) >> 8) * BINS +
  (((rgb & 255) * BINS) >> 8);

/** Share of the pixels in each bin. */
function histogram(pixels: Uint32Array): Float32Array {
  const shares = new Float32Array(BINS ** 3);
  const each = 1 / Math.max(1, pixels.length);
  for (const rgb of pixels) shares[bin(rgb)]! += each;
  return shares;
}

const COLOUR_COUNT = 1 << 15;
const expand = (five: number): number => (five << 3) | (five >> 2);

/** A colour of the samples (5 bits a channel) in LCh. */
export const lchOf = (colour: number): Lch =>
  toLch(expand((colour >> 10) & 31), expand((colour >> 5) & 31), expand(colour & 31));

/** How well a name fits each of the 32,768 colours, worked out as they occur; pure, so it may be kept. */
const known = new Map<string, Float32Array>();

function fitsOf(colour: Colour): (sample: number) => number {
  const key = `${colour.tone ?? ''} ${colour.name}`;
  const table = known.get(key) ?? new Float32Array(COLOUR_COUNT).fill(-1);
  known.set(key, table);
  return (sample) => {
    const before = table[sample]!;
    if (before >= 0) return before;
    const value = fits(lchOf(sample), colour);
    table[sample] = value;
    return value;
  };
}

/** Weighted share of the samples that a colour name fits, 0..1. */
export function share({ colours, weight }: Samples, colour: Colour): number {
  const fitting = fitsOf(colour);
  let total = 0;
  let matching = 0;
  for (let i = 0; i < colours.length; i++) {
    total += weight[i]!;
    matching += weight[i]! * fitting(colours[i]!);
  }
  return total > 0 ? matching / total : 0;
}

/** A window for small things on a body, whose place differs with the pose; in grid points. */
const WINDOW = { width: 10, height: 13, step: 4 };

/** The highest share that any window of the area has, counting what looks like background as not fitting. */
export function localShare({ colours, foreground }: Samples, colour: Colour): number {
  const fitting = fitsOf(colour);
  const sums = integral((i) => fitting(colours[i]!) * Math.min(1, 2 * foreground[i]!));
  const side = GRID + 1;
  let best = 0;
  for (let y = 0; y + WINDOW.height <= GRID; y += WINDOW.step) {
    for (let x = 0; x + WINDOW.width <= GRID; x += WINDOW.step) {
      const top = y * side + x;
      const bottom = (y + WINDOW.height) * side + x;
      const sum = sums[bottom + WINDOW.width]! - sums[bottom]! - sums[top + WINDOW.width]! + sums[top]!;
      best = Math.max(best, sum);
    }
  }
  return best / (WINDOW.width * WINDOW.height);
}

/** Summed-area table over the grid, with a row and a column of zeros in front. */
function integral(value: (i: number) => number): Float64Array {
  const side = GRID + 1;
  const sums = new Float64Array(side * side);
  for (let y = 0; y < GRID; y++) {
    let row = 0;
    for (let x = 0; x < GRID; x++) {
      row += value(y * GRID + x);
      sums[(y + 1) * side + x + 1] = sums[y * side + x + 1]! + row;
    }
  }
  return sums;
}
