import { type Box, clamp, height, width } from '../../box.ts';
import type { Part } from '../../language/query.ts';
import type { Raster } from '../../picture/picture.ts';
import { type Lch, toLch } from './lab.ts';

/** A pixel of a region with its weight: how likely it belongs to the thing and not to what is around it. */
export interface Sample {
  readonly lch: Lch;
  readonly weight: number;
  /** The same without regard to where in the area it is, 0..1. */
  readonly foreground: number;
  /** Position in the area looked at, 0..1. */
  readonly u: number;
  readonly v: number;
}

const GRID = 36;
const RING = 0.18;
const BINS = 6;

/**
 * Pixels of a region on a regular grid, weighted towards the thing: pixels near the middle count more, and
 * pixels whose colour is as common in a ring around the region as inside it count less.
 * @param box in raster pixels; @param area the part of it to look at
 */
export function samplePixels(raster: Raster, box: Box, area: Box): Sample[] {
  const inside = grid(raster, area, GRID);
  const around = histogram(ring(raster, box));
  const within = histogram(inside.map((p) => p.rgb));
  const aroundCount = Math.max(around.total, 1);
  return inside.map(({ rgb, u, v }) => {
    const p = (within.counts.get(bin(rgb)) ?? 0) / inside.length;
    const q = (around.counts.get(bin(rgb)) ?? 0) / aroundCount;
    const foreground = (p / (p + q + 1e-6)) ** 2;
    const central = Math.exp(-4.4 * ((u - 0.5) ** 2 + (v - 0.5) ** 2));
    return { lch: toLch(...rgb), u, v, foreground, weight: central * (0.06 + foreground) };
  });
}

/** Bands [top, bottom] of a standing person, as shares of the height; the middle of the width. */
const STANDING: Record<Part, readonly [number, number, number]> = {
  head: [0, 0.18, 0.9],
  hair: [0, 0.15, 0.9],
  torso: [0.17, 0.52, 0.64],
  legs: [0.5, 0.92, 0.7],
  feet: [0.86, 1, 0.9],
  whole: [0, 1, 1],
};
/** The same where only the upper body is in the picture, or the person sits. */
const SEATED: Record<Part, readonly [number, number, number]> = {
  head: [0, 0.44, 1],
  hair: [0, 0.3, 1],
  torso: [0.28, 0.9, 0.7],
  legs: [0.55, 1, 0.9],
  feet: [0.8, 1, 1],
  whole: [0, 1, 1],
};
/** Animals and things have no standard pose: only the head of an upright one is looked for at the top. */
const THING: Record<Part, readonly [number, number, number]> = {
  head: [0, 0.45, 1],
  hair: [0, 0.45, 1],
  torso: [0, 1, 1],
  legs: [0.4, 1, 1],
  feet: [0.6, 1, 1],
  whole: [0, 1, 1],
};
/** Height over width from which a person surely stands; below the other one, surely not. */
const STANDS = 2.3;
const SITS = 1.25;

/** The areas where a part may be; for a person whose pose is unclear there are two. */
export function areasOf(box: Box, part: Part, isPerson: boolean): Box[] {
  if (part === 'whole') return [box];
  const aspect = height(box) / Math.max(1e-6, width(box));
  const poses = !isPerson
    ? [THING]
    : aspect >= STANDS
      ? [STANDING]
      : aspect <= SITS
        ? [SEATED]
        : [STANDING, SEATED];
  return poses.map((bands) => {
    const [top, bottom, share] = bands[part];
    const inset = ((1 - share) / 2) * width(box);
    return [box[0] + inset, box[1] + top * height(box), box[2] - inset, box[1] + bottom * height(box)];
  });
}

type Rgb = readonly [number, number, number];

function pixel(raster: Raster, x: number, y: number): Rgb {
  const column = Math.min(Math.max(Math.floor(x), 0), raster.width - 1);
  const row = Math.min(Math.max(Math.floor(y), 0), raster.height - 1);
  const at = (row * raster.width + column) * 3;
  return [raster.data[at] ?? 0, raster.data[at + 1] ?? 0, raster.data[at + 2] ?? 0];
}

function grid(raster: Raster, box: Box, n: number): { rgb: Rgb; u: number; v: number }[] {
  const [x1, y1, x2, y2] = clamp(box, raster.width, raster.height);
  return Array.from({ length: n * n }, (_, i) => {
    const u = ((i % n) + 0.5) / n;
    const v = (Math.floor(i / n) + 0.5) / n;
    return { rgb: pixel(raster, x1 + u * (x2 - x1), y1 + v * (y2 - y1)), u, v };
  });
}

/** Pixels in a band just outside the box, where the picture goes on. */
function ring(raster: Raster, box: Box): Rgb[] {
  const mx = width(box) * RING;
  const my = height(box) * RING;
  const outer: Box = [box[0] - mx, box[1] - my, box[2] + mx, box[3] + my];
  const [x1, y1, x2, y2] = clamp(outer, raster.width, raster.height);
  const found: Rgb[] = [];
  for (let i = 0; i < GRID * GRID; i++) {
    const x = x1 + (((i % GRID) + 0.5) / GRID) * (x2 - x1);
    const y = y1 + ((Math.floor(i / GRID) + 0.5) / GRID) * (y2 - y1);
    const outside = x < box[0] || x > box[2] || y < box[1] || y > box[3];
    if (outside) found.push(pixel(raster, x, y));
  }
  return found;
}

const bin = ([r, g, b]: Rgb): number =>
  Math.floor((r * BINS) / 256) * BINS * BINS +
  Math.floor((g * BINS) / 256) * BINS +
  Math.floor((b * BINS) / 256);

function histogram(pixels: readonly Rgb[]): { counts: Map<number, number>; total: number } {
  const counts = new Map<number, number>();
  for (const rgb of pixels) counts.set(bin(rgb), (counts.get(bin(rgb)) ?? 0) + 1);
  return { counts, total: pixels.length };
}
