import { type Box, clamp } from '../box.ts';
import type { Size } from './picture.ts';

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
