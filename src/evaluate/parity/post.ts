import {
  type Output,
  postProcess,
  type ScoredRange,
  scoreOf,
} from '../../specialist/grounding-dino/post-process.ts';
import { apart } from './apart.ts';
import type { Outcome } from './finding.ts';
import type { GoldenPost } from './golden.ts';

/** The detections in a raw output, against those that the golden file wants. */
export function comparePost(output: Output, golden: GoldenPost, at: string): Outcome[] {
  const ranges = golden.phrase_token_positions.map(rangeOf);
  const made = postProcess(output, {
    phrases: ranges,
    size: golden,
    threshold: golden.threshold,
    textThreshold: golden.text_threshold,
    maxIou: golden.nms_iou,
  });
  const length = Math.max(made.length, golden.expected.length);
  const pairs = Array.from({ length }, (_, i) => [made[i], golden.expected[i]] as const);
  const rows = pairs.filter(([a, b]) => a?.row !== b?.row || a?.phrase !== b?.phrase).length;
  const both = pairs.flatMap(([a, b]) => (a && b ? [[a, b] as const] : []));
  const boxes = both.map(([a, b]) => apart(a.box, b.box));
  const scores = both.flatMap(([a, b]) => [
    apart([a.score, ...a.phraseScores], [b.score, ...b.phrase_scores]),
    b.phrase_means ? apart(means(output, b.row, ranges), b.phrase_means) : 0,
  ]);
  return [
    { kind: 'detections: rows', difference: rows, at },
    { kind: 'detections: boxes', difference: worst(boxes), at },
    { kind: 'detections: scores', difference: worst(scores), at },
    ...compareReference(output, golden, at),
  ];
}

/** The reference judges a row by all its tokens, neither cuts boxes off nor suppresses any, and keeps their order. */
function compareReference(
  output: Output,
  { reference, threshold, width, height }: GoldenPost,
  at: string,
): Outcome[] {
  if (!reference) return [];
  const all: ScoredRange = { from: 0, to: output.tokens, by: 'max' };
  const rows = Array.from({ length: output.boxes.length / 4 }, (_, row) => row)
    .map((row) => ({ row, score: scoreOf(output.logits, row * output.tokens, all) }))
    .filter(({ score }) => score > threshold);
  const boxes = rows.flatMap(({ row }) => {
    const [x, y, w, h] = output.boxes.subarray(row * 4, row * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height];
  });
  return [
    {
      kind: "reference's own: boxes",
      difference: apart(
        boxes,
        reference.flatMap(({ box }) => box),
      ),
      at,
    },
    {
      kind: "reference's own: scores",
      difference: apart(
        rows.map(({ score }) => score),
        reference.map(({ score }) => score),
      ),
      at,
    },
  ];
}

const rangeOf = (positions: readonly number[]): ScoredRange => ({
  from: positions[0]!,
  to: positions.at(-1)! + 1,
  by: 'max',
});

const means = (output: Output, row: number, ranges: readonly ScoredRange[]): number[] =>
  ranges.map((range) => scoreOf(output.logits, row * output.tokens, { ...range, by: 'mean' }));

const worst = (differences: readonly number[]): number => Math.max(0, ...differences);
