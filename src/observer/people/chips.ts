import { clamp } from '../../box.ts';
import type { Raster } from '../../picture/picture.ts';
import { cropRaster, resize } from '../../picture/tensor.ts';
import type { Face, Point } from './faces.ts';

/** A similarity: x' = a x - b y + tx, y' = b x + a y + ty. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** The similarity (turned, scaled and moved, not mirrored) that takes points closest to others, by least squares. */
export function similarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const mean = (points: readonly Point[]): Point => [
    points.reduce((sum, [x]) => sum + x, 0) / points.length,
    points.reduce((sum, [, y]) => sum + y, 0) / points.length,
  ];
  const [[fx, fy], [gx, gy]] = [mean(from), mean(to)];
  let [along, across, size] = [0, 0, 0];
  from.forEach(([px, py], i) => {
    const [x, y, u, v] = [px - fx, py - fy, to[i]![0] - gx, to[i]![1] - gy];
    along += x * u + y * v;
    across += x * v - y * u;
    size += x * x + y * y;
  });
  const [a, b] = [along / size, across / size];
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

/** How a network is shown a face: upright, in a square chip. */
export interface Framing {
  /** Side of a chip, in pixels. */
  readonly side: number;
  /** Where the eyes, the nose and the mouth lie in it, in sides. */
  readonly template: Face['points'];
  /** What each of R, G and B, less its mean, is divided by. */
  readonly divisor: number;
  readonly jitters: readonly Jitter[];
}

/** How a chip differs from the aligned one: a face detector errs a little, and several looks even that out. */
export interface Jitter {
  readonly scale: number;
  readonly right: number;
  readonly down: number;
  readonly mirrored: boolean;
}

const PLAIN: Jitter = { scale: 1, right: 0, down: 0, mirrored: false };

/** Each size at five places, each as it is and mirrored. */
export const jittersOf = (scales: readonly number[]): readonly Jitter[] =>
  scales.flatMap((scale) =>
    [
      [0, 0],
      [0.04, 0],
      [-0.04, 0],
      [0, 0.05],
      [0, -0.05],
    ].flatMap(([right = 0, down = 0]) =>
      [false, true].map((mirrored): Jitter => ({ scale, right, down, mirrored })),
    ),
  );

/** From the pixels of a chip to those of the picture in which the face lies. */
export function chipOf(
  { points }: Pick<Face, 'points'>,
  { side, template }: Framing,
  { scale, right, down }: Jitter,
): Similarity {
  const place = (at: number, by: number): number => ((at - 0.5) * scale + 0.5 + by) * side;
  return similarity(
    template.map(([x, y]): Point => [place(x, right), place(y, down)]),
    points,
  );
}

/** Points of a pixel that are looked at, a side, at most. */
const MAX_POINTS = 4;

/** Writes an aligned face as planes of R, G and B, each less its mean and divided as the network wants it. */
export function writeChip(
  raster: Raster,
  { a, b, tx, ty }: Similarity,
  { side, divisor, mirrored }: Pick<Framing, 'side' | 'divisor'> & Pick<Jitter, 'mirrored'>,
  out: Float32Array,
): void {
  const plane = side * side;
  const points = Math.min(MAX_POINTS, Math.max(1, Math.ceil(Math.hypot(a, b))));
  const sum: [number, number, number] = [0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      sum.fill(0);
      for (let i = 0; i < points * points; i++) {
        const x = column + ((i % points) + 0.5) / points;
        const y = row + (Math.floor(i / points) + 0.5) / points;
        addPixel(raster, a * x - b * y + tx, b * x + a * y + ty, sum);
      }
      const at = row * side + (mirrored ? side - 1 - column : column);
      for (let c = 0; c < 3; c++) out[c * plane + at] = (sum[c]! / (points * points) - MEANS[c]!) / divisor;
    }
  }
}

/** Of the pictures that both networks were trained on. */
const MEANS = [122.782, 117.001, 104.298] as const;

/** Adds the colour at a place between pixels; what lies outside is as at the edge. */
function addPixel(
  { data, width, height }: Raster,
  x: number,
  y: number,
  sum: [number, number, number],
): void {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1);
  const v = Math.min(Math.max(y - 0.5, 0), height - 1);
  const left = Math.floor(u);
  const top = Math.floor(v);
  const row = 3 * top * width;
  const next = top + 1 < height ? row + 3 * width : row;
  const right = left + 1 < width ? 3 : 0;
  const s = u - left;
  const t = v - top;
  for (let c = 0; c < 3; c++) {
    const from = 3 * left + c;
    const above = data[row + from]! * (1 - s) + data[row + from + right]! * s;
    const below = data[next + from]! * (1 - s) + data[next + from + right]! * s;
    sum[c]! += above * (1 - t) + below * t;
  }
}

/** Pixels of a raster per pixel of a chip that are enough. */
const ENOUGH = 2;
/** So much around the middle of a chip is looked at, in sides of it. */
const AROUND = 0.8;

/** The part of a raster around a face, no larger than the chips need, with the face in it. */
export async function closeUp(
  raster: Raster,
  face: Pick<Face, 'points'>,
  framing: Framing,
): Promise<{ readonly raster: Raster; readonly face: Pick<Face, 'points'> }> {
  const { a, b, tx, ty } = chipOf(face, framing, PLAIN);
  const scale = Math.hypot(a, b);
  const middle = framing.side / 2;
  const [x, y] = [a * middle - b * middle + tx, b * middle + a * middle + ty];
  const half = AROUND * framing.side * scale;
  const [x1, y1, x2, y2] = clamp(
    [Math.floor(x - half), Math.floor(y - half), Math.ceil(x + half), Math.ceil(y + half)],
    raster.width,
    raster.height,
  );
  const cut = cropRaster(raster, [x1, y1, Math.max(x2, x1 + 1), Math.max(y2, y1 + 1)]);
  const shrink = Math.min(1, ENOUGH / scale);
  const size = {
    width: Math.max(1, Math.round(cut.width * shrink)),
    height: Math.max(1, Math.round(cut.height * shrink)),
  };
  const [right, down] = [size.width / cut.width, size.height / cut.height];
  const points = face.points.map(([px, py]): Point => [(px - x1) * right, (py - y1) * down]);
  return { raster: await resize(cut, size, 'linear'), face: { points: points as unknown as Face['points'] } };
}
