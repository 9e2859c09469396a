import { FONT } from '../annotate/annotate.ts';
import {
  BLACK,
  copy,
  createCanvas,
  fillRect,
  inkOn,
  OKABE_ITO,
  ontoCanvas,
  planCanvas,
  stamp,
  strokeRect,
  withOutline,
} from '../annotate/canvas.ts';
import { placeLabels } from '../annotate/labels.ts';
import { area, type Box, centre, clamp, height, width } from '../box.ts';
import { SpotterError } from '../errors.ts';
import type { Picture, Raster, Size } from '../picture/picture.ts';
import { cropRaster, intoTensor, type Mapping, resize, squash } from '../picture/tensor.ts';
import { drawText, encodeJpeg } from '../picture/text.ts';
import type { MllmImage } from './mllm.ts';
import type { Profile } from './profile.ts';

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
  const raster = cropRaster(picture.raster, around(inRaster, picture.raster));
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

/** A region to be marked: in pixels of the oriented picture, with its letter. */
export interface LetteredBox {
  readonly box: Box;
  readonly letter: string;
}

/**
 * A copy of an image with lettered frames (Set-of-Mark). Unlike an annotated answer it keeps its size, so that
 * coordinates mean the same: a letter that finds no place beside its region stands in the region's corner.
 * @param picture size of the oriented picture that the boxes refer to; the image shows all of it
 */
async function drawMarks(image: Raster, picture: Size, marks: readonly LetteredBox[]): Promise<Raster> {
  const { width, height } = image;
  const plan = { ...planCanvas(image), picture: { width, height }, left: 0, width, height };
  const drawn = await Promise.all(
    marks.map(async ({ box, letter }, i) => ({
      outline: withOutline(plan, ontoCanvas(plan, picture, box)),
      colour: OKABE_ITO[i % OKABE_ITO.length]!,
      text: await drawText(letter, plan.text, FONT),
    })),
  );
  const size = ({ text }: (typeof drawn)[number]): Size => ({
    width: Math.min(text.width + 2 * plan.padding, width),
    height: Math.min(text.bottom - text.top + plan.padding, height),
  });
  const labels = drawn.map((d) => ({ size: size(d), region: d.outline }));
  const placed = placeLabels(labels, plan, plan.padding >> 1);
  const canvas = createCanvas(width, height);
  copy(canvas, image, 0);
  // Small regions last, so that their outlines are not crossed by those of what surrounds them.
  for (const { outline, colour } of drawn.toSorted((a, b) => area(b.outline) - area(a.outline))) {
    strokeRect(canvas, outline, plan.line + 2 * plan.edge, BLACK);
    const [x1, y1, x2, y2] = outline;
    const { edge } = plan;
    strokeRect(canvas, [x1 + edge, y1 + edge, x2 - edge, y2 - edge], plan.line, colour);
  }
  for (const [i, { outline, colour, text }] of drawn.entries()) {
    const beside = placed.boxes[i]!;
    const at = beside[3] <= height ? beside : inCorner(outline, size(drawn[i]!), plan);
    fillRect(canvas, at, colour);
    stamp(canvas, text, at[0] + plan.padding, at[1] + (plan.padding >> 1), inkOn(colour));
  }
  return canvas;
}

function inCorner([left, top]: Box, label: Size, image: Size): Box {
  const x = Math.max(0, Math.min(left, image.width - label.width));
  const y = Math.max(0, Math.min(top, image.height - label.height));
  return [x, y, x + label.width, y + label.height];
}

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
