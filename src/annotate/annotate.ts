import { fileURLToPath } from 'node:url';
import { LRUCache } from 'lru-cache';
import { area, type Box } from '../box.ts';
import { type Picture, RASTER_SIDE, type Raster, type Rgb } from '../picture/picture.ts';
import { cropPicture, resize } from '../picture/tensor.ts';
import { drawText, encodeJpeg, type Font, type TextMask } from '../picture/text.ts';
import type { Candidate, Outcome, Verdict } from '../verdict.ts';
import {
  BLACK,
  type Canvas,
  type CanvasPlan,
  copy,
  copyReceded,
  createCanvas,
  FOUND,
  fillRect,
  inkOn,
  MARGIN,
  OKABE_ITO,
  ontoCanvas,
  planCanvas,
  stamp,
  strokeRect,
  WHITE,
  withOutline,
} from './canvas.ts';
import { broken, harmless, placeLabels, shortened } from './labels.ts';

/** Something to point at. */
export interface Mark {
  /** In pixels of the oriented picture. */
  readonly box: Box;
  /** "dog 87 %", as `annotationOf` writes it; drawn as plain text, shortened where it is too long. */
  readonly label?: string;
}

export type AnnotateStyle = keyof typeof STYLES;

export interface AnnotateOptions {
  readonly style: AnnotateStyle;
  /** Up to three lines in a strip below the picture, such as "not present: the cat". */
  readonly caption?: string;
}

/**
 * Draws the answer to a question: a JPEG of at most RASTER_SIDE pixels.
 *
 * - `found`: the marked regions keep their colours and get an outline, the rest recedes; labels in words.
 * - `candidates`: coloured outlines numbered 1..n in the order given; a label is written after its number.
 * - `plain`: nothing is marked, whatever the marks.
 *
 * Labels stand beside their regions, never on them; where there is no room a strip is added below the picture.
 * Small pictures are enlarged, threefold at most, so that the words can be read.
 */
export type Annotate = (...drawing: Parameters<DrawAnswer>) => Promise<Buffer>;

/** The same before it is encoded. */
export type DrawAnswer = (
  picture: Pick<Picture, 'width' | 'height' | 'raster'>,
  marks: readonly Mark[],
  options: AnnotateOptions,
) => Promise<Raster>;

interface Style {
  readonly recede: boolean;
  readonly colours: readonly Rgb[];
  /** Of the letters, where 1 is the size of the caption's. */
  readonly size: number;
  /** What is written beside mark number `i`, counted from 0; undefined where the mark is not shown at all. */
  readonly words: (mark: Mark, i: number) => string | undefined;
}

const STYLES = {
  found: { recede: true, colours: [FOUND], size: 1, words: (mark) => mark.label ?? '' },
  candidates: {
    recede: false,
    colours: OKABE_ITO,
    size: 1.25,
    words: (mark, i) => (mark.label ? `${i + 1} ${mark.label}` : `${i + 1}`),
  },
  plain: { recede: false, colours: [], size: 1, words: () => undefined },
} as const satisfies Record<string, Style>;

export const FONT: Font = {
  name: 'DejaVu Sans Condensed Bold',
  file: fileURLToPath(new URL('fonts/DejaVuSansCondensed-Bold.ttf', import.meta.url)),
  config: fileURLToPath(new URL('fonts/fonts.conf', import.meta.url)),
};

const CAPTION_LINES = 3;

interface Drawn {
  readonly box: Box;
  readonly outline: Box;
  readonly colour: Rgb;
  readonly text: TextMask;
}

/**
 * An annotator that remembers drawn words: percentages, numbers and category names come again and again.
 *
 * @example
 * const annotate = createAnnotator();
 * const jpeg = await annotate(picture, [{ box: [10, 20, 200, 300], label: 'dog 87 %' }], { style: 'found' });
 */
export function createAnnotator(options: DrawerOptions = {}): Annotate {
  const draw = createDrawer(options);
  return async (...drawing) => encodeJpeg(await draw(...drawing));
}

export interface DrawerOptions {
  /** How many drawn words are remembered; 500 unless told. */
  readonly cachedWords?: number;
}

/** Draws as an annotator does, into a raster. */
export function createDrawer(options: DrawerOptions = {}): DrawAnswer {
  const known = new LRUCache<string, TextMask>({ max: options.cachedWords ?? 500 });

  const drawAt = (px: number) => async (text: string) => {
    const key = `${px} ${text}`;
    const mask = known.get(key) ?? (await drawText(text, px, FONT));
    known.set(key, mask);
    return mask;
  };

  return async (picture, marks, { style: styleName, caption = '' }) => {
    const style: Style = STYLES[styleName];
    const { shown, moved } = await surroundings(picture, marks);
    const plan = planCanvas(shown.raster);
    const room = plan.width - 2 * plan.padding;
    const draw = drawAt(Math.round(plan.text * style.size));
    const drawing = moved.map(async (mark, i): Promise<Drawn | undefined> => {
      const words = style.words(mark, i);
      if (words === undefined) return undefined;
      const box = ontoCanvas(plan, shown, mark.box);
      return {
        box,
        outline: withOutline(plan, box),
        colour: style.colours[i % style.colours.length]!,
        text: await shortened(harmless(words), room, draw),
      };
    });
    const drawn = (await Promise.all(drawing)).filter((d) => d !== undefined);
    const strip = await broken(harmless(caption), room, CAPTION_LINES, drawAt(plan.text));
    const base = await resize(shown.raster, plan.picture, 'cubic');
    return paint(plan, style, base, drawn, strip);
  };
}

