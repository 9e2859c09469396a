import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iou } from '../../../src/box.ts';
import {
  compact,
  type Output,
  type PostProcessOptions,
  postProcess,
  type ScoredRange,
  scoreOf,
} from '../../../src/detector/grounding-dino/post-process.ts';
import { GOLDEN_FOLDER, readJsonFile } from './mini.ts';
import { naive } from './naive-post-process.ts';

interface Post {
  readonly threshold: number;
  readonly text_threshold: number;
  readonly width: number;
  readonly height: number;
  readonly nms_iou: number;
  readonly phrase_token_positions: readonly (readonly number[])[];
  readonly expected: readonly {
    readonly row: number;
    readonly box: readonly number[];
    readonly score: number;
    readonly phrase: number;
    readonly phrase_scores: readonly number[];
    readonly phrase_means: readonly number[];
  }[];
}
interface Run {
  readonly run: number;
  readonly logits: string;
  readonly logits_shape: readonly [number, number];
  readonly boxes: string;
  readonly post: readonly Post[];
}
interface Synthetic {
  readonly case: number;
  readonly logits: readonly (readonly number[])[];
  readonly boxes: readonly (readonly number[])[];
  readonly post: Post;
}

const floats = (name: string): Float32Array =>
  new Float32Array(Uint8Array.from(readFileSync(GOLDEN_FOLDER + name)).buffer);

const runs = (readJsonFile(`${GOLDEN_FOLDER}runs.json`) as Run[]).flatMap(({ run, post, ...files }) =>
  post.map((one, i) => {
    const output: Output = {
      logits: floats(files.logits),
      boxes: floats(files.boxes),
      tokens: files.logits_shape[1],
    };
    return [`run ${run}, ${i}`, output, one] as const;
  }),
);
const synthetic = (readJsonFile(`${GOLDEN_FOLDER}synthetic.json`) as Synthetic[]).map((made) => {
  const output: Output = {
    logits: new Float32Array(made.logits.flat()),
    boxes: new Float32Array(made.boxes.flat()),
    tokens: made.logits[0]!.length,
  };
  return [`case ${made.case}`, output, made.post] as const;
});

const rangesOf = ({ phrase_token_positions: all }: Post): ScoredRange[] =>
  all.map((positions) => ({ from: positions[0]!, to: positions.at(-1)! + 1, by: 'max' }));

const optionsOf = (post: Post): PostProcessOptions => ({
  phrases: rangesOf(post),
  size: post,
  threshold: post.threshold,
  textThreshold: post.text_threshold,
  maxIou: post.nms_iou,
});

describe('the golden outputs', () => {
  it.each([...runs, ...synthetic])('%s: the same rows, boxes and scores', (_, output, post) => {
    const found = postProcess(output, optionsOf(post));
    expect(found.map(({ row, phrase }) => [row, phrase])).toEqual(
      post.expected.map((e) => [e.row, e.phrase]),
    );
    for (const [i, { box, score, phraseScores, labels }] of found.entries()) {
      const wanted = post.expected[i]!;
      for (const [side, v] of box.entries()) expect(Math.abs(v - wanted.box[side]!)).toBeLessThan(0.01);
      expect(score).toBeCloseTo(wanted.score, 5);
      for (const [p, s] of phraseScores.entries()) expect(s).toBeCloseTo(wanted.phrase_scores[p]!, 5);
      expect(labels).toEqual(wanted.phrase_scores.flatMap((s, p) => (s > post.text_threshold ? [p] : [])));
    }
  });

  it.each([...runs, ...synthetic])('%s: the same means, for focus', (_, output, post) => {
    for (const { row, phrase_means: means } of post.expected) {
      for (const [p, range] of rangesOf(post).entries()) {
        const mean = scoreOf(output.logits, row * output.tokens, { ...range, by: 'mean' });
        expect(mean).toBeCloseTo(means[p]!, 5);
      }
    }
  });

  it.each(runs)('%s: the same from the rows that are kept', (_, output, post) => {
    const kept = compact(output, rangesOf(post), post.threshold);
    expect(kept.boxes.length).toBeLessThan(output.boxes.length);
    const withoutRows = (from: Output) =>
      postProcess(from, optionsOf(post)).map(({ row: _row, ...rest }) => rest);
    expect(withoutRows(kept)).toEqual(withoutRows(output));
  });
});

