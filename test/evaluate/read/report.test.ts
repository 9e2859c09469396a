import { describe, expect, it } from 'vitest';
import { EXAMPLES, Reporter, skippedRows, tellReport } from '../../../src/evaluate/read/read.ts';

describe('a report', () => {
  it('counts all and remembers few of each reason', () => {
    const report = new Reporter();
    for (let row = 1; row <= 1000; row++) report.skip({ row, reason: row % 2 ? 'no-box' : 'no-id' });
    report.skip({ row: 1001, id: 'x', reason: 'box-empty', detail: '0 x 3' });
    report.keep(true);
    expect(report.skipped).toEqual({ 'no-box': 500, 'no-id': 500, 'box-empty': 1 });
    expect(skippedRows(report)).toBe(1001);
    expect(report.examples).toHaveLength(2 * EXAMPLES + 1);
    expect(tellReport(report)).toEqual([
      '1 of 1002 annotations read; 1 boxes cut at the edge of their picture',
      '500 left out, no-box: it is a positive without a box (row 1; row 3; row 5; row 7; row 9; …)',
      '500 left out, no-id: it has no id, or a number beyond 2^53, which must be text (row 2; row 4; row 6; row 8; row 10; …)',
      '1 left out, box-empty: its box has no width or no height (row 1001, id x, 0 x 3)',
    ]);
  });
});
