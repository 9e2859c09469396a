import { type Box, clamp } from '../box.ts';
import type { Picture, Raster, Rgb, Size } from './picture.ts';

/** What a model wants to be fed: f32[3, height, width], planes R, G, B, value (pixel * scale - mean) / std. */
export interface TensorSpec extends Size {
  /** `letterbox` keeps the aspect ratio and centres on `fill`; `squash` stretches. */
  readonly fit: 'letterbox' | 'squash';
  /** Colour around a letterboxed picture, 0..255, normalised like a pixel; black unless told. */
  readonly fill?: Rgb;
  readonly kernel: Kernel;
  /** Multiplies the 0..255 pixel value; 1 unless told. */
  readonly scale?: number;
  /** In units of the scaled value; 0 unless told. */
  readonly mean?: Rgb;
  /** In units of the scaled value; 1 unless told. */
  readonly std?: Rgb;
}

export interface PictureTensor {
  /** Length 3 * height * width, planar. */
  readonly data: Float32Array;
  readonly mapping: Mapping;
}

const FITS = { letterbox, squash };

/**
 * A picture as the planar float tensor of a model, and where in it the picture lies (see `fromTensor`).
 *
 * @param reuse written to and returned as `data` if it has the right length, so that no 3 MB are allocated for
 *   every question; the caller sees to it that no run still reads from it.
 */
export async function toTensor(
  picture: Pick<Picture, 'width' | 'height' | 'raster'>,
  spec: TensorSpec,
  reuse?: Float32Array,
): Promise<PictureTensor> {
  const mapping = FITS[spec.fit](picture, spec);
  const pixels = await resize(picture.raster, mapping, spec.kernel);
  const length = 3 * spec.width * spec.height;
  const data = reuse?.length === length ? reuse : new Float32Array(length);
  write(pixels, mapping, spec, data);
  return { data, mapping };
}

/** One pass over the pixels, three planes at once, rounded to single precision wherever the reference rounds. */
function write(pixels: Raster, mapping: Mapping, spec: TensorSpec, out: Float32Array): void {
  const { scale = 1, mean = [0, 0, 0], std = [1, 1, 1], fill = [0, 0, 0] } = spec;
  const { fround } = Math;
  const plane = spec.width * spec.height;
  const [mr, mg, mb] = [fround(mean[0]), fround(mean[1]), fround(mean[2])];
  const [sr, sg, sb] = [fround(std[0]), fround(std[1]), fround(std[2])];
  if (pixels.width * pixels.height < plane) {
    out.fill(fround(fround(fill[0] * scale) - mr) / sr, 0, plane);
    out.fill(fround(fround(fill[1] * scale) - mg) / sg, plane, 2 * plane);
    out.fill(fround(fround(fill[2] * scale) - mb) / sb, 2 * plane);
  }
  const { data } = pixels;
  let from = 0;
  for (let y = 0; y < pixels.height; y++) {
    let to = (y + mapping.top) * spec.width + mapping.left;
    for (const end = to + pixels.width; to < end; to++, from += 3) {
      out[to] = fround(fround(data[from]! * scale) - mr) / sr;
      out[to + plane] = fround(fround(data[from + 1]! * scale) - mg) / sg;
      out[to + 2 * plane] = fround(fround(data[from + 2]! * scale) - mb) / sb;
    }
  }
}

/** `linear` is what others call bilinear; all of them average when scaling down. */
export type Kernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

/**
 * A raster in another size; the raster itself where the size is the same.
 *
 * With `linear`, only the sides that become shorter are left to libvips: it enlarges by another grid, which puts
 * everything a fraction of a pixel elsewhere. Against PIL, in units of a normalised tensor, the mean difference of a
 * photo enlarged from 512 to 800 is .049 by libvips and .0000 here; of one scaled down it is .003 to .006.
 */
export async function resize(raster: Raster, size: Size, kernel: Kernel): Promise<Raster> {
  if (kernel !== 'linear') return scale(raster, size, kernel);
  const width = Math.min(raster.width, size.width);
  const height = Math.min(raster.height, size.height);
  return enlarge(await scale(raster, { width, height }, kernel), size);
}

async function scale(raster: Raster, { width, height }: Size, kernel: Kernel): Promise<Raster> {
  if (raster.width === width && raster.height === height) return raster;
  // Loaded when needed: the detector's process starts meanwhile.
  const { default: sharp } = await import('sharp');
  const data = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel })
    .raw()
    .toBuffer();
  return { width, height, data };
}

/** For each new pixel of a row or column: the two old ones between whose centres its centre lies, and where. */
interface Taps {
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Share of `after`, 0..1. */
  readonly share: Float64Array;
}

/**
 * A raster enlarged by linear interpolation between the centres of pixels, first in rows and then in columns, rounded
 * after each: to the level what PIL makes of it. A side must not become smaller.
 */
export function enlarge(raster: Raster, { width, height }: Size): Raster {
  return columns(rows(raster, width), height);
}

