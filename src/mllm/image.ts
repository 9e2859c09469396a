import { type Box, centre, clamp, height, width } from '../box.ts';
import { SpotterError } from '../errors.ts';
import { encodeJpeg } from '../picture/encode.ts';
import { intoTensor, type Mapping, squash } from '../picture/mapping.ts';
import type { Picture, Raster, Size } from '../picture/picture.ts';
import { resize } from '../picture/resize.ts';
import { drawMarks, type LetteredBox } from './marks.ts';
import type { MllmImage } from './mllm.ts';
import type { Profile } from './profile.ts';
import { type ImageLimits, sentSize } from './sent-size.ts';

type Shown = Pick<Picture, 'width' | 'height' | 'raster'>;

/** An image for a model, and how the picture lies in it. */
export interface SentImage {
  readonly image: MllmImage;
  /** Its size in pixels, and the picture's; the picture fills it. */
  readonly mapping: Mapping;
}

/**
 * The whole picture as JPEG within a profile's limits, with lettered frames where asked for.
 * @throws SpotterError bad-config, where the limits are so low that nothing would be seen
 */
export async function imageFor(
  picture: Shown,
  profile: Pick<Profile, 'image'>,
  marks: readonly LetteredBox[] = [],
): Promise<SentImage> {
  const draw = (raster: Raster) => (marks.length > 0 ? drawMarks(raster, picture, marks) : raster);
  const { bytes, size } = await encoded(picture.raster, profile.image, draw);
  return { image: { mime: 'image/jpeg', bytes }, mapping: squash(picture, size) };
}

/** Around a candidate, as a share of its sides: what it stands on or leans against helps to tell what it is. */
const SURROUNDINGS = 0.15;
/** Smaller crops are enlarged, so that a model which cuts images into patches sees more than one. */
const LEAST_SIDE = 224;
const LARGEST_CROP = 512;

/**
 * A region with a little around it, as JPEG of at most LARGEST_CROP pixels within a profile's limits.
 * @throws SpotterError bad-config, as `imageFor`
 */
export async function cropFor(picture: Shown, b: Box, profile: Pick<Profile, 'image'>): Promise<MllmImage> {
  const inRaster = intoTensor(squash(picture, picture.raster), b);
  const raster = cut(picture.raster, around(inRaster, picture.raster));
  const scale = Math.min(4, Math.max(1, LEAST_SIDE / Math.max(raster.width, raster.height)));
  const larger = await resize(
    raster,
    { width: Math.round(raster.width * scale), height: Math.round(raster.height * scale) },
    'cubic',
  );
  const limits = { ...profile.image, maxSide: Math.min(profile.image.maxSide, LARGEST_CROP) };
  const { bytes } = await encoded(larger, limits, (resized) => resized);
  return { mime: 'image/jpeg', bytes };
}

/** Tried in this order; then smaller images with the last one. */
const QUALITIES = [88, 80, 70, 55];
const SHRINK = 0.75;
const SMALLEST = 64;

async function encoded(
  raster: Raster,
  limits: ImageLimits,
  draw: (resized: Raster) => Raster | Promise<Raster>,
): Promise<{ bytes: Uint8Array; size: Size }> {
  let maxSide = Math.min(limits.maxSide, Math.max(raster.width, raster.height, limits.multipleOf));
  let qualities = QUALITIES;
  for (;;) {
    const size = sentSize(raster, { ...limits, maxSide });
    const drawn = await draw(await resize(raster, size, 'lanczos3'));
    for (const quality of qualities) {
      const bytes = await encodeJpeg(drawn, { quality, maxSide: Number.POSITIVE_INFINITY });
      if (bytes.length <= limits.maxBytes) return { bytes, size };
    }
    qualities = QUALITIES.slice(-1);
    maxSide = Math.floor(Math.max(size.width, size.height) * SHRINK);
    if (maxSide < Math.max(SMALLEST, limits.multipleOf)) throw tooFewBytes(limits);
  }
}

const tooFewBytes = ({ maxBytes }: ImageLimits): SpotterError =>
  new SpotterError(
    'bad-config',
    'No picture fits into what the model accepts.',
    `Its profile allows ${maxBytes} bytes an image; give it more.`,
  );

function around(b: Box, raster: Raster): Box {
  const [x, y] = centre(b);
  const half = (side: number) => Math.max(side * (0.5 + SURROUNDINGS), 8);
  const [w, h] = [half(width(b)), half(height(b))];
  const [x1, y1, x2, y2] = clamp([x - w, y - h, x + w, y + h], raster.width, raster.height);
  const [left, top] = [
    Math.min(Math.floor(x1), raster.width - 1),
    Math.min(Math.floor(y1), raster.height - 1),
  ];
  return [left, top, Math.max(Math.ceil(x2), left + 1), Math.max(Math.ceil(y2), top + 1)];
}

/** A part of a raster, its box in whole pixels. */
function cut(raster: Raster, [x1, y1, x2, y2]: Box): Raster {
  const row = (x2 - x1) * 3;
  const data = new Uint8Array(row * (y2 - y1));
  for (let y = y1; y < y2; y++) {
    const start = (y * raster.width + x1) * 3;
    data.set(raster.data.subarray(start, start + row), (y - y1) * row);
  }
  return { width: x2 - x1, height: y2 - y1, data };
}
