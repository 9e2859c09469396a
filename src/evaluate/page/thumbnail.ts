import { join, relative, resolve, sep } from 'node:path';
import { createDrawer } from '../../annotate/annotate.ts';
import { ontoCanvas, planCanvas } from '../../annotate/canvas.ts';
import { asSpotterError } from '../../errors.ts';
import { encodeJpeg } from '../../picture/encode.ts';
import type { Picture, Size } from '../../picture/picture.ts';
import type { PictureReader } from '../../picture/read.ts';
import { resize } from '../../picture/resize.ts';
import type { ItemRecord } from '../score/item-record.ts';
import { dashedRect } from './dashes.ts';

/** Longer side, in pixels. */
export const SIDE = 480;
const QUALITY = 70;

/** A small annotated picture, or why there is none. */
export type Thumbnail = ({ readonly jpeg: Buffer } & Size) | { readonly reason: string };

export interface ThumbnailOptions {
  /** The folder that file names are relative to. */
  readonly images: string;
  readonly reader: PictureReader;
}

/**
 * Draws an answer's first boxes, numbered, and the reference box, dashed. A picture that cannot be read is told.
 * @throws SpotterError cancelled, timed-out (of the signal), and nothing else
 */
export function createThumbnails({ images, reader }: ThumbnailOptions) {
  const draw = createDrawer();
  return async ({ file_name, boxes, reference }: ItemRecord, signal?: AbortSignal): Promise<Thumbnail> => {
    if (!isInside(images, file_name)) return { reason: 'It lies outside the folder of the images.' };
    try {
      const picture = await reader.read(join(images, file_name), signal ? { signal } : {});
      // Scaled down before anything is drawn, so that numbers and lines keep a size that can be read.
      const small = { ...picture, raster: await resize(picture.raster, sizeOf(picture), 'cubic') };
      const drawing = await draw(
        small,
        boxes.map((box) => ({ box })),
        { style: 'candidates' },
      );
      const plan = planCanvas(small.raster);
      if (reference) dashedRect(drawing, ontoCanvas(plan, picture, reference), plan.line);
      const jpeg = await encodeJpeg(drawing, { quality: QUALITY, maxSide: SIDE });
      return { jpeg, ...fitted(drawing) };
    } catch (thrown) {
      if (signal?.aborted) throw asSpotterError(thrown);
      return { reason: asSpotterError(thrown).message };
    }
  };
}

/** A set is somebody else's: it does not choose which of the reader's other pictures are put into a page. */
function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), join(resolve(folder), file));
  return path !== '..' && !path.startsWith(`..${sep}`);
}

const sizeOf = ({ raster }: Picture): Size => fitted(raster);

function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}