function rows(raster: Raster, width: number): Raster {
  if (raster.width === width) return raster;
  const { before, after, share } = taps(raster.width, width);
  const { data, height } = raster;
  const out = new Uint8Array(3 * width * height);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = 3 * y * raster.width;
    for (let x = 0; x < width; x++, to += 3) {
      const a = row + 3 * before[x]!;
      const b = row + 3 * after[x]!;
      const t = share[x]!;
      out[to] = data[a]! + t * (data[b]! - data[a]!) + 0.5;
      out[to + 1] = data[a + 1]! + t * (data[b + 1]! - data[a + 1]!) + 0.5;
      out[to + 2] = data[a + 2]! + t * (data[b + 2]! - data[a + 2]!) + 0.5;
    }
  }
  return { width, height, data: out };
}

function columns(raster: Raster, height: number): Raster {
  if (raster.height === height) return raster;
  const { before, after, share } = taps(raster.height, height);
  const { data, width } = raster;
  const length = 3 * width;
  const out = new Uint8Array(length * height);
  for (let y = 0, to = 0; y < height; y++) {
    const t = share[y]!;
    let a = before[y]! * length;
    let b = after[y]! * length;
    for (const end = to + length; to < end; to++, a++, b++) {
      out[to] = data[a]! + t * (data[b]! - data[a]!) + 0.5;
    }
  }
  return { width, height, data: out };
}

function taps(from: number, to: number): Taps {
  const before = new Int32Array(to);
  const after = new Int32Array(to);
  const share = new Float64Array(to);
  for (let i = 0; i < to; i++) {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    before[i] = Math.floor(centre);
    after[i] = Math.min(before[i]! + 1, from - 1);
    share[i] = centre - before[i]!;
  }
  return { before, after, share };
}

/**
 * How a picture lies in a tensor: `width` x `height` tensor pixels starting at (`left`, `top`) hold the whole
 * picture; what is outside is filled.
 */
export interface Mapping extends Size {
  readonly left: number;
  readonly top: number;
  /** Size of the oriented picture in pixels. */
  readonly picture: Size;
}

/** Keeps the aspect ratio and centres; the odd pixel goes to the right or the bottom. */
export function letterbox(picture: Size, tensor: Size): Mapping {
  const scale = Math.min(tensor.width / picture.width, tensor.height / picture.height);
  const width = Math.min(tensor.width, Math.max(1, Math.round(picture.width * scale)));
  const height = Math.min(tensor.height, Math.max(1, Math.round(picture.height * scale)));
  return {
    width,
    height,
    left: (tensor.width - width) >> 1,
    top: (tensor.height - height) >> 1,
    picture: { width: picture.width, height: picture.height },
  };
}

/** Fills the whole tensor, whatever that does to the aspect ratio. */
export function squash(picture: Size, tensor: Size): Mapping {
  return {
    width: tensor.width,
    height: tensor.height,
    left: 0,
    top: 0,
    picture: { width: picture.width, height: picture.height },
  };
}

/** A box in tensor pixels, in pixels of the oriented picture; what lies in the filling is cut off. */
export function fromTensor(m: Mapping, b: Box): Box {
  const x = (v: number) => ((v - m.left) * m.picture.width) / m.width;
  const y = (v: number) => ((v - m.top) * m.picture.height) / m.height;
  return clamp([x(b[0]), y(b[1]), x(b[2]), y(b[3])], m.picture.width, m.picture.height);
}

/** A box of the oriented picture, in tensor pixels. */
export function intoTensor(m: Mapping, b: Box): Box {
  const x = (v: number) => (v * m.width) / m.picture.width + m.left;
  const y = (v: number) => (v * m.height) / m.picture.height + m.top;
  return [x(b[0]), y(b[1]), x(b[2]), y(b[3])];
}

/** A part of a raster, its box in whole pixels. */
export function cropRaster(raster: Raster, [x1, y1, x2, y2]: Box): Raster {
  const row = (x2 - x1) * 3;
  const data = new Uint8Array(row * (y2 - y1));
  for (let y = y1; y < y2; y++) {
    const start = (y * raster.width + x1) * 3;
    data.set(raster.data.subarray(start, start + row), (y - y1) * row);
  }
  return { width: x2 - x1, height: y2 - y1, data };
}

/** A part of a picture as a picture of its own, its area in pixels of the oriented picture. */
export function cropPicture<P extends Pick<Picture, 'width' | 'height' | 'raster'>>(
  picture: P,
  [x1, y1, x2, y2]: Box,
): Pick<Picture, 'width' | 'height' | 'raster'> {
  const { raster } = picture;
  const scale = raster.width / picture.width;
  const left = Math.floor(x1 * scale);
  const top = Math.floor(y1 * scale);
  const right = Math.max(left + 1, Math.min(raster.width, Math.round(x2 * scale)));
  const bottom = Math.max(top + 1, Math.min(raster.height, Math.round(y2 * scale)));
  if (right - left === raster.width && bottom - top === raster.height) return picture;
  return { width: x2 - x1, height: y2 - y1, raster: cropRaster(raster, [left, top, right, bottom]) };
}
