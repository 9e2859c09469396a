import { join } from 'node:path';
import type { Box } from '../../box.ts';
import { quoted } from '../../mllm/prompts.ts';
import type { Raster, Size } from '../../picture/picture.ts';
import { createPictureReader } from '../../picture/read.ts';
import { referenceBox } from '../prediction.ts';
import { readAnnotations } from '../read/read.ts';

/** The right answer to one question. */
export interface Truth {
  readonly expression: string;
  /** In pixels of the picture; undefined where nothing fits. */
  readonly box: Box | undefined;
  /** Size of the picture. */
  readonly picture: Size;
  /** From `fingerprint`, where one expression is asked about several pictures of one shape. */
  readonly fingerprint?: readonly number[];
}

/** What a policy that knows the answers knows of a question: the box as shares of the picture's sides. */
export interface Answer {
  readonly box: Box | undefined;
}

/**
 * The answer to an expression about an image that was sent; undefined where it is not known. The picture is told by
 * its shape, and by what it looks like.
 */
export type Knowledge = (expression: string, image: Raster | undefined) => Answer | undefined;

/** How much the shape may differ: sides in multiples of 32 change it. */
const SHAPE = 0.25;

export function knowledgeOf(truths: readonly Truth[]): Knowledge {
  // As they appear in a prompt.
  const byExpression = new Map<string, Truth[]>();
  for (const truth of truths) {
    const key = quoted(truth.expression);
    byExpression.set(key, [...(byExpression.get(key) ?? []), truth]);
  }
  return (expression, image) => {
    if (!image) return undefined;
    const seen = fingerprint(image);
    const fitting = (byExpression.get(expression) ?? [])
      .filter(({ picture }) => Math.abs(Math.log(shape(picture) / shape(image))) < SHAPE)
      .toSorted((a, b) => unlikeness(a, seen) - unlikeness(b, seen));
    const [truth] = fitting;
    return truth && { box: truth.box && inShares(truth.box, truth.picture) };
  };
}

const shape = ({ width, height }: Size): number => width / height;

const inShares = ([x1, y1, x2, y2]: Box, { width, height }: Size): Box => [
  x1 / width,
  y1 / height,
  x2 / width,
  y2 / height,
];

const CELLS = 8;

/** The mean colour of each cell of an 8 x 8 grid: survives scaling and JPEG. */
export function fingerprint({ width, height, data }: Raster): number[] {
  const sums = new Float64Array(CELLS * CELLS * 3);
  const counts = new Float64Array(CELLS * CELLS);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * CELLS) / height) * CELLS;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor((x * CELLS) / width);
      counts[cell]!++;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) sums[cell * 3 + c]! += data[at + c]!;
    }
  }
  return Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / 3)]!));
}

function unlikeness({ fingerprint: known }: Truth, seen: readonly number[]): number {
  if (!known) return 0;
  return known.reduce((sum, v, i) => sum + Math.abs(v - seen[i]!), 0);
}

/** The right answers to the questions of an annotation file. */
export async function truthsOf(annotations: string, images: string): Promise<Truth[]> {
  const reader = createPictureReader();
  const truths: Truth[] = [];
  for (const annotation of await readAnnotations(annotations)) {
    // A photo that cannot be read is shown to nobody.
    const picture = await reader.read(join(images, annotation.file_name)).catch(() => undefined);
    if (!picture) continue;
    const { raster, width, height } = picture;
    truths.push({
      expression: annotation.expression,
      box: referenceBox(annotation),
      picture: { width, height },
      fingerprint: fingerprint(raster),
    });
  }
  return truths;
}
