import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import type { Measured } from '../../src/evaluate/measure.ts';
import { printErrors, printReport, report, share } from '../../src/evaluate/report.ts';
import { annotation, answered } from './answers.ts';

const failed: Measured = {
  annotation: annotation({ id: 'e', level: 3, tags: ['text-in-image'] }),
  error: new SpotterError('not-found'),
  right: false,
};
/** Six positives, of which three are right; four negatives. */
const MEASURED: readonly Measured[] = [
  answered({ level: 1, tags: ['category'] }, 'found', true),
  answered({ level: 1, tags: ['category', 'colour'] }, 'found', false),
  answered({ level: 2, tags: ['category', 'relation'] }, 'undecided', true),
  answered({ level: 2, tags: ['category', 'other'] }, 'found', true),
  answered({ level: 2, tags: ['position'] }, 'not-present', false),
  failed,
  answered({ bbox: null, negative_type: 'flip', negative_level: 2 }, 'found', false),
  answered({ bbox: null, negative_type: 'flip', negative_level: 2 }, 'not-present', false),
  answered({ bbox: null, negative_type: 'attribute', negative_level: 1 }, 'undecided', false),
  answered({ bbox: null }, 'not-present', false),
];

describe('report', () => {
  const figures = report(MEASURED);

  it('counts precision@1 per group, each with what it was counted from', () => {
    expect(figures.precisionAt1).toEqual({
      'all positives': { part: 3, of: 6 },
      'decidable by geometry and pixels': { part: 2, of: 4 },
      'level 1': { part: 1, of: 2 },
      'level 2': { part: 2, of: 3 },
      'level 3': { part: 0, of: 1 },
      'tag category': { part: 3, of: 4 },
      'tag colour': { part: 0, of: 1 },
      'tag other': { part: 1, of: 1 },
      'tag position': { part: 0, of: 1 },
      'tag relation': { part: 1, of: 1 },
      'tag text-in-image': { part: 0, of: 1 },
    });
  });

  it('counts outcomes of positives and of each type of negative', () => {
    const { positives, negatives, ...types } = figures.outcomes;
    expect(positives).toEqual({
      found: { part: 3, of: 6 },
      'not-present': { part: 1, of: 6 },
      undecided: { part: 1, of: 6 },
      error: { part: 1, of: 6 },
    });
    expect(negatives!['not-present']).toEqual({ part: 2, of: 4 });
    expect(Object.keys(types)).toEqual(['negative attribute 1', 'negative flip 2', 'negative of no type']);
    expect(types['negative flip 2']!.found).toEqual({ part: 1, of: 2 });
  });

  it('counts a negative that is found against the precision of found', () => {
    expect(figures.precisionOfFound).toEqual({ part: 2, of: 4 });
  });

  it('has outcomes that add up', () => {
    for (const row of Object.values(figures.outcomes)) {
      const parts = Object.values(row).map((s) => s.part);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(row.found.of);
    }
  });

  it('is printed with every share and its counts', () => {
    const text = printReport(figures);
    expect(text).toMatch(/all positives +0\.500 +3\/6/);
    expect(text).toMatch(/level 2 +0\.667 +2\/3/);
    expect(text).toMatch(/negative flip 2 +0\.500 +0\.500 +0\.000 +0\.000 +n 2/);
    expect(text).toMatch(/Precision of "found".* 0\.500 +2\/4/);
  });

  it('of nothing has no figures, rather than wrong ones', () => {
    const empty = report([]);
    expect(empty.precisionAt1['all positives']).toEqual({ part: 0, of: 0 });
    expect(printReport(empty)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('share', () => {
  it('counts what passes', () => {
    expect(share([1, 2, 3, 4], (n) => n > 1)).toEqual({ part: 3, of: 4 });
  });
});

describe('printErrors', () => {
  it('lists what is wrong, and why it has no answer', () => {
    const lines = printErrors(MEASURED);
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => line.includes('negative found'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('positive found'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('positive not-present'))).toHaveLength(1);
    expect(lines.find((line) => line.includes('not-found'))).toMatch(
      /^e dogs\.jpg error not-found: the dog$/,
    );
  });
});
