import { type Box, clamp, nms } from '../../box.ts';
import type { Size } from '../../picture/picture.ts';
import type { TokenRange } from './text.ts';

/** What one run gave. */
export interface Output {
  /** rows x tokens, before the sigmoid; positions beyond the text may be -Infinity. */
  readonly logits: Float32Array;
  /** rows x 4: centre x, centre y, width, height, as shares of the picture. */
  readonly boxes: Float32Array;
  /** Length of a row of `logits`. */
  readonly tokens: number;
}

/** What a row is scored by: the tokens of a phrase, or of a part of it. */
export interface ScoredRange extends TokenRange {
  /** `max`: the best token counts; `mean`: all of them ("focus"). */
  readonly by: 'max' | 'mean';
}

export interface PostProcessOptions {
  readonly phrases: readonly ScoredRange[];
  /** Of the picture, in pixels. */
  readonly size: Size;
  /** A row is kept when its best phrase scores more, 0..1. */
  readonly threshold: number;
  /** A kept row is labelled with every phrase that scores more, 0..1. */
  readonly textThreshold: number;
  /** Of boxes that overlap more, whatever their phrases, the best scored one is kept. */
  readonly maxIou: number;
}

export interface Detection {
  readonly row: number;
  /** In pixels, cut off at the edges of the picture. */
  readonly box: Box;
  /** Of its best phrase, 0..1. */
  readonly score: number;
  /** The best phrase: an index of the phrases asked for, the lower one of equals. */
  readonly phrase: number;
  /** Aligned with the phrases asked for. */
  readonly phraseScores: readonly number[];
  /** The phrases over the text threshold, in their order. */
  readonly labels: readonly number[];
}

/**
 * The detections in a raw output, best first; of equal ones the lower row first.
 * Rows are judged by logits alone until one is known to count, so that nothing is computed or allocated for the
 * nine in ten that do not.
 * @throws RangeError when the tensors do not fit each other or the phrases
 */
export function postProcess(output: Output, options: PostProcessOptions): Detection[] {
  const { phrases, size, threshold, textThreshold, maxIou } = options;
  check(output, phrases);
  const { logits, boxes, tokens } = output;
  const least = logitOf(threshold);
  const found: Detection[] = [];
  for (let row = 0; row * 4 < boxes.length; row++) {
    if (!reaches(logits, row * tokens, phrases, least)) continue;
    const phraseScores = phrases.map((range) => scoreOf(logits, row * tokens, range));
    const score = Math.max(...phraseScores);
    const box = boxAt(boxes, row, size);
    // A box that is no number compares false. One that lies outside is cut down to nothing, and stays.
    if (!(score > threshold && box[2] >= box[0] && box[3] >= box[1])) continue;
    const labels = phraseScores.flatMap((s, i) => (s > textThreshold ? [i] : []));
    found.push({ row, box, score, phrase: phraseScores.indexOf(score), phraseScores, labels });
  }
  return nms(found, maxIou);
}

/**
 * The rows of an output on which any of the phrases scores more than `floor`, for keeping: a photo leaves a few
 * dozen of 900. Whatever is asked of them at a threshold from `floor` on has the answers of the whole output, except
 * for the numbers of the rows.
 */
export function compact(output: Output, phrases: readonly TokenRange[], floor: number): Output {
  check(output, phrases);
  const { logits, boxes, tokens } = output;
  const width = Math.max(0, ...phrases.map(({ to }) => to));
  const least = logitOf(floor);
  const rows: number[] = [];
  for (let row = 0; row * 4 < boxes.length; row++) {
    if (reaches(logits, row * tokens, phrases, least)) rows.push(row);
  }
  const kept = {
    logits: new Float32Array(rows.length * width),
    boxes: new Float32Array(rows.length * 4),
    tokens: width,
  };
  rows.forEach((row, i) => {
    kept.logits.set(logits.subarray(row * tokens, row * tokens + width), i * width);
    kept.boxes.set(boxes.subarray(row * 4, row * 4 + 4), i * 4);
  });
  return kept;
}

/** How well a phrase fits a row, 0..1, in double precision; what is no number counts nothing. */
export function scoreOf(logits: Float32Array, row: number, { from, to, by }: ScoredRange): number {
  let best = 0;
  let sum = 0;
  for (let at = row + from; at < row + to; at++) {
    const score = sigmoid(logits[at]!);
    if (!(score > 0)) continue;
    if (score > best) best = score;
    sum += score;
  }
  return by === 'max' || to <= from ? best : sum / (to - from);
}

/** Whether any token of any phrase is over a logit. A mean is never more than the best token. */
function reaches(logits: Float32Array, row: number, phrases: readonly TokenRange[], least: number): boolean {
  for (const { from, to } of phrases) {
    for (let at = row + from; at < row + to; at++) if (logits[at]! > least) return true;
  }
  return false;
}

function check({ logits, boxes, tokens }: Output, phrases: readonly TokenRange[]): void {
  const rows = boxes.length / 4;
  if (logits.length !== rows * tokens) {
    throw new RangeError(`${logits.length} logits do not fit ${rows} boxes and ${tokens} tokens`);
  }
  const beyond = phrases.find(({ to }) => to > tokens);
  if (beyond) throw new RangeError(`a phrase ends at token ${beyond.to} of ${tokens}`);
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A hair below the logit of a probability, so that rounding loses no row before its score is known. */
function logitOf(probability: number): number {
  const p = Math.min(Math.max(probability, 0), 1);
  return Math.log(p / (1 - p)) - 1e-9;
}

function boxAt(boxes: Float32Array, row: number, { width, height }: Size): Box {
  const at = row * 4;
  const [x, y, w, h] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]! / 2, boxes[at + 3]! / 2];
  return clamp([(x - w) * width, (y - h) * height, (x + w) * width, (y + h) * height], width, height);
}
