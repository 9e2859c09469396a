import { type Box, nms } from '../../box.ts';
import { fromTensor, type Mapping } from '../../picture/mapping.ts';
import type { Region } from '../specialist.ts';

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