const TOKENS = 7;
// Coarse values, so that equal scores and boxes happen; and what no model should give, but may.
const logit = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -12, max: 12 }).map((n) => n / 4) },
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.NaN, 50, 60, -0),
);
const share = fc.integer({ min: 0, max: 16 }).map((n) => n / 16);
const side = fc.oneof({ weight: 20, arbitrary: share }, fc.constant(Number.NaN));
const row = fc.record({
  logits: fc.array(logit, { minLength: TOKENS, maxLength: TOKENS }),
  box: fc.tuple(side, side, share, share),
});
type Row = { readonly logits: readonly number[]; readonly box: readonly number[] };
const rows = fc.array(row, { maxLength: 30 });

const outputOf = (made: readonly Row[]): Output => ({
  logits: new Float32Array(made.flatMap(({ logits }) => logits)),
  boxes: new Float32Array(made.flatMap(({ box }) => box)),
  tokens: TOKENS,
});

const range = fc
  .tuple(fc.nat(TOKENS), fc.nat(TOKENS), fc.constantFrom('max', 'mean'))
  .map(([a, b, by]): ScoredRange => ({ from: Math.min(a, b), to: Math.max(a, b), by }));
const options = fc.record({
  phrases: fc.array(range, { maxLength: 3 }),
  size: fc.constant({ width: 64, height: 32 }),
  threshold: fc.constantFrom(0, 0.2, 0.5, 0.9, 1),
  textThreshold: fc.constantFrom(0.1, 0.5),
  maxIou: fc.constantFrom(0, 0.5, 0.7),
});

