import type { Size } from '../picture/picture.ts';
import type { Profile } from './profile.ts';

export type ImageLimits = Profile['image'];

/**
 * The size in which an image is sent: as large as it is, or as large as the limits allow, its sides multiples of
 * `multipleOf` so that the server need not scale it again. Rounding changes the aspect ratio a little; a side is
 * never less than one multiple.
 */
export function sentSize(from: Size, limits: Omit<ImageLimits, 'maxBytes'>): Size {
  const { maxSide, maxPixels, multipleOf: m } = limits;
  const { width, height } = from;
  const scale = Math.min(1, maxSide / Math.max(width, height), Math.sqrt(maxPixels / (width * height)));
  const sized = (round: (v: number) => number): Size => ({
    width: Math.max(m, round((width * scale) / m) * m),
    height: Math.max(m, round((height * scale) / m) * m),
  });
  const nearest = sized(Math.round);
  return within(nearest, limits) ? nearest : shrunk(sized(Math.floor), limits);
}

const within = ({ width, height }: Size, { maxSide, maxPixels }: Omit<ImageLimits, 'maxBytes'>): boolean =>
  Math.max(width, height) <= maxSide && width * height <= maxPixels;

/** A very long image has one side of one multiple, more than its share: the other one gives way. */
function shrunk(size: Size, limits: Omit<ImageLimits, 'maxBytes'>): Size {
  const m = limits.multipleOf;
  const longest = Math.floor(limits.maxPixels / Math.min(size.width, size.height) / m) * m;
  const side = (v: number) => Math.max(m, Math.min(v, longest));
  return { width: side(size.width), height: side(size.height) };
}
