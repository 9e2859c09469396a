import { describe, expect, it } from 'vitest';
import { Annotation, referenceBox } from '../../src/evaluate/prediction.ts';
import { annotation } from './answers.ts';

describe('Annotation', () => {
  it('keeps what else a row says, and takes one without tags as one of no tags', () => {
    const { tags: _, ...untagged } = annotation({ source: 'somewhere' });
    expect(Annotation.parse(untagged)).toEqual({ ...untagged, tags: [] });
  });

  it.each([0, 4, 1.5])('knows no level %s', (level) => {
    expect(Annotation.safeParse(annotation({ level })).success).toBe(false);
  });
});

describe('referenceBox', () => {
  it('is from corner to corner', () => {
    expect(referenceBox({ bbox: [10, 20, 30, 40] })).toEqual([10, 20, 40, 60]);
    expect(referenceBox({ bbox: null })).toBeUndefined();
  });
});
