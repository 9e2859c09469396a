import { describe, expect, it } from 'vitest';
import { annotation } from '../answers.ts';
import { reading, scratch } from './reading.ts';

const write = scratch();
const own = (...rows: readonly object[]) =>
  write(Object.fromEntries(rows.map((row, i) => [`k${i}`, { ...annotation({ id: `k${i}` }), ...row }])));
const reasons = async (...rows: readonly object[]) =>
  (await reading(own(...rows))).skipped.map(({ reason }) => reason);

describe('ids', () => {
  it('are text, whether they were numbers or text; 0 is one', async () => {
    const negative = { id: 1, positive_id: 0, negative_type: 'object' };
    const { annotations } = await reading(own({ id: 0 }, negative, { id: '01' }));
    expect(annotations.map(({ id, positive_id, bbox }) => [id, positive_id, bbox === null])).toEqual([
      ['0', undefined, false],
      ['1', '0', true],
      ['01', undefined, false],
    ]);
  });

  it('that come twice count once, numbers and text alike: the first', async () => {
    const { annotations, skipped } = await reading(own({ id: 7 }, { id: '7', expression: 'another' }));
    expect(annotations.map(({ expression }) => expression)).toEqual(['the dog']);
    expect(skipped).toEqual([{ row: 2, id: '7', reason: 'duplicate-id' }]);
  });

  it('that come twice as a key are both seen', async () => {
    const { id: _, ...row } = annotation();
    const file = write(`{"a": ${JSON.stringify(row)}, "a": ${JSON.stringify(row)}}`);
    expect((await reading(file)).report).toMatchObject({ kept: 1, skipped: { 'duplicate-id': 1 } });
  });

  it('that are numbers beyond 2^53 are none: JSON does not tell them apart', async () => {
    const text = JSON.stringify([annotation({ id: 'x' }), annotation({ id: 'y' }), annotation({ id: 'z' })]);
    const file = write(
      text
        .replace('"x"', '9007199254740993')
        .replace('"y"', '9007199254740991')
        .replace('"z"', '"9007199254740993"'),
    );
    const { annotations, skipped } = await reading(file);
    expect(annotations.map(({ id }) => id)).toEqual(['9007199254740991', '9007199254740993']);
    expect(skipped).toEqual([{ row: 1, reason: 'no-id' }]);
  });

  it('are missed where a list has rows without', async () => {
    const { id: _, ...row } = annotation();
    expect((await reading(write([row, annotation()]))).skipped).toEqual([{ row: 1, reason: 'no-id' }]);
  });
});

describe('negatives', () => {
  it.each([
    { negative_type: 'attribute' },
    { positive_id: 'p' },
    { positive_id: 3, negative_type: 'flip', negative_level: '2' },
  ])('are rows with %j, whatever box they carry', async (row) => {
    const { annotations } = await reading(own({ ...row, bbox: [1, 2, 3, 4] }));
    expect(annotations).toMatchObject([{ bbox: null }]);
  });

  it.each([null, ''])('are not rows whose fields are %j', async (nothing) => {
    const { annotations } = await reading(own({ positive_id: nothing, negative_type: nothing }));
    expect(annotations).toMatchObject([{ bbox: [10, 10, 20, 20] }]);
    expect(annotations[0]).not.toHaveProperty('positive_id');
  });

  it('with a broken box are read all the same', async () => {
    expect(await reasons({ negative_type: 'object', bbox: [1, 2] })).toEqual([]);
  });
});

describe('boxes', () => {
  it.each([
    ['no-box', undefined],
    ['box-not-numbers', [1, 2, 3]],
    ['box-not-numbers', [1, 2, 3, null]],
    ['box-not-numbers', ['1', '2', '3', '4']],
    ['box-not-numbers', { x: 1 }],
    ['box-empty', [1, 2, 0, 4]],
    ['box-empty', [10, 10, -5, 5]],
  ] as const)('leave a row out as %s: %j', async (reason, bbox) => {
    expect(await reasons({ bbox })).toEqual([reason]);
  });

  it('are kept as they are, to the last digit', async () => {
    const bbox = [0.1, 33.333333333333336, 99.9, 1e-2];
    expect((await reading(own({ bbox, width: 100, height: 100 }))).annotations[0]!.bbox).toEqual(bbox);
  });

  it('are judged by the size of the picture only where that is one', async () => {
    const bbox = [500, 10, 50, 50];
    const sizes = [{}, { width: 0, height: 0 }, { width: 'NaN', height: null }, { width: 100, height: 100 }];
    expect(await reasons(...sizes.map((size) => ({ ...size, bbox })))).toEqual(['box-outside']);
  });
});

describe('other fields', () => {
  it.each([
    ['no-expression', { expression: undefined }],
    ['no-expression', { expression: '  ' }],
    ['no-expression', { expression: 7 }],
    ['no-picture', { file_name: '' }],
    ['bad-field', { level: 4 }],
    ['bad-field', { negative_type: 'object', negative_cate: 'sound' }],
  ] as const)('leave a row out as %s: %j', async (reason, row) => {
    expect(await reasons({}, row)).toEqual([reason]);
  });

  it('that are wrong are named', async () => {
    const { skipped } = await reading(own({ level: 4 }));
    expect(skipped[0]!.detail).toMatch(/^level: /);
  });

  it.each([
    [3, 3],
    ['2', 2],
    [null, 1],
  ])('level %j is %j', async (level, read) => {
    expect((await reading(own({ level }))).annotations[0]!.level).toBe(read);
  });

  it('a row that is none is left out', async () => {
    const file = write({ a: annotation(), b: [1, 2], c: null, d: 'text' });
    expect((await reading(file)).report).toMatchObject({ kept: 1, skipped: { 'not-a-row': 3 } });
  });

  it.each(['__proto__', 'constructor', 'toString'])('an id %s is one like any other', async (id) => {
    const file = write(
      `{"a": ${JSON.stringify(annotation())}, "${id}": ${JSON.stringify({ ...annotation(), id })}}`,
    );
    expect((await reading(file)).annotations.map((read) => read.id)).toEqual(['a', id]);
  });
});
