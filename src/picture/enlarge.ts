import type { Raster, Size } from './picture.ts';

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
