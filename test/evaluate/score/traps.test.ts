import { describe, expect, it } from 'vitest';
import { type Box, iou } from '../../../src/box.ts';
import type { Prediction } from '../../../src/evaluate/prediction.ts';
import { answer, countOf, figured, negative, positive, RIGHT, scored, WRONG } from './made.ts';

/**
 * What the published scripts do wrong. Each rule is written out as it is there, gives its wrong figure, and is not ours.
 */
describe('a published trap', () => {
  const levels = [
    ...[positive('a', { level: 1 }), positive('b', { level: 2 }), positive('c', { level: 3 })],
    positive('d', { level: 3 }),
    ...[negative('n', 'a'), negative('m', 'b')],
  ];
  const answers = [
    ...[answer('a'), answer('b'), answer('c', { boxes: [WRONG] }), answer('d', { boxes: [WRONG] })],
    answer('n', { outcome: 'not-present', boxes: [], presence: 0.1 }),
    answer('m', { outcome: 'not-present', boxes: [], presence: 0.1 }),
  ];

  it('level 3 is the rejection rate: here it is level 3', async () => {
    const scores = await scored(levels, answers);
    const toNegatives = answers.filter(({ id }) => ['n', 'm'].includes(id));
    const oldLevel3 = toNegatives.filter(({ boxes }) => boxes.length === 0).length / toNegatives.length;
    expect(oldLevel3).toBe(1);
    expect(countOf(scores, 'precision@1', 'level 3')).toBe('0/2');
    expect(countOf(scores, 'rejection', 'all negatives')).toBe('2/2');
  });

  it('level 3 counts as level 2: here each level has its own denominator', async () => {
    const scores = await scored(levels, answers);
    const oldLevel = (level: number) => Math.min(2, level);
    expect(levels.slice(0, 4).filter(({ level }) => oldLevel(level) === 2)).toHaveLength(3);
    expect(countOf(scores, 'precision@1', 'level 1')).toBe('1/1');
    expect(countOf(scores, 'precision@1', 'level 2')).toBe('1/1');
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('2/4');
  });

  it('a missing score is that of the sample before: here it is missing, and counted', async () => {
    const annotations = [
      ...[positive('a'), negative('n', 'a'), positive('b'), negative('m', 'b')],
      ...[positive('c'), negative('o', 'c')],
    ];
    const said: Record<string, number> = { a: 0.9, n: 0.1, b: 0.5, m: 0.4, c: 0.3 };
    const predictions = Object.entries(said).map(([id, presence]) => answer(id, { presence }));
    let last = Number.NaN;
    const reused = annotations.map(({ id }) => {
      last = said[id] ?? last;
      return last;
    });
    expect(reused.at(-1)).toBe(said.c);

    const scores = await scored(annotations, predictions);
    expect(countOf(scores, 'AUROC', 'overall')).toBe('2/3');
    expect(countOf(scores, 'AUROC', 'flip 1 text')).toBe('2/3');
    expect(figured(scores, 'AUROC', 'overall')).toBe(1);
    expect(scores.pairing.missing).toEqual({ count: 1, first: ['o'] });
    expect(countOf(scores, 'missing', 'all negatives')).toBe('1/3');

    const withoutScore = [...predictions, { ...answer('o'), presence: undefined } as unknown as Prediction];
    const told = await scored(annotations, withoutScore);
    expect(told.pairing.missing.count).toBe(0);
    expect(countOf(told, 'AUROC', 'overall')).toBe('2/3');
  });

  it('a missing positive_id raises: here it is a negative without its positive, and told', async () => {
    const orphan = { ...negative('o', 'a'), positive_id: undefined } as unknown as ReturnType<
      typeof negative
    >;
    const stray = negative('s', 'nowhere');
    const annotations = [positive('a'), negative('n', 'a'), orphan, stray];
    const oldRule = () =>
      annotations.slice(1).map(({ positive_id }) => annotations.find((a) => a.id === positive_id)!.id);
    expect(oldRule).toThrow(TypeError);

    const predictions = ['a', 'n', 'o', 's'].map((id) => answer(id, { presence: id === 'a' ? 0.9 : 0.2 }));
    const scores = await scored(annotations, predictions);
    expect(scores.set.unpaired).toEqual({ count: 2, first: ['o', 's'] });
    expect(countOf(scores, 'AUROC', 'overall')).toBe('1/1');
    expect(countOf(scores, 'recall@1', 'overall')).toBe('1/1');
    expect(countOf(scores, 'rejection', 'all negatives')).toBe('0/3');
    expect(countOf(scores, 'AUROC', 'level-1 positives vs all negatives')).toBe('4/4');
  });

  it('an IoU must be above .5: here .5 is enough', async () => {
    const half: [number, number, number, number] = [10, 10, 30, 20];
    expect(iou(half, RIGHT) > 0.5).toBe(false);
    const scores = await scored([positive('a')], [answer('a', { boxes: [half] })]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/1');
  });

  it('boxes are cut to whole pixels: here they are floats', async () => {
    const reference = positive('a', { bbox: [0, 0, 1.9, 1.9] });
    const box: [number, number, number, number] = [0, 0, 1.8, 1.9];
    const cut = (b: Box) => b.map(Math.trunc) as unknown as Box;
    expect(iou(cut(box), [0, 0, 1.9, 1.9])).toBeLessThan(0.5);
    const scores = await scored([reference], [answer('a', { boxes: [box] })]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/1');

    const small = positive('b', { bbox: [0.1, 0.1, 0.8, 0.8] });
    expect(iou(cut([0.1, 0.1, 0.9, 0.9]), cut([0.1, 0.1, 0.9, 0.9]))).toBe(0);
    const tiny = await scored([small], [answer('b', { boxes: [[0.1, 0.1, 0.9, 0.9]] })]);
    expect(countOf(tiny, 'precision@1', 'all positives')).toBe('1/1');
  });

  it('a score is turned round for negatives answered None: here a model that always says None is at chance', async () => {
    const annotations = Array.from({ length: 10 }, (_, i) => [
      positive(`p${i}`),
      negative(`n${i}`, `p${i}`),
    ]).flat();
    // It is as sure of None each time, give or take.
    const presenceOf = (i: number) => 0.02 + (i % 5) / 100;
    const predictions = annotations.map(({ id }, i) =>
      answer(id, { outcome: 'not-present', boxes: [], presence: presenceOf(i >> 1) }),
    );
    const old = annotations.map(({ positive_id }, i) => ({
      isNegative: positive_id !== undefined,
      score: positive_id === undefined ? 1 - presenceOf(i >> 1) : presenceOf(i >> 1),
    }));
    const [lowest, highest] = [
      Math.min(...old.filter((p) => !p.isNegative).map((p) => p.score)),
      Math.max(...old.filter((p) => p.isNegative).map((p) => p.score)),
    ];
    expect(lowest, 'by the old rule all positives score higher: AUROC 1').toBeGreaterThan(highest);

    const scores = await scored(annotations, predictions);
    expect(figured(scores, 'AUROC', 'overall')).toBe(0.5);
    expect(figured(scores, 'AUROC', 'level-1 positives vs all negatives')).toBe(0.5);
    expect(countOf(scores, 'false rejection', 'all positives')).toBe('10/10');
  });

  it('"overall" is level 1 against all negatives: here it is named so, beside the true one', async () => {
    const annotations = [
      ...[positive('a', { level: 1 }), negative('n', 'a')],
      ...[positive('b', { level: 2 }), negative('m', 'b')],
    ];
    const presences = { a: 0.9, n: 0.1, b: 0.2, m: 0.6 };
    const scores = await scored(
      annotations,
      Object.entries(presences).map(([id, presence]) => answer(id, { presence })),
    );
    expect(figured(scores, 'AUROC', 'level-1 positives vs all negatives')).toBe(1);
    // Of the pairs of .9 and .2 with .1 and .6, three of four are in order.
    expect(figured(scores, 'AUROC', 'overall')).toBe(0.75);
  });
});
