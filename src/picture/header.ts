import sharp from 'sharp';
import { SpotterError } from '../errors.ts';
import type { Size } from './picture.ts';

export interface Header extends Size {
  /** Whether the pixels are stored turned or mirrored, so that a reader who ignores EXIF sees another picture. */
  readonly turned: boolean;
}

/**
 * The size of the oriented picture in a file, in pixels, without decoding it: a fraction of a millisecond.
 * @throws SpotterError broken-picture
 */
export async function readHeader(path: string): Promise<Header> {
  try {
    const { width, height, autoOrient, orientation = 1 } = await sharp(path).metadata();
    return { ...(autoOrient ?? { width, height }), turned: orientation > 1 };
  } catch (cause) {
    throw new SpotterError('broken-picture', `"${path}" is no picture that can be read.`, '', cause);
  }
}
