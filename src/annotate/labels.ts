import { area, type Box, centre, intersection } from '../box.ts';
import type { Size } from '../picture/picture.ts';

/** A label to be placed: how large it is, and what it names. All in pixels of the canvas. */
export interface Unplaced {
  readonly size: Size;
  /** The marked region with its outline. */
  readonly region: Box;
}

export interface Placed {
  /** One box a label, in the order given. */
  readonly boxes: readonly Box[];
  /** Height of the canvas: the given one, or more where a strip had to be added below. */
  readonly height: number;
}

/** A label may hide this share of a region other than its own before the strip below is the better place. */
const HIDEABLE = 0.1;
/** Where along an edge a label is tried: at either end, in the middle, in between. */
const ALONG = [0, 1, 0.5, 0.25, 0.75];

/**
 * Puts each label right above, below, right or left of its region: inside the canvas, off its own region, off
 * the other labels, and if there is any such spot, off all regions. Where no spot is left, a strip is added
 * below the picture. A pure function; labels must not be wider than the canvas.
 */
export function placeLabels(labels: readonly Unplaced[], canvas: Size, gap: number): Placed {
  const boxes: (Box | undefined)[] = [];
  for (const label of labels) {
    const taken = boxes.filter((b) => b !== undefined);
    const others = labels.filter((other) => other !== label).map((other) => other.region);
    boxes.push(besideRegion(label, canvas, gap, taken, others));
  }
  return fillStrip(labels, boxes, canvas, gap);
}

function besideRegion(
  { size, region }: Unplaced,
  canvas: Size,
  gap: number,
  taken: readonly Box[],
  others: readonly Box[],
): Box | undefined {
  let best: Box | undefined;
  let leastHidden = HIDEABLE;
  for (const spot of spots(size, region, canvas)) {
    if (intersection(spot, region) > 0 || taken.some((t) => intersection(spot, grown(t, gap)) > 0)) continue;
    const hidden = Math.max(0, ...others.map((o) => share(spot, o)));
    if (hidden === 0) return spot;
    if (hidden < leastHidden) [best, leastHidden] = [spot, hidden];
  }
  return best;
}

/** Best first: above, below, right, left, each at several positions along the edge. */
function* spots({ width: w, height: h }: Size, [x1, y1, x2, y2]: Box, canvas: Size): Generator<Box> {
  const within = (at: number, length: number, max: number) =>
    Math.min(Math.max(Math.round(at), 0), max - length);
  const [top, bottom] = [Math.floor(y1) - h, Math.ceil(y2)];
  const [left, right] = [Math.floor(x1) - w, Math.ceil(x2)];
  for (const y of [top, bottom]) {
    if (y < 0 || y + h > canvas.height) continue;
    for (const t of ALONG) {
      const x = within(x1 + t * (x2 - x1 - w), w, canvas.width);
      yield [x, y, x + w, y + h];
    }
  }
  if (h > canvas.height) return;
  for (const x of [right, left]) {
    if (x < 0 || x + w > canvas.width) continue;
    for (const t of ALONG) {
      const y = within(y1 + t * (y2 - y1 - h), h, canvas.height);
      yield [x, y, x + w, y + h];
    }
  }
}

/** Labels without a spot go below the picture, each as near as can be under what it names. */
function fillStrip(
  labels: readonly Unplaced[],
  boxes: readonly (Box | undefined)[],
  canvas: Size,
  gap: number,
): Placed {
  const waiting = labels.filter((_, i) => boxes[i] === undefined);
  if (waiting.length === 0) return { boxes: boxes as readonly Box[], height: canvas.height };
  const rowHeight = Math.max(...waiting.map((label) => label.size.height)) + gap;
  // From left to right, so that each row fills up without crossing over.
  const order = waiting.toSorted((a, b) => centre(a.region)[0] - centre(b.region)[0]);
  const found = new Map<Unplaced, Box>();
  let row = 0;
  let free = 0;
  for (const label of order) {
    const { width: w, height: h } = label.size;
    if (free + w > canvas.width) [row, free] = [row + 1, 0];
    const wanted = Math.round(centre(label.region)[0] - w / 2);
    const x = Math.min(Math.max(wanted, free), canvas.width - w);
    const y = canvas.height + gap + row * rowHeight;
    found.set(label, [x, y, x + w, y + h]);
    free = x + w + gap;
  }
  return {
    boxes: labels.map((label, i) => boxes[i] ?? found.get(label)!),
    height: canvas.height + gap + (row + 1) * rowHeight,
  };
}

const grown = (b: Box, by: number): Box => [b[0] - by, b[1] - by, b[2] + by, b[3] + by];

/** How much of a region a label hides, 0..1. */
const share = (label: Box, region: Box): number => intersection(label, region) / Math.max(area(region), 1);

const ELLIPSIS = '…';
/** Longer than anything that fits, short enough to be drawn at once. */
const MAX_LABEL_LENGTH = 120;

/**
 * Untrusted text as one harmless line: control, formatting and direction characters (which could reverse what
 * is read), unpaired surrogates and emoji (which no font here can draw) are dropped, white space becomes one
 * blank, and heaps of accents are cut down to two.
 */
export function harmless(text: string): string {
  return text
    .slice(0, 20 * MAX_LABEL_LENGTH)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/(?![\u200c\u200d])\p{C}|\p{Extended_Pictographic}|[\ufe0e\ufe0f]/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .replace(/ +/g, ' ')
    .trim();
}

type Draw<T> = (text: string) => Promise<T>;
interface Wide {
  /** In pixels. */
  readonly width: number;
}

/** A percentage at the end says how sure the answer is: the words before it give way first. */
const PERCENTAGE = / \d+ ?%$/;

/** As much of a text as fits, with an ellipsis where something was left out. */
export async function shortened<T extends Wide>(text: string, maxWidth: number, draw: Draw<T>): Promise<T> {
  const tail = PERCENTAGE.exec(text)?.[0] ?? '';
  const head = text.slice(0, text.length - tail.length);
  const letters = [...new Intl.Segmenter('en').segment(head)].map((s) => s.segment);
  let kept = Math.min(letters.length, MAX_LABEL_LENGTH);
  for (;;) {
    const whole = kept === letters.length;
    const start = whole ? head : letters.slice(0, kept).join('').trimEnd() + ELLIPSIS;
    const drawn = await draw(start + tail);
    if (drawn.width <= maxWidth || kept === 0) return drawn;
    // Usually right at the second try: widths are nearly proportional to the number of letters.
    const length = kept + tail.length;
    kept = Math.max(0, Math.min(kept - 1, Math.floor((length * maxWidth) / drawn.width) - tail.length));
  }
}

/** A text broken between words into at most `most` lines that fit; the last one is shortened. */
export async function broken<T extends Wide>(
  text: string,
  maxWidth: number,
  most: number,
  draw: Draw<T>,
): Promise<T[]> {
  const words = text.split(' ');
  const all = await draw(text.slice(0, most * MAX_LABEL_LENGTH));
  if (most === 1 || words.length === 1 || all.width <= maxWidth)
    return [await shortened(text, maxWidth, draw)];
  let kept = Math.min(words.length - 1, Math.ceil((words.length * maxWidth) / all.width) + 1);
  while (kept > 1 && (await draw(words.slice(0, kept).join(' '))).width > maxWidth) kept--;
  const first = await shortened(words.slice(0, kept).join(' '), maxWidth, draw);
  return [first, ...(await broken(words.slice(kept).join(' '), maxWidth, most - 1, draw))];
}
