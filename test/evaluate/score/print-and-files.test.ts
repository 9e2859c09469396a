import { describe, expect, it } from 'vitest';
import { formatItem, itemRecord } from '../../../src/evaluate/score/items.ts';
import {
  crossTable,
  formatFigure,
  formatValue,
  printScores,
  scoresToCsv,
  scoresToJson,
  table,
} from '../../../src/evaluate/score/print.ts';
import { answer, failed, negative, positive, RIGHT, scored, WRONG } from './made.ts';

const some = () =>
  scored(
    [
      positive('a', { tags: ['colour'] }),
      positive('b', { level: 2, tags: ['other'] }),
      positive('c', { level: 3, tags: ['colour'] }),
      negative('n', 'a', { negative_type: 'swap, "twice"' }),
      negative('m', 'b'),
    ],
    [
      answer('a', { presence: 0.9, boxes: [WRONG, RIGHT, WRONG, WRONG] }),
      answer('b', { presence: 0.8 }),
      answer('n', { presence: 0.2, outcome: 'not-present', boxes: [] }),
      failed('m'),
      answer('x'),
    ],
    { name: 'auto with SIMULATED model' },
  );
const items = async () => new Map((await some()).items.all.map((item) => [item.row.id, itemRecord(item)]));

describe('printScores', () => {
  it('begins with what is scored, what is missing, and how intervals are made', async () => {
    expect(
      printScores(await some())
        .split('\n')
        .slice(0, 6),
    ).toEqual([
      'auto with SIMULATED model',
      '5 annotations (3 positives, 2 negatives) on 3 images; answered: 3/5',
      '1 predictions missing (1 positives, 0 negatives), counted as misses: c',
      '1 predictions of other ids, passed over: x',
      'Intervals: 95 % of 20 resamples of the images, seed 1; none where all agree',
      'Presence threshold: 0.5000, the best on these answers',
    ]);
  });

  it('has every figure with its interval and counts', async () => {
    const text = printScores(await some());
    expect(text).toMatch(/^ {2}all positives +\.333 \[\.\d+, (\.\d+|1\.000)\] 1\/3 +\.667 /m);
    expect(text).toMatch(/^ {2}decidable by geometry and pixels +\.000 .*0\/2/m);
    expect(text).toMatch(/^ {2}all negatives +\.000 0\/2 +\.500 1\/2 +\.000 0\/2 +\.500 1\/2 +\.000 0\/2$/m);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('says that nothing is missing where nothing is', async () => {
    expect(printScores(await scored([positive('a')], [answer('a')]))).toContain('\n0 predictions missing\n');
  });

  it('of nothing has no wrong figures', async () => {
    expect(printScores(await scored([], []))).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('lists a few of many', async () => {
    const text = printScores(
      await scored(
        Array.from({ length: 9 }, (_, i) => positive(`p${i}`)),
        [],
      ),
    );
    expect(text).toContain('counted as misses: p0, p1, p2, p3, p4, …');
  });
});

describe('scoresToJson', () => {
  it('is plain data, with nothing that JSON cannot hold', async () => {
    const json = scoresToJson(await some());
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({
      name: 'auto with SIMULATED model',
      set: { annotations: 5, positives: 3, negatives: 2, images: 3 },
      pairing: { missing: { count: 1, first: ['c'] }, surplus: { count: 1 } },
      options: { ks: [1, 5, 10], resampling: { seed: 1, confidence: 0.95 } },
    });
    expect(json).not.toHaveProperty('items');
    expect(json.sections[0]!.figures[0]).toMatchObject({
      metric: 'precision@1',
      group: 'all positives',
      value: expect.closeTo(1 / 3),
      interval: [expect.any(Number), expect.any(Number)],
      count: { part: 1, of: 3 },
    });
  });

  it('has the answers one by one if asked', async () => {
    const { items } = scoresToJson(await some(), { withItems: true });
    expect(items).toHaveLength(5);
    expect(JSON.parse(JSON.stringify(items))).toEqual(items);
  });

  it('of nothing has nulls', async () => {
    const json = scoresToJson(await scored([], []));
    expect(json.options.threshold).toBeNull();
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });
});

describe('scoresToCsv', () => {
  it('has a line for each figure, quoted where need be', async () => {
    const scores = await some();
    const lines = scoresToCsv(scores).trimEnd().split('\n');
    expect(lines[0]).toBe('section,metric,group,unit,value,low,high,part,of');
    expect(lines).toHaveLength(1 + scores.sections.flatMap(({ figures }) => figures).length);
    expect(lines.find((line) => line.startsWith('recall,recall@1,"swap'))).toContain(
      ',"swap, ""twice"" 1 text",',
    );
    expect(lines.find((line) => line.startsWith('latency,latency p50,all routes'))).toBe(
      'latency,latency p50,all routes,ms,100,,,3,3',
    );
  });
});

describe('itemRecord', () => {
  it('says of a positive which rank was right', async () => {
    expect((await items()).get('a')).toMatchObject({
      kind: 'positive',
      group: null,
      reference: RIGHT,
      boxes: [WRONG, RIGHT, WRONG],
      outcome: 'found',
      hit: false,
      rank: 2,
      wrong: true,
      presence: 0.9,
      score: 0.9,
    });
  });

  it('says of a negative what kind it is, and has no reference', async () => {
    const n = (await items()).get('n');
    expect(n).toMatchObject({
      kind: 'negative',
      positive_id: 'a',
      reference: null,
      rank: null,
      wrong: false,
    });
    expect(n!.group).toBe('swap, "twice" 1 text');
  });

  it('knows a wrong answer: also an error and a missing one', async () => {
    const wrong = [...(await items()).values()].filter((item) => item.wrong);
    expect(wrong.map(formatItem)).toEqual([
      'a a.jpg positive found: the dog a',
      'c c.jpg positive missing: the dog c',
      'm m.jpg error timed-out: the dog m',
    ]);
  });
});

describe('tables', () => {
  it('have columns as wide as they need', () => {
    expect(
      table([
        ['', 'x'],
        ['long name', '1'],
        ['b', '1000'],
      ]),
    ).toEqual(['              x', 'long name     1', 'b          1000']);
  });

  it('leave a cell empty that is not there', () => {
    const cells = [
      { row: 'r', column: 'a' },
      { row: 's', column: 'b' },
    ];
    expect(
      crossTable(
        cells,
        (cell) => cell,
        ({ row, column }) => row + column,
      ),
    ).toEqual([
      ['', 'a', 'b'],
      ['r', 'ra', ''],
      ['s', '', 'sb'],
    ]);
  });
});

describe('words', () => {
  it('have the digits that the unit deserves', () => {
    expect([0.5, 1, 0, -0.25, -0.0001].map((value) => formatValue(value, 'share'))).toEqual([
      ...['.500', '1.000', '.000', '-.250', '.000'],
    ]);
    expect(formatValue(12.6, 'ms')).toBe('13');
    expect(formatValue(null, 'ms')).toBe('-');
  });

  it('leave out an interval that is not there', () => {
    const figure = { metric: 'm', group: 'g', unit: 'share', better: 'higher', value: null } as const;
    expect(formatFigure({ ...figure, interval: null, count: { part: 0, of: 0 } })).toBe('- 0/0');
  });
});
