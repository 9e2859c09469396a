import { describe, expect, it } from 'vitest';
import { formatSizes } from '../../../src/evaluate/read/published-sizes.ts';

describe('the size of a published set', () => {
  it('is told to be the published one, or beside it', () => {
    expect(formatSizes({ splits: { testA: 5657, testB: 5000, val: 12 }, kinds: {} })).toEqual([
      'testA: 5657 expressions, as many as RefCOCO is published with',
      'testB: 5000 expressions; published: RefCOCO 5095, RefCOCO+ 4889',
    ]);
  });

  it('is told by kind of FineCops-Ref, and of no other set', () => {
    const whole = {
      ...{ 'positives of level 1': 5730, 'positives of level 2': 3404, 'positives of level 3': 471 },
      ...{ 'negative texts': 9814, 'negative images': 8507 },
    };
    expect(formatSizes({ splits: {}, kinds: whole })).toEqual([
      'FineCops-Ref test: 27926 rows, as many of each kind as published',
    ]);
    expect(formatSizes({ splits: {}, kinds: { ...whole, 'negative texts': 9800 } })).toEqual([
      'FineCops-Ref test: 9800 negative texts; published: 9814',
    ]);
    expect(formatSizes({ splits: {}, kinds: { 'positives of level 1': 600 } })).toEqual([]);
  });
});
