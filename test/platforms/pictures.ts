import sharp from 'sharp';
import type { Served, Upload } from '../world/platform.ts';

/** A small real picture. */
export const picture = async (name = 'street.jpg', served?: Served): Promise<Upload> => ({
  name,
  bytes: await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer(),
  type: 'image/jpeg',
  ...(served && { served }),
});
