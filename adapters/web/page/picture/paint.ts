import type { Box } from '../../../../src/box.ts';
import {
  drawnLabel,
  LABEL_HEIGHT,
  labelSpot,
  ontoFrame,
  type Shape,
  type Size,
  type View,
} from './geometry.ts';

export interface Painting {
  readonly image: CanvasImageSource;
  readonly size: Size;
  readonly frame: Size;
  readonly view: View;
  readonly shapes: readonly Shape[];
  /** The colour that a CSS variable has now. */
  readonly colourOf: (variable: string) => string;
  readonly font: string;
}

/** Paints the picture and what is marked in it. @param context scaled to pixels of the screen */
export function paint(context: CanvasRenderingContext2D, painting: Painting): void {
  const { image, size, frame, view, shapes, colourOf } = painting;
  context.clearRect(0, 0, frame.width, frame.height);
  context.drawImage(image, view.x, view.y, frame.width * view.zoom, frame.height * view.zoom);
  const place = (box: Box): Box => ontoFrame(box, size, frame, view);
  const edge = colourOf('--edge');
  for (const shape of shapes) {
    if (shape.kind === 'line') paintLine(context, shape, place, colourOf(shape.colour), edge);
    else paintBox(context, place(shape.box), shape.look ?? 'solid', colourOf(shape.colour), edge);
  }
  const taken: Box[] = [];
  context.font = `600 13px ${painting.font}`;
  context.textBaseline = 'middle';
  const labelled = shapes.flatMap((shape): Labelled[] => {
    const label = drawnLabel(shape, frame);
    return shape.kind === 'box' && label !== undefined ? [{ ...shape, label }] : [];
  });
  // The solid ones are what matters: theirs are placed first, and never left out.
  for (const shape of labelled.toSorted((a, b) => Number(isSolid(b)) - Number(isSolid(a)))) {
    const width = context.measureText(shape.label).width + 2 * PADDING;
    const spot = labelSpot(place(shape.box), width, frame, { taken, isNeeded: isSolid(shape) });
    if (!spot) continue;
    taken.push(spot);
    const colour = colourOf(shape.colour);
    context.globalAlpha = shape.look === 'faint' ? 0.8 : 1;
    context.fillStyle = edge;
    context.fillRect(spot[0] - 1, spot[1] - 1, spot[2] - spot[0] + 2, LABEL_HEIGHT + 2);
    context.fillStyle = colour;
    context.fillRect(spot[0], spot[1], spot[2] - spot[0], LABEL_HEIGHT);
    context.fillStyle = isDark(colour) ? colourOf('--edge-light') : edge;
    context.fillText(shape.label, spot[0] + PADDING, spot[1] + LABEL_HEIGHT / 2 + 0.5);
    context.globalAlpha = 1;
  }
}

type Labelled = Extract<Shape, { kind: 'box' }> & { readonly label: string };

const isSolid = ({ look = 'solid' }: Labelled): boolean => look === 'solid' || look === 'filled';

const PADDING = 6;

type Look = NonNullable<Extract<Shape, { kind: 'box' }>['look']>;

const LOOKS: Readonly<Record<Look, { line: number; alpha: number; dash: number[]; fill: number }>> = {
  solid: { line: 3, alpha: 1, dash: [], fill: 0 },
  dashed: { line: 2.5, alpha: 1, dash: [8, 5], fill: 0 },
  faint: { line: 1.5, alpha: 0.65, dash: [], fill: 0 },
  filled: { line: 3, alpha: 1, dash: [], fill: 0.28 },
};

function paintBox(context: CanvasRenderingContext2D, b: Box, look: Look, colour: string, edge: string): void {
  const { line, alpha, dash, fill } = LOOKS[look];
  const [x, y, w, h] = [b[0], b[1], b[2] - b[0], b[3] - b[1]];
  context.save();
  if (fill > 0) {
    context.globalAlpha = fill;
    context.fillStyle = colour;
    context.fillRect(x, y, w, h);
  }
  context.globalAlpha = alpha;
  context.setLineDash(dash);
  // A dark line on both sides, so that it is seen on pictures of any colour.
  context.strokeStyle = edge;
  context.lineWidth = line + 2;
  context.strokeRect(x, y, w, h);
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(x, y, w, h);
  context.restore();
}

function paintLine(
  context: CanvasRenderingContext2D,
  { from, to }: Extract<Shape, { kind: 'line' }>,
  place: (box: Box) => Box,
  colour: string,
  edge: string,
): void {
  const [x1, y1] = place([...from, ...from]);
  const [x2, y2] = place([...to, ...to]);
  context.save();
  context.lineCap = 'round';
  for (const [style, extra] of [
    [edge, 2],
    [colour, 0],
  ] as const) {
    context.strokeStyle = style;
    context.fillStyle = style;
    context.lineWidth = 3 + extra;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    for (const [x, y] of [
      [x1, y1],
      [x2, y2],
    ] as const) {
      context.beginPath();
      context.arc(x, y, 4.5 + extra / 2, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.restore();
}

/** Whether light letters are read better on it. @param colour "#rrggbb" */
export function isDark(colour: string): boolean {
  const parts = /^#(..)(..)(..)$/.exec(colour)?.slice(1) ?? [];
  const [r = 255, g = 255, b = 255] = parts.map((part) => Number.parseInt(part, 16));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 105;
}
