import type { Box } from '../box.ts';
import { RASTER_SIDE, type Raster, type Rgb, type Size } from '../picture/picture.ts';
import type { TextMask } from '../picture/text.ts';

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

/** Everything here draws into the pixels of a canvas, in whole pixels, cut off at its edges. */
export type Canvas = Raster;

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

export function fillRect(canvas: Canvas, b: Box, colour: Rgb): void {
  const { width, data } = canvas;
  const [x1, y1, x2, y2] = clipToCanvas(canvas, b);
  if (x2 <= x1 || y2 <= y1) return;
  const first = (y1 * width + x1) * 3;
  const bytes = (x2 - x1) * 3;
  for (let i = first; i < first + bytes; i += 3) {
    data[i] = colour[0];
    data[i + 1] = colour[1];
    data[i + 2] = colour[2];
  }
  for (let y = y1 + 1; y < y2; y++) data.copyWithin((y * width + x1) * 3, first, first + bytes);
}

/** A frame `thick` pixels wide whose outer edge is `b`. */
export function strokeRect(canvas: Canvas, b: Box, thick: number, colour: Rgb): void {
  const [x1, y1, x2, y2] = b;
  fillRect(canvas, [x1, y1, x2, y1 + thick], colour);
  fillRect(canvas, [x1, y2 - thick, x2, y2], colour);
  fillRect(canvas, [x1, y1, x1 + thick, y2], colour);
  fillRect(canvas, [x2 - thick, y1, x2, y2], colour);
}

/** Copies a part of a raster, or all of it, to where it lies with its origin at (left, 0). */
export function copy(canvas: Canvas, from: Raster, left: number, part?: Box): void {
  const [x1, y1, x2, y2] = part ?? [left, 0, left + from.width, from.height];
  for (let y = y1; y < y2; y++) {
    const start = (y * from.width + x1 - left) * 3;
    canvas.data.set(from.data.subarray(start, start + (x2 - x1) * 3), (y * canvas.width + x1) * 3);
  }
}

/** Like `copy` of all of it, darker and greyer. Measured: 3 to 5 ms for 1280 x 960. */
export function copyReceded(canvas: Canvas, from: Raster, left: number): void {
  // In 1/256: a pixel becomes 42 % of its own colour and 26 % of its luminance, so 68 % as bright as it was.
  const own = 108;
  const [lr, lg, lb] = [20, 40, 7];
  const { data } = from;
  const out = canvas.data;
  let i = 0;
  for (let y = 0; y < from.height; y++) {
    let to = (y * canvas.width + left) * 3;
    for (const end = i + from.width * 3; i < end; i += 3, to += 3) {
      const r = data[i]!;
      const g = data[i + 1]!;
      const b = data[i + 2]!;
      const grey = r * lr + g * lg + b * lb;
      out[to] = (r * own + grey) >> 8;
      out[to + 1] = (g * own + grey) >> 8;
      out[to + 2] = (b * own + grey) >> 8;
    }
  }
}

/** Lays text on the canvas, its line box starting at (x, y). */
export function stamp(canvas: Canvas, mask: TextMask, x: number, y: number, ink: Rgb): void {
  const { width, data } = canvas;
  const [x1, y1, x2, y2] = clipToCanvas(canvas, [
    x,
    y - mask.top,
    x + mask.width,
    y - mask.top + mask.height,
  ]);
  for (let row = y1; row < y2; row++) {
    const from = (row - y + mask.top) * mask.width - x;
    for (let column = x1; column < x2; column++) {
      const cover = mask.data[from + column]!;
      if (cover === 0) continue;
      const i = (row * width + column) * 3;
      for (let c = 0; c < 3; c++) {
        data[i + c] = data[i + c]! + ((ink[c]! - data[i + c]!) * cover) / 255;
      }
    }
  }
}

function clipToCanvas({ width, height }: Canvas, [x1, y1, x2, y2]: Box): Box {
  return [Math.max(x1, 0), Math.max(y1, 0), Math.min(x2, width), Math.min(y2, height)];
}

export const BLACK: Rgb = [0, 0, 0];
export const WHITE: Rgb = [255, 255, 255];
/** What surrounds a picture that had to be extended: strips for captions and labels. */
export const MARGIN: Rgb = [24, 24, 24];

/**
 * Okabe and Ito's colours, told apart with any kind of colour vision ("Color Universal Design", 2008), without
 * black; in an order that keeps the first few as far apart as possible.
 */
export const OKABE_ITO: readonly Rgb[] = [
  [230, 159, 0], // orange
  [86, 180, 233], // sky blue
  [0, 158, 115], // bluish green
  [240, 228, 66], // yellow
  [204, 121, 167], // reddish purple
  [213, 94, 0], // vermilion
  [0, 114, 178], // blue
];

/** What was found: the brightest of them stands out of a receded picture. */
export const FOUND: Rgb = [240, 228, 66];

/** Relative luminance as WCAG 2 defines it, 0..1. */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast ratio as WCAG 2 defines it, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

/** Black or white, whichever reads better on a colour. */
export const inkOn = (colour: Rgb): Rgb =>
  contrast(colour, BLACK) >= contrast(colour, WHITE) ? BLACK : WHITE;
