import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Annotation } from '../../src/evaluate/annotations.ts';
import { type Measured, measure } from '../../src/evaluate/measure.ts';
import { pictureStore } from '../../src/evaluate/pictures.ts';
import { readAnnotations } from '../../src/evaluate/read/read.ts';
import { DECIDABLE, report } from '../../src/evaluate/report.ts';
import { specialistFor } from '../../src/evaluate/setup.ts';
import { loadCalibration } from '../../src/verdict/calibration.ts';

const RECSET = fileURLToPath(new URL('../../../shared/recset', import.meta.url));
const there = existsSync(`${RECSET}/dev.json`);

/** So many, spread evenly. */
const spread = <T>(items: readonly T[], n: number): T[] =>
  Array.from({ length: n }, (_, i) => items[Math.floor((i * items.length) / n)]!);

// The floors are far below what `npm run quality` measures: a sample this small must not fail by chance.
describe.skipIf(!there)('a sample of annotated photos (skipped where ../shared/recset is absent)', () => {
  let positives: Measured[];
  let negatives: Measured[];

  beforeAll(async () => {
    const all = await readAnnotations(`${RECSET}/dev.json`);
    const isDecidable = ({ bbox, tags }: Annotation) => bbox && tags.every((tag) => DECIDABLE.has(tag));
    const sample = [
      ...spread(all.filter(isDecidable), 40),
      ...spread(
        all.filter(({ bbox }) => bbox === null),
        20,
      ),
    ];
    const pictureOf = pictureStore(`${RECSET}/images`);
    const specialist = await specialistFor(readConfig(), `${RECSET}/boxes.json`, sample, pictureOf);
    const measured = await measure(sample, pictureOf, { specialist, calibration: loadCalibration() });
    positives = measured.filter(({ annotation }) => annotation.bbox !== null);
    negatives = measured.filter(({ annotation }) => annotation.bbox === null);
  });

  it('has an answer to every question', () => {
    expect([positives.length, negatives.length]).toEqual([40, 20]);
    expect([...positives, ...negatives].flatMap((m) => m.error ?? [])).toEqual([]);
  });

  it('has the right box first, where the boxes are given', () => {
    const { part, of } = report(positives).precisionAt1['all positives']!;
    expect(part / of).toBeGreaterThanOrEqual(0.8);
  });

  it('finds more of what is there than of what is not', () => {
    const found = (all: readonly Measured[]) => {
      const { part, of } = report(all).outcomes[all === positives ? 'positives' : 'negatives']!.found;
      return part / of;
    };
    expect(found(positives)).toBeGreaterThan(0.5);
    expect(found(negatives)).toBeLessThan(0.4);
  });

  it('hardly ever denies what is there', () => {
    const denied = report(positives).outcomes.positives!['not-present'];
    expect(denied.part / denied.of).toBeLessThan(0.2);
  });
});
