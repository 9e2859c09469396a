import { fileURLToPath } from 'node:url';
import { SpotterError } from '../../errors.ts';
import { WorkerPool } from '../../worker/pool.ts';
import { startProcess } from '../../worker/worker.ts';
import { type Draft, type Found, fieldsOf, idOf, named, type SetFiles } from './check.ts';
import type { Fault } from './parquet-decode.ts';
import type { ParquetTasks } from './parquet-worker.ts';
import { parsedLine } from './rows.ts';
import { splitsAsked } from './splits.ts';

/** The columns that are read; pictures, outlines and tokens are left where they are. */
const COLUMNS = [
  ...['question_id', 'answer', 'bbox', 'file_name'],
  ...['sentences', 'ann_id', 'image_id', 'split', 'raw_anns', 'raw_image_info', 'image_path'],
];

/** Rows that are handed over at once. */
const ROWS = 2000;

/**
 * RefCOCO and its kin as Parquet, in the columns of lmms-lab (`question_id`, `answer`, `bbox`, `file_name`) or of jxu124
 * (`sentences`, `raw_anns`, `raw_image_info`). A sentence is an annotation.
 * @throws SpotterError not-found; bad-usage where it has other columns, or is compressed in a way that is not read
 */
export async function* readParquet(file: string, files: SetFiles): AsyncGenerator<Found> {
  const table = await opened(file);
  try {
    const rowsOf = table.has('sentences') ? jxu124Rows : lmmsRows;
    const wanted = await splitsIn(file, files, table);
    let row = 0;
    for await (const fields of table.rows(COLUMNS)) {
      row += 1;
      if (wanted && !wanted.has(String(fields.split))) continue;
      const part = typeof fields.split === 'string' ? { split: fields.split } : {};
      for (const found of rowsOf(row, fields)) yield { ...found, ...part };
    }
  } finally {
    await table.close();
  }
}

async function splitsIn(
  file: string,
  { split }: SetFiles,
  table: Table,
): Promise<ReadonlySet<string> | undefined> {
  if (split === undefined) return undefined;
  const there = new Set<string>();
  if (table.has('split')) for await (const { split: name } of table.rows(['split'])) there.add(String(name));
  return splitsAsked(file, split, there);
}

interface Table {
  has(column: string): boolean;
  /** @throws SpotterError */
  rows(columns: readonly string[]): AsyncIterable<Draft>;
  close(): Promise<void>;
}

const HINT =
  'Read are the columns of lmms-lab (question_id, answer, bbox, file_name) and jxu124 (sentences, raw_anns, raw_image_info), compressed with Snappy or not at all. Write others as JSON lines: python3 -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient=\'records\', lines=True)" FILE set.jsonl';

/** What decoding may take: 50,000 refs in one group of rows took 490 MB. */
const [MAX_MEMORY, DEADLINE_MS] = [2 ** 30, 60_000];

/** Opens a file in a process of its own: a few bytes of it can ask for any time and any memory. */
async function opened(path: string): Promise<Table> {
  const refuse = (why: string, cause?: unknown): SpotterError =>
    new SpotterError('bad-usage', `${path} is a Parquet file that is not read: ${why}.`, HINT, cause);
  const pool = new WorkerPool<ParquetTasks>({
    start: startProcess,
    source: fileURLToPath(new URL('./parquet-worker.ts', import.meta.url)),
    size: 1,
    maxMemory: MAX_MEMORY,
    idleMs: DEADLINE_MS,
    maxQueue: 1,
    excess: (excess) => refuse(excess === 'time' ? 'it takes too long' : 'it takes too much memory'),
  });
  const asked = async <N extends keyof ParquetTasks>(name: N, input: Parameters<ParquetTasks[N]>[0]) => {
    const told = await pool.run(name, input, { deadlineMs: DEADLINE_MS });
    if ('fault' in told) throw refuse(told.fault);
    return told as Exclude<Awaited<ReturnType<ParquetTasks[N]>>, Fault>;
  };
  try {
    const { names, groups } = await asked('head', path);
    const columns = new Set(names);
    const isKnown =
      ['sentences', 'raw_anns'].every((c) => columns.has(c)) ||
      ['answer', 'bbox'].every((c) => columns.has(c));
    if (!isKnown) throw refuse(`its columns are ${names.join(', ').slice(0, 200)}`);
    return {
      has: (column) => columns.has(column),
      async *rows(wanted) {
        const there = wanted.filter((column) => columns.has(column));
        let start = 0;
        for (const count of groups) {
          const part = { path, columns: there, start, end: start + count };
          for (let from = 0; from < count; from += ROWS)
            yield* (await asked('rows', { ...part, from, to: from + ROWS })).rows;
          start += count;
        }
      },
      close: () => pool.close(),
    };
  } catch (thrown) {
    await pool.close();
    throw thrown;
  }
}

/** COCO's photo names with the ref behind: COCO_train2014_000000581857_16.jpg. */
const photoOf = (name: unknown): unknown =>
  typeof name === 'string' ? name.replace(/^(COCO_\w+_\d{12})_\d+(\.jpg)$/, '$1$2') : name;

/** One row an object, its expressions as a list, its box as x, y, width, height. */
function* lmmsRows(row: number, { question_id, answer, bbox, file_name }: Draft): Generator<Found> {
  const expressions = Array.isArray(answer) ? answer : [answer];
  const photo = photoOf(file_name);
  for (const [i, expression] of expressions.entries()) {
    const id = idOf(question_id);
    if (id === undefined) yield { row, reason: 'no-id' };
    else
      yield {
        row,
        draft: {
          id: `${id}-${i + 1}`,
          image_id: photo,
          file_name: photo,
          expression,
          bbox: bbox ?? undefined,
        },
      };
  }
}

/** One row a ref; COCO's annotation, with its box, and image as JSON in a column each. */
function* jxu124Rows(row: number, fields: Draft): Generator<Found> {
  const [annotation, image] = [jsonIn(fields.raw_anns), jsonIn(fields.raw_image_info)];
  const { file_name, width, height } = image;
  for (const value of Array.isArray(fields.sentences) ? fields.sentences : []) {
    const sentence = fieldsOf(value) ?? {};
    const id = idOf(sentence.sent_id);
    if (id === undefined) yield { ...named(row, id), reason: 'no-id' };
    else
      yield {
        row,
        draft: {
          ...{ id, image_id: fields.image_id, file_name: file_name ?? photoIn(fields), width, height },
          ...{
            expression: sentence.sent ?? sentence.raw,
            bbox: annotation.bbox ?? undefined,
            split: fields.split,
          },
        },
      };
  }
}

const photoIn = ({ image_path, file_name }: Draft): unknown =>
  typeof image_path === 'string' ? image_path.split('/').at(-1) : photoOf(file_name);

const jsonIn = (text: unknown): Draft => (typeof text === 'string' ? (fieldsOf(parsedLine(text)) ?? {}) : {});
