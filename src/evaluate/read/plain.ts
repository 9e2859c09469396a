import { type Draft, type Drafted, type Found, fieldsOf, idOf, named } from './draft.ts';
import { jsonRows } from './json-rows.ts';
import { jsonLines } from './lines.ts';
import type { Skipped } from './reasons.ts';

/** What a row becomes, by itself: a draft, or the reason why not. */
export type RowReader = (row: Draft) => Pick<Drafted, 'draft'> | Pick<Skipped, 'reason'>;

/** Reads a dictionary of rows keyed by id, or a list of them, each by itself. A row's own id goes before its key. */
export const readRows = (read: RowReader) =>
  async function* (file: string): AsyncGenerator<Found> {
    let row = 0;
    for await (const { key, value, listed } of jsonRows(file, '$.*')) {
      row += 1;
      yield found(row, value, listed ? undefined : key, read);
    }
  };

/** Reads rows that are a line each. A line that is torn is left out, those after it count. */
export async function* readLines(file: string): AsyncGenerator<Found> {
  for await (const { row, value } of jsonLines(file)) {
    yield value === undefined ? { row, reason: 'not-json' } : found(row, value, undefined, asItIs);
  }
}

/** The project's own form: nothing to translate. */
export const asItIs: RowReader = (row) => ({ draft: row });

function found(row: number, value: unknown, key: string | number | undefined, read: RowReader): Found {
  const fields = fieldsOf(value);
  if (!fields) return { row, reason: 'not-a-row' };
  const id = idOf(fields.id) ?? key?.toString();
  const result = read({ ...fields, id });
  return 'draft' in result ? { row, ...result } : { ...named(row, id), ...result };
}
