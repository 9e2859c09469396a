import { type Draft, fieldsOf, idOf, KIND_FIELDS, pick, said } from './draft.ts';
import { jsonRows } from './json-rows.ts';

/** What an image row of a COCO file says, as it says it. */
export interface ImageRow {
  readonly file_name: unknown;
  readonly width: unknown;
  readonly height: unknown;
  /** The expression, where a row stands for one: then one annotation answers it. */
  readonly caption: unknown;
  /** What else counts, in the rows that have it. */
  readonly more?: Draft;
}

export interface ImageRows {
  /** The row of that id; undefined where there is none, `answered` where it stands for an expression and was taken. */
  take(id: string): Promise<ImageRow | 'answered' | undefined>;
  /** The ids of the expressions that nobody took. */
  unanswered(): AsyncIterable<string>;
  /** Closes the file, where it was not read to its end. */
  close(): Promise<void>;
}

const MORE = ['bbox_candidates_map', ...KIND_FIELDS];

/**
 * The image rows of a COCO file by id, read only as far as they are asked for; a row that stands for an expression is
 * let go when it is taken.
 */
export function openImageRows(file: string): ImageRows {
  const rows = jsonRows(file, '$.images.*');
  const held = new Map<string, ImageRow>();
  const answered = new Set<string>();

  async function next(): Promise<string | undefined> {
    for (;;) {
      const { done, value } = await rows.next();
      if (done) return undefined;
      const fields = fieldsOf(value.value) ?? {};
      const id = idOf(fields.id);
      if (id === undefined || held.has(id) || answered.has(id)) continue;
      held.set(id, rowOf(fields));
      return id;
    }
  }

  return {
    async take(id) {
      if (answered.has(id)) return 'answered';
      while (!held.has(id) && (await next()) !== undefined);
      const row = held.get(id);
      if (row && said(row.caption)) {
        held.delete(id);
        answered.add(id);
      }
      return row;
    },
    async *unanswered() {
      while ((await next()) !== undefined);
      for (const [id, { caption }] of held) if (said(caption)) yield id;
    },
    async close() {
      await rows.return(undefined);
    },
  };
}

function rowOf(fields: Draft): ImageRow {
  const { file_name, width, height, caption } = fields;
  const more = pick(fields, MORE);
  const row = { file_name, width, height, caption };
  return Object.keys(more).length > 0 ? { ...row, more } : row;
}
