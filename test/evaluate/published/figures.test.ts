import { describe, expect, it } from 'vitest';
import { separation } from '../../../src/evaluate/metrics/curves.ts';
import { sortPoints } from '../../../src/evaluate/metrics/metrics.ts';
import type { Annotation, Prediction } from '../../../src/evaluate/prediction.ts';
import {
  boxFigures,
  judge,
  letterFigures,
  nearestFpr95,
  routedFigures,
  SCRIPTS,
} from '../../../src/evaluate/published/figures.ts';
import { rowOf } from '../../../src/evaluate/score/items.ts';
import { answer, negative, positive, RIGHT, WRONG } from '../score/made.ts';

const judged = (pairs: readonly (readonly [Annotation, Prediction])[], script = SCRIPTS.boxes as never) =>
  pairs.map(([annotation, prediction]) => judge(rowOf(annotation), prediction, script));

const points = (positives: readonly number[], negatives: readonly number[]) =>
  sortPoints([
    ...positives.map((score) => ({ score, positive: true, image: 0 })),
    ...negatives.map((score) => ({ score, positive: false, image: 0 })),
  ]);

describe('FPR95 as published', () => {
  it('is read where the true positive rate is nearest to .95, also below it', () => {
    // Nine of ten pass .5; the tenth passes with a negative. Of .9 and 1, .9 is nearer by a rounding error.
    const positives = [...Array<number>(9).fill(0.5), 0.1];
    expect(nearestFpr95(points(positives, [0.1, 0.05]))).toBe(0);
    expect(separation(points(positives, [0.1, 0.05])).fpr95).toBe(0.5);
  });

  it('is read at the last of several thresholds that are equally near', () => {
    // 19 of 20 pass at .5; negatives between .5 and .1 do not change the true positive rate.
    const positives = [...Array<number>(19).fill(0.5), 0.1];
    expect(nearestFpr95(points(positives, [0.45, 0.4, 0.05, 0.04]))).toBe(0.5);
  });

  it('is never read beyond the first threshold that passes all positives', () => {
    expect(nearestFpr95(points([0.5, 0.5], [0.4, 0.3]))).toBe(0);
  });
});

describe('what the script for boxes prints', () => {
  it('counts only what is answered, by level, in percent', () => {
    const { precision } = boxFigures(
      judged([
        [positive('a'), answer('a')],
        [positive('b'), answer('b', { boxes: [WRONG, RIGHT] })],
        [positive('c'), answer('c', { boxes: [] })],
        [positive('d', { level: 3 }), answer('d')],
      ]),
    );
    expect(precision['1']).toEqual({ 1: 33.33, 5: 66.67, 10: 66.67 });
    expect(precision['3']).toEqual({ 1: 100, 5: 100, 10: 100 });
    expect(precision['2']).toEqual({ 1: null, 5: null, 10: null });
  });

  it('has the best box as score, 0 without one, and calls level 1 against all "overall"', () => {
    const { separation, recall } = boxFigures(
      judged([
        [positive('a'), answer('a', { scores: [0.6] })],
        [positive('b', { level: 2 }), answer('b', { scores: [0.1] })],
        [negative('n', 'a'), answer('n', { boxes: [] })],
        [negative('m', 'b'), answer('m', { scores: [0.7] })],
      ]),
    );
    expect(separation.overall).toEqual({ AUROC: 50, FPR95: 50, AUPR: 50, negatives: 2 });
    expect(separation['flip 1 text']).toMatchObject({ AUROC: 50, negatives: 2 });
    expect(recall['flip 1 text']).toEqual({ 1: 50, 5: 100, 10: 100, positives: 2 });
  });

  it('does not cut the reference box, though it reaches over the edge of the picture', () => {
    const over = positive('a', { bbox: [80, 80, 40, 40], width: 100, height: 100 });
    const inside = answer('a', { boxes: [[80, 80, 100, 100]] });
    expect(boxFigures(judged([[over, inside]])).precision['1']).toMatchObject({ 1: 0 });
  });

  it('sorts the boxes of a text, the last of equal scores first, and cuts them to whole pixels', () => {
    const text = answer('a', { boxes: [WRONG, RIGHT], scores: [0.5, 0.5] });
    expect(boxFigures(judged([[positive('a'), text]])).precision['1']).toMatchObject({ 1: 0, 5: 100 });
    const asText = judged([[positive('a'), text]], SCRIPTS.text as never);
    expect(boxFigures(asText).precision['1']).toMatchObject({ 1: 100 });

    // 200 of 400 as it is; whole pixels make it 190 of 400.
    const half = answer('a', { boxes: [[10.9, 10, 30, 20.9]] });
    const cut = judged([[positive('a'), half]], SCRIPTS.text as never);
    expect(boxFigures(judged([[positive('a'), half]])).precision['1']).toMatchObject({ 1: 100 });
    expect(boxFigures(cut).precision['1']).toMatchObject({ 1: 100 });
    const less = answer('a', { boxes: [[10, 10, 20.5, 29.9]] });
    expect(boxFigures(judged([[positive('a'), less]])).precision['1']).toMatchObject({ 1: 100 });
    expect(boxFigures(judged([[positive('a'), less]], SCRIPTS.text as never)).precision['1']).toMatchObject({
      1: 0,
    });
  });
});

describe('what the script for letters prints', () => {
  const none = (id: string, presence: number) =>
    answer(id, { boxes: [], presence, outcome: 'not-present' as const });

  it('has levels 2 and 3 as "2", and the rejection of negatives as "3"', () => {
    const { precision } = letterFigures(
      judged([
        [positive('a'), answer('a')],
        [positive('b', { level: 2 }), answer('b')],
        [positive('c', { level: 3 }), answer('c', { boxes: [WRONG] })],
        [negative('n', 'a'), none('n', 0.2)],
        [negative('m', 'a'), answer('m')],
      ]),
    );
    expect(precision).toEqual({ ovr: 66.67, 1: 100, 2: 50, 3: 50 });
  });

  it('turns the score round for a negative answered None: a model that always says None is perfect', () => {
    const { separation, recall } = letterFigures(
      judged([
        [positive('a'), none('a', 0.1)],
        [negative('n', 'a'), none('n', 0.1)],
      ]),
    );
    expect(separation['flip 1 text']).toEqual({ AUROC: 100, FPR95: 0, AUPR: 100 });
    expect(recall['flip 1 text']).toEqual({ 1: 0 });
  });

  it('lets a rejected negative compete in recall', () => {
    const { recall } = letterFigures(
      judged([
        [positive('a'), answer('a', { scores: [0.4] })],
        [negative('n', 'a'), none('n', 0.5)],
      ]),
    );
    expect(recall['flip 1 text']).toEqual({ 1: 0 });
  });
});

it('the script for routed questions wants an IoU above .5, and has precision by who decided', () => {
  const exactlyHalf = answer('a', { route: 'specialist', boxes: [[10, 10, 30, 20]] });
  const figures = routedFigures(
    judged([
      [positive('a'), exactlyHalf],
      [positive('b'), answer('b', { route: 'mllm' })],
      [negative('n', 'a'), answer('n', { route: 'mllm', boxes: [WRONG] })],
    ]),
  );
  expect(figures).toEqual({ 'single object': 0, 'several objects': 100, overall: 50 });
  expect(boxFigures(judged([[positive('a'), exactlyHalf]])).precision['1']).toMatchObject({ 1: 100 });
});
