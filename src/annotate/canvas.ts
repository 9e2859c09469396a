import type { Box } from '../box.ts';
import { RASTER_SIDE, type Size } from '../picture/picture.ts';

/** How large everything is drawn, in pixels. */
export interface CanvasPlan {
  /** Size of the picture on the canvas. */
  readonly picture: Size;
  /** Where the picture's left edge is. A picture too narrow for any words gets margins left and right. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** Font size, and the space around text. */
  readonly text: number;
  readonly padding: number;
  /** Thickness of the coloured line of an outline and of the dark lines on both its sides. */
  readonly line: number;
  readonly edge: number;
}

/** Pictures are enlarged, threefold at most, until they are about as large as this squared. */
const COMFORTABLE_SIDE = 400;
const SMALLEST_TEXT = 14;
const LARGEST_TEXT = 44;
/** Room for about this many characters in a line. */
const NARROWEST_IN_TEXT_SIZES = 9;

/** Chooses the sizes for a picture whose raster has the given size. */
export function planCanvas(raster: Size): CanvasPlan {
  const side = Math.sqrt(raster.width * raster.height);
  const limit = RASTER_SIDE / Math.max(raster.width, raster.height);
  const scale = Math.max(1, Math.min(COMFORTABLE_SIDE / side, 3, limit));
  const picture = { width: Math.round(raster.width * scale), height: Math.round(raster.height * scale) };
  const text = Math.round(Math.min(Math.max((side * scale) / 30, SMALLEST_TEXT), LARGEST_TEXT));
  const width = Math.max(picture.width, NARROWEST_IN_TEXT_SIZES * text);
  const line = Math.max(2, Math.round(text / 8));
  return {
    picture,
    left: (width - picture.width) >> 1,
    width,
    height: picture.height,
    text,
    padding: Math.max(3, Math.round(text / 5)),
    line,
    edge: Math.max(1, Math.round(line / 2.5)),
  };
}

/** A box of the oriented picture in whole pixels of the canvas, at least one pixel large. */
export function ontoCanvas(plan: CanvasPlan, picture: Size, b: Box): Box {
  const sx = plan.picture.width / picture.width;
  const sy = plan.picture.height / picture.height;
  const [x1, x2] = whole(b[0] * sx, b[2] * sx, plan.picture.width);
  const [y1, y2] = whole(b[1] * sy, b[3] * sy, plan.picture.height);
  return [x1 + plan.left, y1, x2 + plan.left, y2];
}

function whole(from: number, to: number, max: number): readonly [from: number, to: number] {
  const start = Math.min(Math.max(Math.floor(from), 0), max - 1);
  return [start, Math.min(Math.max(Math.ceil(to), start + 1), max)];
}

/** Room that the outline of a region takes, kept inside the picture. */
export function withOutline(plan: CanvasPlan, b: Box): Box {
  const by = plan.line + 2 * plan.edge;
  const right = plan.left + plan.picture.width;
  return [
    Math.max(b[0] - by, plan.left),
    Math.max(b[1] - by, 0),
    Math.min(b[2] + by, right),
    Math.min(b[3] + by, plan.picture.height),
  ];
}
