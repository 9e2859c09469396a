import { type Box, clamp } from '../box.ts';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A colour in sRGB, 0..255 each. */
export type Rgb = readonly [r: number, g: number, b: number];

/** Interleaved 8-bit RGB rows without padding: `data.length === width * height * 3`. */
export interface Raster extends Size {
  readonly data: Uint8Array;
}

/** A picture decoded once: oriented, sRGB, without alpha. Safe to share, never changed. */
export interface Picture {
  /** Size of the oriented picture in pixels; every box refers to it. */
  readonly width: number;
  readonly height: number;
  /** Of the encoded bytes, hex. */
  readonly sha256: string;
  readonly format: PictureFormat;
  /** The whole picture, scaled down so that its longer side is at most RASTER_SIDE. */
  readonly raster: Raster;
}

const PICTURE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** Longer side of the kept raster, and of the annotated answer, in pixels. */
export const RASTER_SIDE = 1600;

/** A box of the oriented picture in the pixels of its raster. */
export function toRaster(picture: Picture, b: Box): Box {
  const sx = picture.raster.width / picture.width;
  const sy = picture.raster.height / picture.height;
  return [b[0] * sx, b[1] * sy, b[2] * sx, b[3] * sy];
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
