import { type Box, clamp } from '../../box.ts';
import type { Run } from '../../detector/worker/host.ts';
import type { Model } from '../../models/registry.ts';
import type { Picture, Raster, Size } from '../../picture/picture.ts';
import { cropPicture, toTensor } from '../../picture/tensor.ts';
import type { ObserverTask, WrittenLine } from '../observer.ts';
import { findTextRegions, type TextRegion } from './text-regions.ts';

/** The two networks and what the second one can write. */
export interface Reader {
  readonly detection: Model;
  readonly recognition: Model;
  readonly alphabet: readonly string[];
}

/** Of the longer side of what is looked at, in pixels: of the whole picture, and of a part of it. Sides are multiples of 32. */
const LONG_SIDE = 960;
const LONG_SIDE_OF_PART = 640;
/** A part of a picture is enlarged up to so many times. */
const MAX_ENLARGED = 3;
const STEP = 32;
/** Lines that are recognised in one look, the largest ones. */
const MAX_LINES = 20;
/** What is less sure is mostly no writing. */
const MIN_SCORE = 0.6;

// Both networks were trained on pixels in the order blue, green, red.
const DETECTION_MEAN = [0.485, 0.456, 0.406] as const;
const DETECTION_STD = [0.229, 0.224, 0.225] as const;

/** Reads all lines of writing in a part of a picture. @param area in pixels of the oriented picture */
export async function readLines(
  picture: Picture,
  area: Box,
  { detection, recognition, alphabet }: Reader,
  { run, signal }: Pick<ObserverTask, 'run' | 'signal'>,
): Promise<WrittenLine[]> {
  const part = cropPicture(picture, area);
  const side = part.raster === picture.raster ? LONG_SIDE : LONG_SIDE_OF_PART;
  const { size, map } = await detectText(part, side, detection, run);
  const lines: WrittenLine[] = [];
  for (const region of findTextRegions(map, size, { max: MAX_LINES })) {
    signal?.throwIfAborted();
    const inRaster = scaled(region, part.raster.width / size.width, part.raster.height / size.height);
    const { text, score } = await recognise(part.raster, inRaster, { recognition, alphabet }, run);
    if (text === '' || score < MIN_SCORE) continue;
    const scale = part.width / part.raster.width;
    const [x1, y1, x2, y2] = boundsOf(inRaster);
    const box: Box = [area[0] + x1 * scale, area[1] + y1 * scale, area[0] + x2 * scale, area[1] + y2 * scale];
    lines.push({ text, score, box: clamp(box, picture.width, picture.height) });
  }
  return lines;
}

type Part = Pick<Picture, 'width' | 'height' | 'raster'>;

async function detectText(
  part: Part,
  longSide: number,
  { weights }: Model,
  run: Run,
): Promise<{ readonly size: Size; readonly map: Float32Array }> {
  const { width, height } = part.raster;
  const scale = Math.min(MAX_ENLARGED, longSide / Math.max(width, height));
  const fitting = (side: number): number => Math.max(STEP, Math.round((side * scale) / STEP) * STEP);
  const size = { width: fitting(width), height: fitting(height) };
  const { data } = await toTensor(part, {
    ...size,
    ...{ fit: 'squash', kernel: 'linear', scale: 1 / 255 },
    mean: [DETECTION_MEAN[2], DETECTION_MEAN[1], DETECTION_MEAN[0]],
    std: [DETECTION_STD[2], DETECTION_STD[1], DETECTION_STD[0]],
  });
  const dims = [1, 3, size.height, size.width];
  const { outputs } = await run(weights, { x: { type: 'float32', data: swapped(data), dims } });
  const [map] = Object.values(outputs);
  if (map?.type !== 'float32' || map.data.length !== size.width * size.height)
    throw new RangeError('the map of text does not fit the picture');
  return { size, map: map.data };
}

/** Planes in the order blue, green, red. */
function swapped(planes: Float32Array): Float32Array {
  const plane = planes.length / 3;
  const red = planes.slice(0, plane);
  planes.copyWithin(0, 2 * plane);
  planes.set(red, 2 * plane);
  return planes;
}

const scaled = ({ centre, size, angle, score }: TextRegion, sx: number, sy: number): TextRegion => ({
  centre: [centre[0] * sx, centre[1] * sy],
  size: [size[0] * sx, size[1] * sy],
  angle,
  score,
});