describe('any output', () => {
  it('gives what a slow and plain reading of the rules gives', () => {
    fc.assert(
      fc.property(rows, options, (made, asked) => {
        const found = postProcess(outputOf(made), asked);
        const wanted = naive(made, asked);
        expect(found.map(({ row: at, phrase, labels }) => ({ row: at, phrase, labels }))).toEqual(
          wanted.map(({ row: at, phrase, labels }) => ({ row: at, phrase, labels })),
        );
        for (const [i, { box, phraseScores }] of found.entries()) {
          for (const [s, v] of box.entries()) expect(v).toBeCloseTo(wanted[i]!.box[s]!, 9);
          for (const [p, v] of phraseScores.entries()) expect(v).toBeCloseTo(wanted[i]!.phraseScores[p]!, 12);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same from the rows that are kept, at any threshold from the floor on', () => {
    fc.assert(
      fc.property(rows, options, fc.constantFrom(0, 0.05, 0.2), (made, asked, floor) => {
        fc.pre(asked.threshold >= floor);
        const output = outputOf(made);
        const all = postProcess(output, asked);
        const kept = postProcess(compact(output, asked.phrases, floor), asked);
        expect(kept.map(({ row: _, ...rest }) => rest)).toEqual(all.map(({ row: _, ...rest }) => rest));
      }),
    );
  });

  it('gives a lower threshold more, and what a higher one gave first', () => {
    fc.assert(
      fc.property(rows, options, (made, asked) => {
        const output = outputOf(made);
        const high = postProcess(output, { ...asked, threshold: 0.5 });
        const low = postProcess(output, { ...asked, threshold: 0.2 });
        expect(low.slice(0, high.length)).toEqual(high);
      }),
    );
  });

  it('gives boxes inside the picture, best first, none over another', () => {
    fc.assert(
      fc.property(rows, options, (made, asked) => {
        const found = postProcess(outputOf(made), asked);
        for (const [i, a] of found.entries()) {
          const [x1, y1, x2, y2] = a.box;
          expect(0 <= x1 && x1 <= x2 && x2 <= 64 && 0 <= y1 && y1 <= y2 && y2 <= 32).toBe(true);
          for (const b of found.slice(i + 1)) {
            expect(a.score > b.score || (a.score === b.score && a.row < b.row)).toBe(true);
            expect(iou(a.box, b.box)).toBeLessThanOrEqual(asked.maxIou);
          }
        }
      }),
    );
  });

  it('does not depend on the order of rows, but where they tie', () => {
    fc.assert(
      fc.property(rows, options, (made, asked) => {
        const distinct = made.map(({ logits, box }, i) => ({
          logits: logits.map((v) => (Math.abs(v) < 50 ? v + i / 1000 : v)),
          box,
        }));
        const scores = postProcess(outputOf(distinct), { ...asked, maxIou: 1 }).map(({ score }) => score);
        fc.pre(new Set(scores).size === scores.length);
        const what = (all: readonly Row[]) =>
          postProcess(outputOf(all), asked).map(({ box, score, phrase }) => ({ box, score, phrase }));
        expect(what(distinct.toReversed())).toEqual(what(distinct));
      }),
    );
  });
});

describe('the rules', () => {
  const box = [0.5, 0.5, 0.5, 0.5];
  const plain: PostProcessOptions = {
    phrases: [
      { from: 1, to: 3, by: 'max' },
      { from: 4, to: 6, by: 'max' },
    ],
    size: { width: 100, height: 100 },
    threshold: 0.3,
    textThreshold: 0.25,
    maxIou: 0.7,
  };

  it('hear only the tokens of phrases: not [CLS], ".", [SEP] or what lies behind', () => {
    const logits = [9, -9, -9, 9, -9, -9, 9];
    expect(postProcess(outputOf([{ logits, box }]), plain)).toEqual([]);
  });

  it('label a row with every phrase over the text threshold, and keep it by the best one', () => {
    const logits = [0, -9, 0.5, 0, -0.9, -9, 0];
    const [found] = postProcess(outputOf([{ logits, box }]), plain);
    expect(found).toMatchObject({ row: 0, phrase: 0, labels: [0, 1], box: [25, 25, 75, 75] });
    const [strict] = postProcess(outputOf([{ logits, box }]), { ...plain, textThreshold: 0.7 });
    expect(strict).toMatchObject({ phrase: 0, labels: [] });
  });

  it('need more than the threshold', () => {
    const logits = [0, 0, -9, 0, -9, -9, 0];
    expect(postProcess(outputOf([{ logits, box }]), { ...plain, threshold: 0.5 })).toEqual([]);
    expect(postProcess(outputOf([{ logits, box }]), { ...plain, threshold: 0.49 })).toHaveLength(1);
  });

  it('keep the lower row of two that are equal', () => {
    const logits = [0, 2, -9, 0, 2, -9, 0];
    const found = postProcess(
      outputOf([
        { logits, box },
        { logits, box },
      ]),
      plain,
    );
    expect(found.map(({ row: at, phrase }) => [at, phrase])).toEqual([[0, 0]]);
  });

  it('do not take for equal what only overlaps as much as is allowed', () => {
    // 45 columns of 50 + 5 are shared.
    const made = [box, [0.55, 0.5, 0.5, 0.5]].map((one) => ({ logits: [0, 2, 0, 0, 0, 0, 0], box: one }));
    const overlap = 45 / 55;
    expect(postProcess(outputOf(made), { ...plain, maxIou: overlap - 1e-6 })).toHaveLength(1);
    expect(postProcess(outputOf(made), { ...plain, maxIou: overlap + 1e-6 })).toHaveLength(2);
  });

  it('refuse tensors that do not fit', () => {
    const output = outputOf([{ logits: [0, 0, 0, 0, 0, 0, 0], box }]);
    expect(() => postProcess({ ...output, tokens: 6 }, plain)).toThrow(
      '7 logits do not fit 1 boxes and 6 tokens',
    );
    const beyond: PostProcessOptions = { ...plain, phrases: [{ from: 1, to: 9, by: 'max' }] };
    expect(() => postProcess(output, beyond)).toThrow('a phrase ends at token 9 of 7');
  });
});
