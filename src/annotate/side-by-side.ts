import type { Box } from '../box.ts';
import { type Picture, RASTER_SIDE, type Raster, type Size } from '../picture/picture.ts';
import { resize } from '../picture/tensor.ts';
import { drawText, encodeJpeg, type TextMask } from '../picture/text.ts';
import { type AnnotateOptions, createDrawer, FONT, type Mark } from './annotate.ts';
import { type Canvas, createCanvas, fillRect, MARGIN, planCanvas, stamp, WHITE } from './canvas.ts';
import { broken, harmless } from './labels.ts';

/** One answer among others to the same question. */
export interface Panel {
  /** Stands above the picture, in up to three lines. */
  readonly title: string;
  readonly marks: readonly Mark[];
  readonly options: AnnotateOptions;
}

/** Draws answers about one picture as a grid of panels: a JPEG of at most RASTER_SIDE pixels. At least one panel. */
export type SideBySide = (
  picture: Pick<Picture, 'width' | 'height' | 'raster'>,
  panels: readonly Panel[],
) => Promise<Buffer>;

const GAP = 12;
const TITLE_LINES = 3;
/** Height that is kept free for what stands above and below a picture. */
const WORDS = 80;

export function createSideBySide(): SideBySide {
  const draw = createDrawer();
  return async (picture, panels) => {
    const { columns, panel } = planGrid(panels.length, picture.raster);
    // Scaled down before anything is drawn, so that words and lines keep a size that can be read.
    const small = { ...picture, raster: await resize(picture.raster, panel, 'cubic') };
    const { text, padding } = planCanvas(panel);
    const cells = await Promise.all(
      panels.map(async ({ title, marks, options }) => {
        const drawing = await draw(small, marks, options);
        const write = (words: string) => drawText(words, text, FONT);
        return titled(drawing, await broken(harmless(title), drawing.width, TITLE_LINES, write), padding);
      }),
    );
    return encodeJpeg(inGrid(cells, columns));
  };
}

/** How many columns show the panels largest, and how large the picture is in each; never larger than its raster. */
export function planGrid(count: number, raster: Size): { readonly columns: number; readonly panel: Size } {
  const scaleOf = (columns: number): number => {
    const rows = Math.ceil(count / columns);
    const width = (RASTER_SIDE - (columns + 1) * GAP) / columns;
    const height = (RASTER_SIDE - (rows + 1) * GAP) / rows - WORDS;
    return Math.min(1, width / raster.width, height / raster.height);
  };
  const all = Array.from({ length: count }, (_, i) => i + 1);
  // Where it makes no difference, beside rather than below each other.
  const columns = all.reduce((best, next) => (scaleOf(next) >= scaleOf(best) ? next : best), 1);
  const scaled = (side: number) => Math.max(1, Math.floor(side * scaleOf(columns)));
  return { columns, panel: { width: scaled(raster.width), height: scaled(raster.height) } };
}

function titled(drawing: Raster, title: readonly TextMask[], padding: number): Canvas {
  const lines = title.filter(({ width }) => width > 0);
  const lineHeight = lines[0] ? lines[0].bottom - lines[0].top + padding : 0;
  const above = lines.length * lineHeight;
  const canvas = onMargin(drawing.width, drawing.height + above);
  for (const [i, line] of lines.entries()) stamp(canvas, line, 0, i * lineHeight, WHITE);
  lay(canvas, drawing, 0, above);
  return canvas;
}

/** Rasters in rows of `columns`, each row as high as the highest in it. */
export function inGrid(cells: readonly Raster[], columns: number): Raster {
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns),
  );
  const width = Math.max(...cells.map((cell) => cell.width));
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const total = heights.reduce((sum, height) => sum + height + GAP, GAP);
  const canvas = onMargin(columns * (width + GAP) + GAP, total);
  let top = GAP;
  for (const [r, row] of rows.entries()) {
    for (const [c, cell] of row.entries()) lay(canvas, cell, GAP + c * (width + GAP), top);
    top += heights[r]! + GAP;
  }
  return canvas;
}

function onMargin(width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const all: Box = [0, 0, width, height];
  fillRect(canvas, all, MARGIN);
  return canvas;
}

/** Copies all of a raster to where there is room for it. */
function lay(canvas: Canvas, { width, height, data }: Raster, x: number, y: number): void {
  for (let row = 0; row < height; row++) {
    const line = data.subarray(row * width * 3, (row + 1) * width * 3);
    canvas.data.set(line, ((y + row) * canvas.width + x) * 3);
  }
}
