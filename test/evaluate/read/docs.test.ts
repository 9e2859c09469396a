import { expect, it } from 'vitest';
import { REASONS } from '../../../src/evaluate/read/check.ts';
import { FORMATS } from '../../../src/evaluate/read/read.ts';
import { parsedLine } from '../../../src/evaluate/read/rows.ts';
import { read } from '../../project/sources.ts';
import { reading, scratch } from './reading.ts';

const TEXT = read('docs/evaluation-formats.md');
const table = (header: string): string[] => {
  const [, rows = ''] = TEXT.split(new RegExp(`^\\| ${header} .*\\n\\| -.*\\n`, 'm'));
  return [...rows.split('\n\n')[0]!.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);
};

it('docs/evaluation-formats.md has every format, in the order they are tried, and every reason', () => {
  expect(table('format')).toEqual(Object.keys(FORMATS));
  expect(table('reason')).toEqual(Object.keys(REASONS));
});

it('docs/evaluation-formats.md shows rows that are read', async () => {
  const [, rows = ''] = /```json\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const { annotations, skipped } = await reading(scratch()(rows));
  expect(skipped).toEqual([]);
  expect(annotations).toEqual(
    rows
      .trim()
      .split('\n')
      .map((line) => ({ tags: [], ...(parsedLine(line) as object) })),
  );
});
