import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Annotation } from '../../src/evaluate/prediction.ts';
import { readAnnotations } from '../../src/evaluate/read/read.ts';
import { runEvaluation } from '../../src/evaluate/run/run.ts';
import { DECIDABLE } from '../../src/evaluate/score/items.ts';
import { score } from '../../src/evaluate/score/score.ts';
import { figureOf, type Scores } from '../../src/evaluate/score/sections.ts';

const RECSET = fileURLToPath(new URL('../../../shared/recset', import.meta.url));
const there = existsSync(`${RECSET}/dev.json`);

/** So many, spread evenly. */
const spread = <T>(items: readonly T[], n: number): T[] =>
  Array.from({ length: n }, (_, i) => items[Math.floor((i * items.length) / n)]!);

// The floors are far below what `npm run quality` measures: a sample this small must not fail by chance.
describe.skipIf(!there)('a sample of annotated photos (skipped where ../shared/recset is absent)', () => {
  let scores: Scores;
  const figure = (metric: string, group: string) => figureOf(scores, metric, group)!;

  beforeAll(async () => {
    const all = await readAnnotations(`${RECSET}/dev.json`);
    const isDecidable = ({ bbox, tags }: Annotation) => bbox && tags.every((tag) => DECIDABLE.has(tag));
    const negatives = all.filter(({ bbox }) => bbox === null);
    const annotations = [...spread(all.filter(isDecidable), 40), ...spread(negatives, 20)];
    const { predictions } = await runEvaluation({
      ...{ annotations, annotationFile: `${RECSET}/dev.json`, images: `${RECSET}/images` },
      ...{ boxes: `${RECSET}/boxes.json`, config: readConfig(), atOnce: 2 },
      signal: new AbortController().signal,
    });
    scores = await score(annotations, predictions, { resampling: { resamples: 0 } });
  });

  it('has an answer to every question', () => {
    expect(scores.answered).toEqual({ part: 60, of: 60 });
    expect([scores.set.positives, scores.set.negatives]).toEqual([40, 20]);
  });

  it('has the right box first, where the boxes are given', () => {
    expect(figure('precision@1', 'all positives').value).toBeGreaterThanOrEqual(0.8);
  });

  it('finds more of what is there than of what is not', () => {
    expect(figure('found', 'all positives').value).toBeGreaterThan(0.5);
    expect(figure('found', 'all negatives').value).toBeLessThan(0.4);
  });

  it('hardly ever denies what is there', () => {
    expect(figure('false rejection', 'all positives').value).toBeLessThan(0.2);
  });
});
