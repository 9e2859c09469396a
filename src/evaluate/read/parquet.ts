import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
  snappyUncompress,
} from 'hyparquet';
import { SpotterError } from '../../errors.ts';
import { type Draft, type Found, fieldsOf, idOf, named, type SetFiles } from './check.ts';
import { parsedLine } from './rows.ts';
import { splitsAsked } from './splits.ts';

/** The columns that are read; pictures, outlines and tokens are left where they are. */
const COLUMNS = [
  ...['question_id', 'answer', 'bbox', 'file_name'],
  ...['sentences', 'ann_id', 'image_id', 'split', 'raw_anns', 'raw_image_info', 'image_path'],
];

/** Rows read at once. */
const ROWS = 2000;

/**
 * RefCOCO and its kin as Parquet, in the columns of lmms-lab (`question_id`, `answer`, `bbox`, `file_name`) or of jxu124
 * (`sentences`, `raw_anns`, `raw_image_info`). A sentence is an annotation.
 * @throws SpotterError not-found; bad-usage where it has other columns, or is compressed in a way that is not read
 */
export async function* readParquet(file: string, files: SetFiles): AsyncGenerator<Found> {
  const table = await opened(file);
  const rowsOf = table.has('sentences') ? jxu124Rows : lmmsRows;
  const wanted = await splitsIn(file, files, table);
  let row = 0;
  for await (const fields of table.rows(COLUMNS)) {
    row += 1;
    if (wanted && !wanted.has(String(fields.split))) continue;
    const part = typeof fields.split === 'string' ? { split: fields.split } : {};
    for (const found of rowsOf(row, fields)) yield { ...found, ...part };
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
}

async function opened(path: string): Promise<Table> {
  const refuse = (thrown: unknown): SpotterError =>
    new SpotterError(
      'bad-usage',
      `${path} is a Parquet file that is not read: ${faultOf(thrown)}.`,
      'Read are the columns of lmms-lab (question_id, answer, bbox, file_name) and jxu124 (sentences, raw_anns, raw_image_info), compressed with Snappy or not at all. Write others as JSON lines: python3 -c "import pandas, sys; pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient=\'records\', lines=True)" FILE set.jsonl',
      thrown,
    );
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const schema = parquetSchema(metadata);
    const columns = new Set(schema.children.map(({ element }) => element.name));
    if (!agree(schema, metadata)) throw new Error('its columns are not those of its schema');
    const isKnown =
      ['sentences', 'raw_anns'].every((c) => columns.has(c)) ||
      ['answer', 'bbox'].every((c) => columns.has(c));
    if (!isKnown) throw new Error(`its columns are ${[...columns].join(', ').slice(0, 200)}`);
    const total = Number(metadata.num_rows);
    return {
      has: (column) => columns.has(column),
      async *rows(asked) {
        const there = asked.filter((column) => columns.has(column));
        for (let start = 0; start < total; start += ROWS) {
          const end = Math.min(total, start + ROWS);
          const rows = await parquetReadObjects({
            file,
            metadata,
            columns: there,
            rowStart: start,
            rowEnd: end,
            compressors: { SNAPPY: unpacked },
          }).catch((thrown) => {
            throw refuse(thrown);
          });
          for (const row of rows) {
            // Where it says that it has more rows than it has, the library gives empty ones, without end.
            if (Object.values(row).every((value) => value === undefined))
              throw refuse(new Error(`it says that it has ${total} rows, and has fewer`));
            yield plain(row) as Draft;
          }
        }
      },
    };
  } catch (thrown) {
    throw thrown instanceof SpotterError ? thrown : refuse(thrown);
  }
}

/** Of three bytes Snappy makes 64 at most: a page that says more would only take the memory. */
const MAX_RATIO = 32;

function unpacked(packed: Uint8Array, size: number): Uint8Array {
  if (!(size >= 0 && size <= packed.length * MAX_RATIO))
    throw new Error('a page says a size that it cannot have');
  const page = new Uint8Array(size);
  snappyUncompress(packed, page);
  return page;
}

/** What the library says of a file; what it stumbles over says nothing to anybody. */
const faultOf = (thrown: unknown): string =>
  thrown instanceof Error && !(thrown instanceof TypeError || thrown instanceof RangeError)
    ? thrown.message
    : 'it is damaged';

/**
 * Whether each part of the file has the columns of the schema, each once. Otherwise the library reads columns that it
 * waits for nowhere, and one of these that cannot be read would end the process.
 */
function agree(schema: SchemaTree, { row_groups }: FileMetaData): boolean {
  const leaves = leavesOf(schema);
  if (new Set(schema.children.map(({ element }) => element.name)).size < schema.children.length) return false;
  return row_groups.every(
    ({ columns }) =>
      columns.length === leaves.length &&
      columns.every(({ meta_data }, i) => meta_data?.path_in_schema.join('.') === leaves[i]),
  );
}

const leavesOf = ({ path, children }: SchemaTree): string[] =>
  children.length > 0 ? children.flatMap(leavesOf) : [path.join('.')];

/** Whole numbers come as BigInt where they have 64 bits; those that a double cannot hold stay exact, as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  const fields = fieldsOf(value);
  if (!fields || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(fields).map(([key, of]) => [key, plain(of)]));
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
