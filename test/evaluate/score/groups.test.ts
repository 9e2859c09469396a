import { describe, expect, it } from 'vitest';
import { answer, countOf, failed, figured, negative, positive, scored, WRONG } from './made.ts';

describe('score', () => {
  it('takes a negative for one whatever box it carries', async () => {
    const scores = await scored(
      [positive('a'), negative('n', 'a'), positive('o', { bbox: null })],
      [answer('a'), answer('n'), answer('o')],
    );
    expect(scores.set).toMatchObject({ annotations: 3, positives: 1, negatives: 2 });
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/1');
    expect(countOf(scores, 'precision of found', 'answered "found"')).toBe('1/3');
    expect(countOf(scores, 'found', 'negative of no type')).toBe('1/1');
    expect(countOf(scores, 'found', 'negative flip 1')).toBe('1/1');
  });

  it('counts a positive once per negative in AUROC, and once in recall', async () => {
    const annotations = [
      ...[positive('a'), positive('b')],
      ...[negative('n1', 'a'), negative('n2', 'a'), negative('n3', 'a'), negative('m', 'b')],
    ];
    const presences = { a: 0.9, b: 0.3, n1: 0.1, n2: 0.2, n3: 0.4, m: 0.5 };
    const scores = await scored(
      annotations,
      Object.entries(presences).map(([id, presence]) => answer(id, { presence })),
    );
    // .9, .9, .9, .3 against .1, .2, .4, .5: 3 x 4 + 2 of 16 pairs.
    expect(figured(scores, 'AUROC', 'flip 1 text')).toBe(14 / 16);
    expect(countOf(scores, 'AUROC', 'flip 1 text')).toBe('4/4');
    expect(countOf(scores, 'recall@1', 'flip 1 text')).toBe('2/2');
  });

  it('pools for recall the negatives of the group, and for "overall" all', async () => {
    const annotations = [
      positive('a'),
      negative('n', 'a', { negative_cate: 'image' }),
      negative('m', 'a', { negative_type: 'object', negative_level: 2 }),
    ];
    const scores = await scored(annotations, [
      answer('a', { scores: [0.5] }),
      answer('n', { scores: [0.4] }),
      answer('m', { scores: [0.6] }),
    ]);
    expect(countOf(scores, 'recall@1', 'flip 1 image')).toBe('1/1');
    expect(countOf(scores, 'recall@1', 'object 2 text')).toBe('0/1');
    expect(countOf(scores, 'recall@1', 'overall')).toBe('0/1');
    expect(countOf(scores, 'recall@5', 'overall')).toBe('1/1');
  });

  it('takes missing answers and errors as misses, never as rejections', async () => {
    const annotations = [
      ...[positive('a'), positive('b'), positive('c')],
      ...[negative('n', 'a'), negative('m', 'b'), negative('o', 'c')],
    ];
    const absent = answer('n', { outcome: 'not-present', boxes: [], presence: 0.2 });
    const scores = await scored(annotations, [answer('a'), failed('b'), absent, failed('m')]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/3');
    expect(countOf(scores, 'recall@1', 'overall')).toBe('1/3');
    expect(countOf(scores, 'rejection', 'all negatives')).toBe('1/3');
    expect(countOf(scores, 'rejection by presence', 'all negatives')).toBe('1/3');
    expect(scores.answered).toEqual({ part: 2, of: 6 });
    const outcomes = (group: string) =>
      ['found', 'not-present', 'undecided', 'error', 'missing'].map((o) => countOf(scores, o, group));
    expect(outcomes('all positives')).toEqual(['1/3', '0/3', '0/3', '1/3', '1/3']);
    expect(outcomes('all negatives')).toEqual(['0/3', '1/3', '0/3', '1/3', '1/3']);
  });

  it('uses the presence threshold it is given, or says that it chose one', async () => {
    const annotations = [positive('a'), positive('b'), negative('n', 'a'), negative('m', 'b')];
    const presences = { a: 0.9, b: 0.7, n: 0.3, m: 0.1 };
    const predictions = Object.entries(presences).map(([id, presence]) => answer(id, { presence }));
    const chosen = await scored(annotations, predictions);
    expect(chosen.options).toMatchObject({ threshold: 0.5, thresholdIsGiven: false });
    expect(countOf(chosen, 'rejection by presence', 'flip 1 text')).toBe('2/2');
    const given = await scored(annotations, predictions, { threshold: 0.7 });
    expect(given.options).toMatchObject({ threshold: 0.7, thresholdIsGiven: true });
    expect(countOf(given, 'false rejection by presence', 'all positives')).toBe('1/2');
    const without = await scored([positive('a')], [answer('a')]);
    expect(without.options.threshold).toBeUndefined();
  });

  it('tells calibration, cost and latency with what they were counted in', async () => {
    const annotations = [positive('a'), positive('b'), positive('c'), negative('n', 'a')];
    const cost = { calls: 2, promptTokens: 300, answerTokens: 2, ms: 50 };
    const scores = await scored(annotations, [
      answer('a', { timings_ms: { total: 10 } }),
      answer('b', { route: 'mllm', cost, timings_ms: { total: 90 } }),
      failed('c'),
      answer('n', { boxes: [WRONG], timings_ms: { total: 30 } }),
    ]);
    expect(countOf(scores, 'asked a language model', 'all answers')).toBe('1/3');
    expect(figured(scores, 'prompt tokens per answer', 'all answers')).toBe(100);
    expect(countOf(scores, 'latency p95', 'route mllm')).toBe('1/3');
    expect(figured(scores, 'latency p50', 'all routes')).toBe(30);
    expect(countOf(scores, 'calibration error', 'presence')).toBe('3/4');
    expect(countOf(scores, 'precision@1', 'where a language model was asked')).toBe('1/1');
    expect(scores.cost).toMatchObject({ calls: 2, promptTokens: 300 });
    expect(scores.curves.reliability.map(({ of }) => of)).toEqual(['presence', 'the first box is right']);
  });

  it('takes scores beyond 0..1 for no probabilities', async () => {
    const scores = await scored([positive('a')], [answer('a', { scores: [7.5] })]);
    expect(scores.curves.reliability.map(({ of }) => of)).toEqual(['presence']);
  });

  it('counts the variants of an image as that image', async () => {
    const scores = await scored(
      [positive('a', { image_id: 7 }), negative('n', 'a', { image_id: 'edited', negative_cate: 'image' })],
      [answer('a'), answer('n')],
    );
    expect(scores.set.images).toBe(1);
  });

  it('of a set without negatives has no figures of negatives', async () => {
    const scores = await scored([positive('a'), positive('b', { level: 3 })], [answer('a'), answer('b')]);
    expect(scores.sections.filter(({ figures }) => figures.length > 0).map(({ id }) => id)).toEqual([
      ...['precision', 'found', 'false-rejection', 'outcomes', 'calibration', 'asked', 'latency'],
    ]);
  });

  it('of nothing has no values, rather than wrong ones', async () => {
    const scores = await scored([], []);
    for (const { figures } of scores.sections) for (const { value } of figures) expect(value).toBeNull();
  });
});
