import { type Box, iou, nms } from '../../box.ts';
import type { Picture } from '../../picture/picture.ts';
import { isLong, type Size } from '../../picture/picture.ts';
import { fromTensor, type Mapping } from '../../picture/tensor.ts';
import type { Region } from '../detector.ts';

/** What the detector is shown: the picture, its mirror image, or a part of it. */
export interface View {
  readonly kind: 'whole' | 'mirrored' | 'part';
  /** Of the picture, in pixels of the oriented picture. */
  readonly area: Box;
}

const PART = 0.6;
/** A tile is so much longer than its picture is high, and overlaps the next one by so much of that height. */
const TILE = 0.9;
const OVERLAP = 0.4;
/** Each is looked at twice: with more of them a question would take more than three seconds on two cores. */
const MAX_TILES = 8;

/**
 * The picture, its mirror image, and two overlapping parts along its longer side. A detector of fixed input size sees
 * small things in a part that it misses in the whole, and what it takes for something in one view only is doubtful. Of a
 * long picture the parts are as many overlapping tiles as it takes, each with its mirror image.
 */
export function viewsOf({ width, height }: Pick<Picture, 'width' | 'height'>): View[] {
  const whole: Box = [0, 0, width, height];
  const [short, long] = width < height ? [width, height] : [height, width];
  const along = (from: number, to: number): Box =>
    width >= height
      ? [Math.round(from), 0, Math.round(to), height]
      : [0, Math.round(from), width, Math.round(to)];
  const twice = (area: Box): View[] => [
    { kind: 'whole', area },
    { kind: 'mirrored', area },
  ];
  if (isLong({ width, height }))
    return [whole, ...tilesOf(long, short).map(([a, b]) => along(a, b))].flatMap(twice);
  const parts = [along(0, PART * long), along((1 - PART) * long, long)];
  return [...twice(whole), ...parts.map((area): View => ({ kind: 'part', area }))];
}

/** From where to where each tile reaches along the longer side. */
function tilesOf(long: number, short: number): [from: number, to: number][] {
  const fitting = Math.ceil((long - OVERLAP * short) / ((TILE - OVERLAP) * short));
  const count = Math.min(fitting, MAX_TILES);
  const length = (long + (count - 1) * OVERLAP * short) / count;
  return Array.from({ length: count }, (_, i) => {
    const from = i * (length - OVERLAP * short);
    return [from, Math.min(long, from + length)];
  });
}

/** What is smaller than this part of a tile is looked at more closely, at so many places, best first. */
const SMALL = 0.5;
const MAX_CLOSER = 4;
/** A closer look shows so many times what is to be seen in it, to each side; and no less than this part of a tile. */
const AROUND = 2.2;
const LEAST_CLOSER = 0.3;

/**
 * Closer looks at the small things in a long picture, whose boxes are coarse in a tile: squares around what was seen, of
 * things close to each other one, each with its mirror image.
 * @param seen best first, as fused from all tiles
 */
export function closerViewsOf(seen: readonly Region[], size: Size): View[] {
  if (!isLong(size)) return [];
  const short = Math.min(size.width, size.height);
  const areas: Box[] = [];
  for (const { box } of seen) {
    const side = Math.max(box[2] - box[0], box[3] - box[1]);
    if (areas.length === MAX_CLOSER) break;
    if (side > SMALL * short || areas.some((area) => isInner(area, box, size))) continue;
    areas.push(squareAround(box, Math.min(short, Math.max(AROUND * side, LEAST_CLOSER * short)), size));
  }
  return areas.flatMap((area): View[] => [
    { kind: 'whole', area },
    { kind: 'mirrored', area },
  ]);
}

function squareAround([x1, y1, x2, y2]: Box, side: number, { width, height }: Size): Box {
  const from = (center: number, most: number) =>
    Math.round(Math.max(0, Math.min(center - side / 2, most - side)));
  const left = from((x1 + x2) / 2, width);
  const top = from((y1 + y2) / 2, height);
  return [left, top, Math.min(width, Math.round(left + side)), Math.min(height, Math.round(top + side))];
}

/** Whether a box lies in an area and is not cut by it. */
export const isInner = (area: Box, box: Box, size: Size): boolean =>
  area[0] <= box[0] &&
  area[1] <= box[1] &&
  area[2] >= box[2] &&
  area[3] >= box[3] &&
  !isCut({ kind: 'whole', area }, box, size);

/** Mirrors a planar tensor in place, row by row. */
export function mirror(data: Float32Array, width: number): Float32Array {
  for (let from = 0; from < data.length; from += width) data.subarray(from, from + width).reverse();
  return data;
}

/** A box seen in a view, in pixels of the picture. */
export function fromView({ kind, area }: View, [x1, y1, x2, y2]: Box): Box {
  const left = area[0];
  const top = area[1];
  if (kind === 'mirrored') return [area[2] - x2, y1 + top, area[2] - x1, y2 + top];
  return [x1 + left, y1 + top, x2 + left, y2 + top];
}

/** Whether a tile shows it as well and better: in the whole of a long picture only what no tile holds counts. */
export function isForTiles({ area }: View, [x1, y1, x2, y2]: Box, { width, height }: Size): boolean {
  if (!isLong({ width, height }) || area[2] - area[0] < width || area[3] - area[1] < height) return false;
  return Math.max(x2 - x1, y2 - y1) < OVERLAP * Math.min(width, height);
}

