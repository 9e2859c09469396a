import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row } from './row.ts';

/** Makes a COCO file of 75 MB, as large as the largest published one. */
const ROWS = 155_000;

/**
 * Reading an annotation set of 75 MB: the most that was resident, and the time, beside those of JSON.parse. A process of
 * its own does each, so that the one leaves no trace in the other.
 */
export async function bench(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spotter-annotations-'));
  try {
    const files = {
      COCO: cocoFile(ROWS),
      'COCO the other way round': cocoFile(ROWS, (i) => ROWS - 1 - i),
      'rows by id': rowsFile(ROWS),
    };
    const rows: Row[] = [];
    for (const [shape, text] of Object.entries(files)) {
      const file = join(folder, `${shape}.json`);
      await pipeline(Readable.from(text), createWriteStream(file));
      rows.push(...(await compare(shape, file)));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare(shape: string, file: string): Promise<Row[]> {
  const [read, parsed] = [await run('read', file), await run('parse', file)];
  const what = `${shape}, ${((await stat(file)).size / 1e6).toFixed(0)} MB, ${read.count} annotations`;
  return [
    { what: `${what}: resident`, ms: read.mb, against: 'JSON.parse', againstMs: parsed.mb, unit: 'MB' },
    { what: `${what}: time`, ms: read.ms, against: 'JSON.parse', againstMs: parsed.ms },
  ];
}

async function run(how: string, file: string): Promise<{ mb: number; ms: number; count: number }> {
  const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = [program('../bin/run.js'), program('./annotation-set-read.ts'), how, file];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

/** @param nth which image row the i-th annotation belongs to */
function* cocoFile(rows: number, nth = (i: number): number => i): Generator<string> {
  yield '{"info": {"description": "made up"}, "images": [';
  for (let i = 0; i < rows; i++) yield `${i > 0 ? ', ' : ''}${JSON.stringify(imageRow(i))}`;
  yield '], "annotations": [';
  for (let i = 0; i < rows; i++) yield `${i > 0 ? ', ' : ''}${JSON.stringify(annotationRow(nth(i)))}`;
  yield '], "categories": [{"id": 1, "name": "object"}]}';
}

function* rowsFile(rows: number): Generator<string> {
  for (let i = 0; i < rows; i++) {
    const { id: _, image_id: __, ...annotation } = annotationRow(i);
    const row = { ...annotation, id: String(i), image_id: i % 9000, ...photo(i), expression: words(i) };
    yield `${i > 0 ? ', ' : '{'}"${i}": ${JSON.stringify(row)}`;
  }
  yield '}';
}

const words = (i: number): string => `the small red cup to the left of the plate number ${i} on the table`;
const photo = (i: number) => ({ file_name: `${2_300_000 + (i % 9000)}.jpg`, width: 640, height: 480 });
const imageRow = (i: number) => ({ id: i, ...photo(i), caption: words(i), dataset_name: 'made up' });
const annotationRow = (i: number) => ({
  id: i,
  image_id: i,
  bbox: [10.5 + (i % 100), 20.25, 100.125, 80.5],
  area: 8060.0625,
  iscrowd: 0,
  category_id: 1,
  level: 1 + (i % 3),
  tuple: [
    ['cup', 'to the left of', 'plate'],
    ['plate', 'on', 'table'],
  ],
  tuple_type: '2_hop',
  objects_id: [String(i), '234234', '43434'],
  attribute: [['small', 'red'], [], []],
  tokens_positive: [[0, 12]],
});
