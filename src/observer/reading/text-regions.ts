import type { Size } from '../../picture/picture.ts';

/** A rectangle that may stand at an angle, in pixels of the map it was found in. */
export interface TextRegion {
  readonly centre: readonly [x: number, y: number];
  /** Along the line, and across it. */
  readonly size: readonly [length: number, height: number];
  /** Of the line against the horizontal, in radians, -π/4 .. π/4 for what is not upright. */
  readonly angle: number;
  /** Mean probability of text inside, 0..1. */
  readonly score: number;
}

export interface TextRegionOptions {
  /** Pixels with more than this are text, 0..1. */
  readonly pixel?: number;
  /** Regions whose mean is less are dropped, 0..1. */
  readonly region?: number;
  /** The network marks the core of a line: it is widened by this share of area over perimeter. */
  readonly unclip?: number;
  /** At most so many, the largest ones. */
  readonly max?: number;
}

const MIN_SIDE = 3;

/**
 * Lines of text in a probability map, as in "Real-time Scene Text Detection with Differentiable Binarization" (arXiv
 * 1911.08947): connected pixels over a threshold, the smallest rectangle around each, widened.
 * @param map height x width, 0..1, row by row
 */
export function findTextRegions(
  map: Float32Array,
  { width, height }: Size,
  { pixel = 0.3, region = 0.5, unclip = 1.6, max = 60 }: TextRegionOptions = {},
): TextRegion[] {
  const found: TextRegion[] = [];
  for (const points of components(map, { width, height }, { over: pixel, max })) {
    const rectangle = smallestRectangle(hull(points));
    if (!rectangle || Math.min(...rectangle.size) < MIN_SIDE) continue;
    const score = meanInside(map, { width, height }, rectangle);
    if (score < region) continue;
    const [length, across] = rectangle.size;
    const by = (length * across * unclip) / (2 * (length + across));
    found.push({ ...rectangle, size: [length + 2 * by, across + 2 * by], score });
  }
  return found.toSorted((a, b) => b.size[0] * b.size[1] - a.size[0] * a.size[1]).slice(0, max);
}

type Point = readonly [x: number, y: number];

/** Smaller parts are specks. */
const MIN_PIXELS = 12;

/** The largest connected parts, each by the corners of the pixels at the ends of its rows: its hull needs no others. */
function components(
  map: Float32Array,
  { width, height }: Size,
  { over, max }: { readonly over: number; readonly max: number },
): Point[][] {
  const seen = new Uint8Array(width * height);
  const pixels = new Int32Array(width * height);
  const all: Int32Array[] = [];
  for (let start = 0; start < map.length; start++) {
    if (seen[start] || map[start]! <= over) continue;
    const count = fill(start);
    if (count >= MIN_PIXELS) all.push(pixels.slice(0, count));
  }
  const largest = all.toSorted((a, b) => b.length - a.length).slice(0, 2 * max);
  return largest.map((part) => cornersOf(part, width));

  /** Collects the pixels that are connected with one, also across corners. */
  function fill(start: number): number {
    let count = 0;
    pixels[count++] = start;
    seen[start] = 1;
    for (let done = 0; done < count; done++) {
      const at = pixels[done]!;
      const x = at % width;
      const y = (at - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || map[next]! <= over) continue;
          seen[next] = 1;
          pixels[count++] = next;
        }
      }
    }
    return count;
  }
}

const MAX_ROWS = 100;

function cornersOf(pixels: Int32Array, width: number): Point[] {
  const ends = new Map<number, [number, number]>();
  for (const at of pixels) {
    const x = at % width;
    const y = (at - x) / width;
    const row = ends.get(y);
    if (!row) ends.set(y, [x, x]);
    else if (x < row[0]) row[0] = x;
    else if (x > row[1]) row[1] = x;
  }
  // Of a high part some rows will do.
  const every = Math.ceil(ends.size / MAX_ROWS);
  const rows = [...ends].filter((_, i) => i % every === 0 || i === ends.size - 1);
  return rows.flatMap(([y, [from, to]]): Point[] => [
    [from, y],
    [from, y + 1],
    [to + 1, y],
    [to + 1, y + 1],
  ]);
}

/** The convex hull, by Andrew's monotone chain. */
function hull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (all: readonly Point[]): Point[] => {
    const kept: Point[] = [];
    for (const point of all) {
      while (kept.length >= 2 && turn(kept.at(-2)!, kept.at(-1)!, point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turn = (a: Point, b: Point, c: Point): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** The rectangle of least area around a convex hull: one of its sides lies along one of the hull's. */
function smallestRectangle(points: readonly Point[]): Omit<TextRegion, 'score'> | undefined {
  let best: (Omit<TextRegion, 'score'> & { readonly area: number }) | undefined;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length]!;
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const along = points.map(([x, y]) => x * cos + y * sin);
    const across = points.map(([x, y]) => y * cos - x * sin);
    const [u1, u2] = [Math.min(...along), Math.max(...along)];
    const [v1, v2] = [Math.min(...across), Math.max(...across)];
    const area = (u2 - u1) * (v2 - v1);
    if (best && area >= best.area) continue;
    const [u, v] = [(u1 + u2) / 2, (v1 + v2) / 2];
    best = { centre: [u * cos - v * sin, u * sin + v * cos], size: [u2 - u1, v2 - v1], angle, area };
  }
  return best && levelled(best);
}

/** The same rectangle with its angle as near to the horizontal as can be. */
function levelled({ centre, size, angle }: Omit<TextRegion, 'score'>): Omit<TextRegion, 'score'> {
  const quarter = Math.PI / 2;
  const turns = Math.round(angle / quarter);
  return { centre, angle: angle - turns * quarter, size: turns % 2 === 0 ? size : [size[1], size[0]] };
}

/** The mean of the map over a rectangle. */
function meanInside(
  map: Float32Array,
  { width, height }: Size,
  { centre: [cx, cy], size: [length, across], angle }: Omit<TextRegion, 'score'>,
): number {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let sum = 0;
  let count = 0;
  const [columns, rows] = [Math.max(1, Math.round(length)), Math.max(1, Math.round(across))];
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++) {
      const u = ((i + 0.5) / columns - 0.5) * length;
      const v = ((j + 0.5) / rows - 0.5) * across;
      const x = Math.floor(cx + u * cos - v * sin);
      const y = Math.floor(cy + u * sin + v * cos);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      sum += map[y * width + x]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
