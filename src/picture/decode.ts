import sharp, { type Metadata } from 'sharp';
import { SpotterError } from '../errors.ts';
import { inMegapixels, type Limits } from './limits.ts';
import { type PictureFormat, RASTER_SIDE, type Raster } from './picture.ts';
import { throwIfStopped } from './stop.ts';

export interface Decoded {
  /** Full size of the oriented picture in pixels. */
  readonly width: number;
  readonly height: number;
  readonly raster: Raster;
}

/**
 * Decodes the first frame once: oriented, sRGB (embedded profiles and CMYK converted), alpha laid on white,
 * longer side at most RASTER_SIDE. The header alone decides whether decoding is tried.
 *
 * @throws SpotterError too-many-pixels, too-small, broken-picture, cancelled, timed-out
 */
export async function decode(
  bytes: Uint8Array,
  format: PictureFormat,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Decoded> {
  // failOn 'error' refuses truncated files but bears the harmless warnings that many cameras' files cause.
  const options = { failOn: 'error', limitInputPixels: false, autoOrient: true } as const;
  const header = await sharp(bytes, options)
    .metadata()
    .catch((thrown) => {
      throw broken(format, thrown);
    });
  const { width, height } = orientedSize(header);
  check(header, format, width, height, limits);
  if (format === 'jpeg') checkScans(bytes);
  throwIfStopped(signal);
  const scale = Math.min(1, RASTER_SIDE / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const { data, info } = await sharp(bytes, { ...options, limitInputPixels: limits.maxPixels })
    .flatten({ background: '#fff' })
    .resize({ width: side(width), height: side(height), fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((thrown) => {
      throw broken(format, thrown);
    });
  throwIfStopped(signal);
  if (info.channels !== 3) throw broken(format, new Error(`decoded to ${info.channels} channels`));
  return { width, height, raster: { width: info.width, height: info.height, data } };
}

/** Progressive JPEGs have about ten scans; each costs a pass over all pixels, and a hostile file has thousands. */
const MOST_SCANS = 100;
const SCAN = Buffer.from([0xff, 0xda]);

/** @throws SpotterError unsupported-picture */
function checkScans(bytes: Uint8Array): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let scans = 0;
  for (let at = buffer.indexOf(SCAN); at >= 0; at = buffer.indexOf(SCAN, at + 2)) scans++;
  if (scans <= MOST_SCANS) return;
  throw new SpotterError(
    'unsupported-picture',
    `The JPEG picture is stored in ${scans} passes; at most ${MOST_SCANS} are read.`,
    'Open it in a viewer and save it again.',
  );
}

function orientedSize(header: Metadata): { width: number; height: number } {
  return header.autoOrient ?? header;
}

function check(header: Metadata, format: PictureFormat, width: number, height: number, limits: Limits): void {
  // The library does its own sniffing; a file made to look like one thing to us and another to it is refused.
  if (header.format !== (format === 'avif' ? 'heif' : format)) {
    throw broken(format, new Error(`decoder sees ${header.format}`));
  }
  if (width * height > limits.maxPixels) {
    throw new SpotterError(
      'too-many-pixels',
      `The picture has ${width} x ${height} pixels (${inMegapixels(width * height)}), the limit is ${inMegapixels(limits.maxPixels)}.`,
      'Send a smaller version of the picture.',
    );
  }
  if (Math.min(width, height) < limits.minSide) {
    throw new SpotterError(
      'too-small',
      `The picture has only ${width} x ${height} pixels, each side needs at least ${limits.minSide}.`,
      'Send a larger version of the picture.',
    );
  }
}

function broken(format: PictureFormat, cause: unknown): SpotterError {
  return new SpotterError(
    'broken-picture',
    `The ${format.toUpperCase()} picture is damaged or incomplete and cannot be decoded.`,
    'Open it in a viewer and save it again, or send another copy.',
    cause,
  );
}
