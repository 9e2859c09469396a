import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
  snappyUncompress,
} from 'hyparquet';
import { type Draft, fieldsOf } from './check.ts';

/** Why a file is not read, in words. */
export interface Fault {
  readonly fault: string;
}

/** The names of the columns, and how many rows each of the file's groups of rows has: a group is decoded as a whole. */
export const parquetHead = (
  path: string,
): Promise<Fault | { readonly names: readonly string[]; readonly groups: readonly number[] }> =>
  orFault(async () => {
    const { metadata } = await opened(path);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    return { names, groups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)) };
  });

export interface Part {
  readonly path: string;
  readonly columns: readonly string[];
  /** The group's first row in the file, and the one behind its last. */
  readonly start: number;
  readonly end: number;
  /** Which rows of the group are asked for: from one up to before another. */
  readonly from: number;
  readonly to: number;
}

let decoded: { readonly key: string; readonly rows: readonly Draft[] } | undefined;

/** Rows of a group, which is decoded once: it is kept as long as no other one is asked for. */
export const parquetRows = ({ path, columns, start, end, from, to }: Part) =>
  orFault(async (): Promise<{ readonly rows: readonly Draft[] }> => {
    const key = [path, start, end, ...columns].join();
    if (decoded?.key !== key) {
      decoded = undefined;
      const asked = { columns: [...columns], rowStart: start, rowEnd: end };
      const opening = await opened(path);
      const rows = await parquetReadObjects({ ...opening, ...asked, compressors: { SNAPPY: unpacked } });
      decoded = { key, rows };
    }
    const rows = decoded.rows.slice(from, to);
    // Where it says that it has more rows than it has, the library gives empty ones.
    if (rows.some((row) => Object.values(row).every((value) => value === undefined)))
      throw new Error('it has fewer rows than it says');
    return { rows: rows.map((row) => plain(row) as Draft) };
  });

async function opened(path: string) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  if (!agree(parquetSchema(metadata), metadata)) throw new Error('its columns are not those of its schema');
  return { file, metadata };
}

/** What the library says of a file; what it stumbles over says nothing to anybody. */
const orFault = <T>(work: () => Promise<T>): Promise<T | Fault> =>
  work().catch((thrown) => ({
    fault:
      thrown instanceof Error && !(thrown instanceof TypeError || thrown instanceof RangeError)
        ? thrown.message
        : 'it is damaged',
  }));

/** Of three bytes Snappy makes 64 at most: a page that says more would only take the memory. */
const MAX_RATIO = 32;

function unpacked(packed: Uint8Array, size: number): Uint8Array {
  if (!(size >= 0 && size <= packed.length * MAX_RATIO))
    throw new Error('a page says a size that it cannot have');
  const page = new Uint8Array(size);
  snappyUncompress(packed, page);
  return page;
}

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