type Shown = Pick<Picture, 'width' | 'height' | 'raster'>;

/** Of a long picture what is around its marks, where all of it would be too small to be seen; other pictures as they are. */
async function surroundings(
  picture: Shown,
  marks: readonly Mark[],
): Promise<{ shown: Shown; moved: readonly Mark[] }> {
  const { width, height, raster } = picture;
  const scale = RASTER_SIDE / Math.max(raster.width, raster.height);
  if (scale >= 1) return { shown: picture, moved: marks };
  if (marks.length === 0) {
    const size = { width: Math.round(raster.width * scale), height: Math.round(raster.height * scale) };
    return { shown: { width, height, raster: await resize(raster, size, 'cubic') }, moved: marks };
  }
  const wide = width > height;
  const [short, long] = wide ? [height, width] : [width, height];
  const from = Math.min(...marks.map(({ box }) => (wide ? box[0] : box[1])));
  const to = Math.max(...marks.map(({ box }) => (wide ? box[2] : box[3])));
  const length = Math.min(long, Math.max(to - from + short, 1.5 * short));
  const start = Math.round(Math.min(Math.max(0, (from + to - length) / 2), long - length));
  const area: Box = wide ? [start, 0, start + length, height] : [0, start, width, start + length];
  const moved = marks.map((mark): Mark => ({ ...mark, box: shifted(mark.box, -area[0], -area[1]) }));
  return { shown: cropPicture(picture, area), moved };
}

const shifted = ([x1, y1, x2, y2]: Box, dx: number, dy: number): Box => [x1 + dx, y1 + dy, x2 + dx, y2 + dy];

function paint(
  plan: CanvasPlan,
  style: Style,
  base: Raster,
  drawn: readonly Drawn[],
  caption: readonly TextMask[],
): Canvas {
  const named = drawn.filter((d) => d.text.width > 0);
  const placed = placeLabels(
    named.map((d) => ({ size: labelSize(plan, d.text), region: d.outline })),
    plan,
    plan.padding >> 1,
  );
  const lines = caption.filter((line) => line.width > 0);
  const lineHeight = lines[0] ? labelSize(plan, lines[0]).height : 0;
  const captionHeight = lines.length > 0 ? lines.length * lineHeight + plan.padding : 0;
  const canvas = createCanvas(plan.width, placed.height + captionHeight);
  if (plan.left > 0) fillRect(canvas, [0, 0, canvas.width, canvas.height], MARGIN);
  fillRect(canvas, [0, plan.height, canvas.width, canvas.height], MARGIN);

  const recede = style.recede && drawn.length > 0;
  (recede ? copyReceded : copy)(canvas, base, plan.left);
  if (recede) for (const { box } of drawn) copy(canvas, base, plan.left, box);
  // Small regions last, so that their outlines are not crossed by those of what surrounds them.
  for (const d of drawn.toSorted((a, b) => area(b.box) - area(a.box))) {
    drawOutline(canvas, plan, d.outline, d.colour);
  }
  for (const [i, d] of named.entries()) drawLabel(canvas, plan, placed.boxes[i]!, d);
  for (const [i, line] of lines.entries()) {
    stamp(canvas, line, plan.padding, placed.height + plan.padding + i * lineHeight, WHITE);
  }
  return canvas;
}

const labelSize = (plan: CanvasPlan, { width, top, bottom }: TextMask) => ({
  width: Math.min(width + 2 * plan.padding, plan.width),
  height: bottom - top + plan.padding,
});

/** A coloured line between two dark ones is seen on any background. */
function drawOutline(canvas: Canvas, plan: CanvasPlan, outer: Box, colour: Rgb): void {
  strokeRect(canvas, outer, plan.line + 2 * plan.edge, BLACK);
  const { edge } = plan;
  const inner: Box = [outer[0] + edge, outer[1] + edge, outer[2] - edge, outer[3] - edge];
  strokeRect(canvas, inner, plan.line, colour);
}

function drawLabel(canvas: Canvas, plan: CanvasPlan, at: Box, { colour, text }: Drawn): void {
  fillRect(canvas, at, colour);
  stamp(canvas, text, at[0] + plan.padding, at[1] + (plan.padding >> 1), inkOn(colour));
}

const OUTCOME_STYLES: Record<Outcome, AnnotateOptions['style']> = {
  found: 'found',
  'not-present': 'plain',
  undecided: 'candidates',
};

/** What to draw for a verdict: its regions in the style of its outcome, or all considered ones numbered. */
export function annotationOf(verdict: Verdict, all = false): AnnotateOptions & { marks: Mark[] } {
  const { outcome, candidates, considered, presence, question } = verdict;
  const label = ({ label }: Candidate, i: number) => {
    if (outcome !== 'found') return label;
    if (question) return `${i + 1} ${label}`;
    return candidates.length === 1 ? `${label} ${Math.round(presence * 100)} %` : label;
  };
  if (all) return { style: 'candidates', marks: considered.map(({ box, label }) => ({ box, label })) };
  const marks = candidates.map((candidate, i) => ({ box: candidate.box, label: label(candidate, i) }));
  const caption = outcome === 'not-present' ? verdict.sentence : undefined;
  return { style: OUTCOME_STYLES[outcome], marks, ...(caption === undefined ? {} : { caption }) };
}
