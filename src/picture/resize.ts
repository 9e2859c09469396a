import sharp from 'sharp';
import { enlarge } from './enlarge.ts';
import type { Raster, Size } from './picture.ts';

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
  const data = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel })
    .raw()
    .toBuffer();
  return { width, height, data };
}