const EDGE = 0.012;

/** Whether a box touches a side of its view where the picture goes on: a thing cut in two. */
export function isCut(
  { area }: View,
  box: Box,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): boolean {
  const dx = EDGE * width;
  const dy = EDGE * height;
  return (
    (area[0] > 0 && box[0] < area[0] + dx) ||
    (area[2] < width && box[2] > area[2] - dx) ||
    (area[1] > 0 && box[1] < area[1] + dy) ||
    (area[3] < height && box[3] > area[3] - dy)
  );
}

/** What the graph gives: `rows` boxes (xyxy in pixels of the input square) and their class probabilities. */
export interface Output {
  /** rows x 4 */
  readonly boxes: Float32Array;
  /** rows x labels, each 0..1 by itself: a row may be plausible as several classes. */
  readonly scores: Float32Array;
}

export interface DecodeOptions {
  /** Class names in the order of the columns of `scores`. */
  readonly labels: readonly string[];
  /** Where in the input square the picture lies. */
  readonly mapping: Mapping;
  /** Lowest probability kept, 0..1. */
  readonly minScore: number;
  /** Boxes of one class that overlap more are one object. */
  readonly maxIou: number;
  /** Most regions returned. */
  readonly max: number;
}

/**
 * Bound on what enters NMS, and so on how long the caller is blocked: a photo has about 1300 hits over .05, the
 * most crowded of 87 had 7278, and took 5 ms to decode.
 */
const MAX_BEFORE_NMS = 2000;

interface Hit {
  readonly row: number;
  readonly column: number;
  readonly score: number;
}

/**
 * The regions of a detector's raw output, best first: every (row, class) over the floor, suppressed within its
 * class, inside the picture.
 * @throws RangeError when the tensors do not fit the labels
 */
export function decode(output: Output, options: DecodeOptions): Region[] {
  const { labels, mapping, minScore, maxIou, max } = options;
  const classes = labels.length;
  const rows = output.boxes.length / 4;
  if (output.scores.length !== rows * classes) {
    throw new RangeError(`${output.scores.length} scores do not fit ${rows} boxes and ${classes} labels`);
  }
  const byClass: Region[][] = labels.map(() => []);
  for (const { row, column, score } of bestHits(output.scores, classes, minScore)) {
    const box = fromTensor(mapping, boxAt(output.boxes, row));
    if (box[2] > box[0] && box[3] > box[1]) byClass[column]?.push({ box, score, label: labels[column]! });
  }
  return byClass
    .flatMap((regions) => nms(regions, maxIou))
    .sort((a, b) => b.score - a.score)
    .slice(0, max);
}

function bestHits(scores: Float32Array, classes: number, minScore: number): Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at < scores.length; at += 1) {
    const score = scores[at]!;
    if (score >= minScore) hits.push({ row: Math.floor(at / classes), column: at % classes, score });
  }
  return hits.sort((a, b) => b.score - a.score).slice(0, MAX_BEFORE_NMS);
}

const boxAt = (boxes: Float32Array, row: number): Box => {
  const at = row * 4;
  return [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
};

/** A region with the kind of view that showed it. */
export interface Seen extends Region {
  readonly view: View['kind'];
}

const SAME_IOU = 0.55;

/**
 * One list of regions from those of several views: what was seen at the same place as the same thing becomes one
 * region, its box the mean weighted by score. Its score is the mean of the whole and its mirror image, so that
 * seeing it in one of them counts half; a part that shows it may raise or lower that, and alone counts half.
 * @param maxIou regions of one label that still overlap more than this are one
 */
export function fuse(seen: readonly Seen[], { maxIou, max }: { maxIou: number; max: number }): Region[] {
  const labels = new Set(seen.map((region) => region.label));
  return [...labels]
    .map((label) => seen.filter((region) => region.label === label))
    .flatMap((regions) => nms(groups(regions).map(merge), maxIou))
    .sort((a, b) => b.score - a.score)
    .slice(0, max);
}

/** Greedy groups around the best scored region that is left. */
function groups(regions: readonly Seen[]): Seen[][] {
  let left = regions.toSorted((a, b) => b.score - a.score);
  const found: Seen[][] = [];
  while (left.length > 0) {
    const best = left[0]!;
    const near = (r: Seen) => iou(r.box, best.box) > SAME_IOU;
    found.push([best, ...left.slice(1).filter(near)]);
    left = left.slice(1).filter((r) => !near(r));
  }
  return found;
}

function merge(group: readonly Seen[]): Region {
  const best = (kind: View['kind']) =>
    Math.max(0, ...group.filter((r) => r.view === kind).map((r) => r.score));
  const whole = (best('whole') + best('mirrored')) / 2;
  const part = best('part');
  const score = part === 0 ? 0.95 * whole : whole === 0 ? 0.5 * part : 0.6 * whole + 0.4 * part;
  const total = group.reduce((sum, r) => sum + r.score, 0);
  const mean = (i: 0 | 1 | 2 | 3) => group.reduce((sum, r) => sum + r.box[i] * r.score, 0) / total;
  const box: Box = [mean(0), mean(1), mean(2), mean(3)];
  return { box, score, label: group[0]!.label };
}
