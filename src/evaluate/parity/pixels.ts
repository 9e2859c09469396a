import { join } from 'node:path';
import type { Size } from '../../picture/picture.ts';
import { readPicture } from '../../picture/read.ts';
import { toTensor } from '../../picture/tensor.ts';
import {
  type Preprocessor,
  PreprocessorFile,
  tensorSize,
  tensorSpec,
} from '../../specialist/grounding-dino/image.ts';
import { apart } from './apart.ts';
import type { NotRun, Outcome } from './finding.ts';
import type { GoldenPixels } from './golden.ts';

export interface PixelsOptions {
  /** Of the model; the golden file says the size. */
  readonly preprocessor: Preprocessor;
  /** The golden folder, where the resized pictures lie. */
  readonly folder: string;
  /** Files that may be the photo, the likeliest first: others may have its name. */
  readonly photos: Iterable<string>;
}

/** A photo's tensor against that of the reference: its size, the normalisation alone, and the whole of it. */
export async function comparePixels(golden: GoldenPixels, options: PixelsOptions): Promise<Outcome[]> {
  const at = `${golden.source}, ${golden.mode}`;
  const { size } = PreprocessorFile.pick({ size: true }).parse(golden);
  const config = { ...options.preprocessor, size };
  const [width, height] = golden.source_size;
  const made = tensorSize(size, { width, height });
  const outcomes: Outcome[] = [
    { kind: 'tensor size', difference: apart([made.width, made.height], [golden.width, golden.height]), at },
  ];
  const theirs = await resizedTensor(golden, config, options.folder);
  if (theirs instanceof Float32Array) {
    outcomes.push({ kind: 'normalisation', difference: apart(summary(theirs, golden), wanted(golden)), at });
  } else if (theirs) outcomes.push(theirs);
  const ours = await photoTensor(golden, config, options.photos);
  if (!(ours instanceof Float32Array)) return [...outcomes, ...ours];
  const parts = 6;
  outcomes.push({
    kind: 'channel mean and deviation',
    difference: apart(summary(ours, golden).slice(0, parts), wanted(golden).slice(0, parts)),
    at,
  });
  const difference =
    theirs instanceof Float32Array
      ? meanApart(ours, theirs)
      : meanApart(summary(ours, golden).slice(parts), wanted(golden).slice(parts));
  return [...outcomes, { kind: 'photo to tensor', difference, at }];
}

/** The reference's resized picture as a tensor: nothing but the normalisation is ours. */
async function resizedTensor(
  { resized, width, height }: GoldenPixels,
  config: Preprocessor,
  folder: string,
): Promise<Float32Array | NotRun | undefined> {
  if (resized === undefined) return undefined;
  const read = await tensorOfPng(join(folder, resized), config);
  if (read?.size.width === width && read.size.height === height) return read.data;
  return { kind: 'normalisation', why: `${resized} is missing or of another size` };
}

/** A resized picture as a tensor of its own size; undefined where it cannot be read, or not whole. */
export async function tensorOfPng(
  file: string,
  config: Preprocessor,
): Promise<{ readonly data: Float32Array; readonly size: Size } | undefined> {
  const picture = await readPicture(file).catch(() => undefined);
  if (!picture || picture.raster.width !== picture.width) return undefined;
  const { width, height } = picture;
  const spec = { ...tensorSpec(config, picture), width, height };
  return { data: (await toTensor(picture, spec)).data, size: { width, height } };
}

async function photoTensor(
  { source, source_size: [width, height] }: GoldenPixels,
  config: Preprocessor,
  photos: Iterable<string>,
): Promise<Float32Array | NotRun[]> {
  for (const file of photos) {
    const picture = await readPicture(file).catch(() => undefined);
    if (picture?.width !== width || picture.height !== height) continue;
    return (await toTensor(picture, tensorSpec(config, picture))).data;
  }
  const why = `no photo ${source} of ${width} x ${height} was found`;
  return [
    { kind: 'photo to tensor', why },
    { kind: 'channel mean and deviation', why },
  ];
}

/** Mean and deviation of each channel, and the sampled values. */
function summary(tensor: Float32Array, { width, height, samples }: GoldenPixels): number[] {
  const plane = width * height;
  const channels = [0, 1, 2].map((c) => moments(tensor.subarray(c * plane, (c + 1) * plane)));
  return [
    ...channels.map(({ mean }) => mean),
    ...channels.map(({ deviation }) => deviation),
    ...samples.map(([c, y, x]) => tensor[c * plane + y * width + x] ?? Number.NaN),
  ];
}

const wanted = ({ mean, std, samples }: GoldenPixels): number[] => [
  ...mean,
  ...std,
  ...samples.map(([, , , value]) => value),
];

function moments(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(squares / values.length - mean * mean) };
}

function meanApart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
