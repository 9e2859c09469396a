import type { Box } from '../box.ts';

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
  /** The whole picture, scaled down by `rasterScale`: its longer side is at most RASTER_SIDE, unless it is a long one. */
  readonly raster: Raster;
  /** The bytes as they came, where the reader keeps them: for a worker on another machine. */
  readonly encoded?: Uint8Array;
}

const PICTURE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'heic', 'tiff'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** Longer side of the kept raster, and of the annotated answer, in pixels. */
export const RASTER_SIDE = 1600;

/** Screens side by side, panoramas and pages are looked at in parts. */
const LONG = 2;
export const isLong = ({ width, height }: Size): boolean =>
  Math.max(width, height) > LONG * Math.min(width, height);

/** Of a long picture so many pixels are kept of its shorter side, as long as they are not more altogether. */
const SHORT_SIDE = 640;
const MAX_RASTER_PIXELS = 4e6;

/** How much smaller than the picture its raster is, at most 1. */
export function rasterScale({ width, height }: Size): number {
  const usual = RASTER_SIDE / Math.max(width, height);
  const long = Math.min(
    SHORT_SIDE / Math.min(width, height),
    Math.sqrt(MAX_RASTER_PIXELS / (width * height)),
  );
  return Math.min(1, isLong({ width, height }) ? Math.max(usual, long) : usual);
}

/** A box of the oriented picture in the pixels of its raster. */
export function toRaster(picture: Picture, b: Box): Box {
  const sx = picture.raster.width / picture.width;
  const sy = picture.raster.height / picture.height;
  return [b[0] * sx, b[1] * sy, b[2] * sx, b[3] * sy];
}