function boundsOf({ centre: [x, y], size: [length, height], angle }: TextRegion): Box {
  const dx = (Math.abs(length * Math.cos(angle)) + Math.abs(height * Math.sin(angle))) / 2;
  const dy = (Math.abs(length * Math.sin(angle)) + Math.abs(height * Math.cos(angle))) / 2;
  return [x - dx, y - dy, x + dx, y + dy];
}

const LINE_HEIGHT = 48;
const MIN_LENGTH = 320;
const MAX_LENGTH = 1600;
/** What is so much higher than wide is written from top to bottom, or on its side. */
const UPRIGHT = 1.5;

async function recognise(
  raster: Raster,
  region: TextRegion,
  { recognition, alphabet }: Pick<Reader, 'recognition' | 'alphabet'>,
  run: Run,
): Promise<{ text: string; score: number }> {
  const { data, length } = lineTensor(raster, region);
  const dims = [1, 3, LINE_HEIGHT, length];
  const { outputs } = await run(recognition.weights, { x: { type: 'float32', data, dims } });
  const [read] = Object.values(outputs);
  const symbols = read?.dims.at(-1);
  if (read?.type !== 'float32' || symbols !== alphabet.length + 1)
    throw new RangeError('the characters do not fit the alphabet');
  return readCharacters(read.data, symbols, alphabet);
}

/** A line as the recogniser wants it: level, 48 pixels high, (value / 255 - .5) / .5, nothing to the right of it. */
export function lineTensor(raster: Raster, region: TextRegion): { data: Float32Array; length: number } {
  const isUpright = region.size[1] > UPRIGHT * region.size[0];
  const [along, across] = isUpright ? [region.size[1], region.size[0]] : region.size;
  // Read from below, as on the spine of a book.
  const angle = isUpright ? region.angle + Math.PI / 2 : region.angle;
  const width = Math.min(MAX_LENGTH, Math.max(8, Math.round((LINE_HEIGHT * along) / across)));
  const length = Math.max(MIN_LENGTH, width);
  const data = new Float32Array(3 * LINE_HEIGHT * length);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const plane = LINE_HEIGHT * length;
  for (let row = 0; row < LINE_HEIGHT; row++) {
    const v = ((row + 0.5) / LINE_HEIGHT - 0.5) * across;
    for (let column = 0; column < width; column++) {
      const u = ((column + 0.5) / width - 0.5) * along;
      const x = within(region.centre[0] + u * cos - v * sin - 0.5, raster.width);
      const y = within(region.centre[1] + u * sin + v * cos - 0.5, raster.height);
      writePixel(raster, x, y, data, row * length + column, plane);
    }
  }
  return { data, length };
}

const within = (at: number, side: number): number => Math.max(0, Math.min(side - 1, at));

/** A pixel between the centres of four, as blue, green and red. */
function writePixel(
  { data, width, height }: Raster,
  x: number,
  y: number,
  out: Float32Array,
  at: number,
  plane: number,
): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const right = x0 + 1 < width ? 3 : 0;
  const below = y0 + 1 < height ? 3 * width : 0;
  const a = 3 * (y0 * width + x0);
  const tx = x - x0;
  const ty = y - y0;
  for (let channel = 0; channel < 3; channel++) {
    const i = a + channel;
    const top = data[i]! + tx * (data[i + right]! - data[i]!);
    const bottom = data[i + below]! + tx * (data[i + below + right]! - data[i + below]!);
    out[(2 - channel) * plane + at] = (top + ty * (bottom - top)) / 127.5 - 1;
  }
}

/** What a recogniser read, and the mean probability of its characters, 0..1. */
export interface ReadText {
  readonly text: string;
  readonly score: number;
}

/**
 * The characters that a network has recognised, by the likeliest symbol of each step ("CTC, greedy"): of the same symbol
 * step by step one is meant, and symbol 0 stands for none.
 * @param probabilities steps x symbols, each row adds up to 1
 * @param alphabet the characters of symbols 1, 2, …
 */
export function readCharacters(
  probabilities: Float32Array,
  symbols: number,
  alphabet: readonly string[],
): ReadText {
  const steps = probabilities.length / symbols;
  let text = '';
  let sum = 0;
  let count = 0;
  let before = 0;
  for (let step = 0; step < steps; step++) {
    let best = 0;
    for (let symbol = 1; symbol < symbols; symbol++) {
      if (probabilities[step * symbols + symbol]! > probabilities[step * symbols + best]!) best = symbol;
    }
    if (best !== 0 && best !== before) {
      text += alphabet[best - 1] ?? '';
      sum += probabilities[step * symbols + best]!;
      count++;
    }
    before = best;
  }
  return { text: text.trim(), score: count === 0 ? 0 : sum / count };
}
