import { FONT } from '../annotate/annotate.ts';
import { ontoCanvas, planCanvas, withOutline } from '../annotate/canvas.ts';
import { copy, createCanvas, fillRect, stamp, strokeRect } from '../annotate/paint.ts';
import { BLACK, inkOn, OKABE_ITO } from '../annotate/palette.ts';
import { placeLabels } from '../annotate/place.ts';
import { area, type Box } from '../box.ts';
import type { Raster, Size } from '../picture/picture.ts';
import { drawText } from '../picture/text.ts';

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
export async function drawMarks(
  image: Raster,
  picture: Size,
  marks: readonly LetteredBox[],
): Promise<Raster> {
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
