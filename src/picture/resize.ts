import sharp from 'sharp';
import type { Raster, Size } from './picture.ts';

/** `linear` is what others call bilinear; all of them average when scaling down. */
export type Kernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

/** A raster in another size; the raster itself where the size is the same. */
export async function resize(raster: Raster, { width, height }: Size, kernel: Kernel): Promise<Raster> {
  if (raster.width === width && raster.height === height) return raster;
  const data = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel })
    .raw()
    .toBuffer();
  return { width, height, data };
}
