import sharp from 'sharp';
import { RASTER_SIDE, type Raster } from './picture.ts';

export interface EncodeOptions {
  /** 1..100; 85 unless told. */
  readonly quality?: number;
  /** A longer picture is scaled down to this many pixels; RASTER_SIDE unless told. */
  readonly maxSide?: number;
}

/** A raster as JPEG. */
export async function encodeJpeg(raster: Raster, options: EncodeOptions = {}): Promise<Buffer> {
  const { quality = 85, maxSide = RASTER_SIDE } = options;
  const { width, height } = raster;
  const image = sharp(raster.data, { raw: { width, height, channels: 3 } });
  if (Math.max(width, height) > maxSide) image.resize({ width: maxSide, height: maxSide, fit: 'inside' });
  // Without optimised Huffman tables: 5 ms instead of 11 for 1280 x 960, and 2 % larger.
  return image.jpeg({ quality, optimiseCoding: false }).toBuffer();
}
