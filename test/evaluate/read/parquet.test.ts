import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parquetHead, parquetRows } from '../../../src/evaluate/read/parquet-decode.ts';
import { randomFrom } from '../../../src/mllm/multiple-choice.ts';
import { fixture, reading, scratch } from './reading.ts';

const write = scratch();
const LMMS = readFileSync(fixture('lmms-lab.parquet'));

it('ids of 64 bits stay as they are', async () => {
  const { annotations } = await reading(fixture('big-ids.parquet'));
  expect(annotations.map(({ id }) => id)).toEqual(['9007199254740993-1', '9007199254740994-1', '5-1']);
});

it.each([
  ['half of it', LMMS.subarray(0, LMMS.length / 2)],
  ['its four signs', Buffer.from('PAR1')],
  [
    'an end that says more than there is',
    Buffer.concat([LMMS.subarray(0, -8), Buffer.from('\xff\xff\xff\x7fPAR1', 'latin1')]),
  ],
  ['another name of a column in its parts than in its schema', renamed('file_name', 'file_nane')],
])('of a file there is %s: that is one sentence', async (_, bytes) => {
  const { thrown } = await reading(write(bytes, 'bad.parquet'));
  expect(thrown).toMatchObject({ code: 'bad-usage', message: expect.stringContaining('that is not read') });
});

it('four hundred times changed by chance is read or refused, and ends nothing', async () => {
  const random = randomFrom(5);
  const footer = LMMS.length - 8 - LMMS.readUInt32LE(LMMS.length - 8);
  let [read, refused] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const mutated = Buffer.from(LMMS);
    for (let n = 0; n <= i % 3; n++)
      mutated[footer + Math.floor(random() * (LMMS.length - 8 - footer))] = Math.floor(random() * 256);
    const path = write(mutated, 'mutated.parquet');
    const head = await parquetHead(path);
    const told =
      'fault' in head
        ? head
        : await parquetRows({
            path,
            columns: ['answer', 'bbox'],
            start: 0,
            end: head.groups[0] ?? 0,
            from: 0,
            to: 9,
          });
    if ('fault' in told) refused += 1;
    else read += 1;
  }
  expect(read + refused).toBe(400);
  expect(Math.min(read, refused)).toBeGreaterThan(20);
});

it('that asks for more memory than there is to be had is refused', async () => {
  const { thrown } = await reading(fixture('memory.parquet'));
  expect(thrown).toMatchObject({ code: 'bad-usage', message: expect.stringContaining('that is not read') });
});

/** With a name changed where it stands last: in a part of the file, after the schema. */
function renamed(from: string, to: string): Buffer {
  const bytes = Buffer.from(LMMS);
  bytes.write(to, bytes.lastIndexOf(from));
  return bytes;
}
