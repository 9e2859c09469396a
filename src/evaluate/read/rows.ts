import { Tokenizer, TokenParser } from '@streamparser/json';
import { SpotterError } from '../../errors.ts';
import { chunksOf, linesOf, openFile } from '../../files.ts';
import { type Draft, fieldsOf, idOf, KIND_FIELDS, pick, said, unreadable } from './check.ts';

/** A value of a JSON text. */
export interface JsonRow {
  /** The key that it is under where its path has two steps: `images` of `$.images.*`. */
  readonly section: string | undefined;
  /** Its key in a dictionary, or its index in a list. */
  readonly key: string | number;
  readonly value: unknown;
  /** Whether it stands in a list. */
  readonly listed: boolean;
}

export interface RowParser {
  /** Where the last word or sign began, in bytes from 0. */
  readonly offset: number;
  /** Whether the text so far is whole. */
  readonly whole: boolean;
  /** Takes the next bytes, and blanks their NaNs in place. @throws Error where they are not JSON */
  write(bytes: Uint8Array): void;
  /** @throws Error where the text is not whole */
  end(): void;
}

/**
 * Calls back for every value at the given paths as soon as it is whole, and forgets it then.
 * @param paths such as `$.*` or `$.images.*`
 */
export function createRowParser(paths: readonly string[], onRow: (row: JsonRow) => void): RowParser {
  const tokenizer = new Tokenizer();
  const values = new TokenParser({ paths: [...paths], keepStack: false });
  const blankNaN = createNanBlanker();
  let offset = 0;
  tokenizer.onToken = (token) => {
    offset = token.offset;
    values.write(token);
  };
  values.onValue = ({ key, value, parent, stack }) => {
    onRow({ section: stack[1]?.key?.toString(), key: key ?? '', value, listed: Array.isArray(parent) });
  };
  return {
    get offset() {
      return offset;
    },
    get whole() {
      return values.isEnded;
    },
    write(bytes) {
      blankNaN(bytes);
      tokenizer.write(bytes);
    },
    end() {
      tokenizer.end();
      if (!values.isEnded) values.end();
    },
  };
}

/**
 * Read at once. A COCO file of 70 MB had 205 MB resident at most with 64 KiB, up to 290 with 256, in the same time: what
 * a chunk holds lives until it was given out.
 */
const CHUNK = 64 * 1024;

/**
 * The values at the given paths of a JSON file, one after the other, without holding the file.
 * @param paths such as `$.*` or `$.images.*`
 * @throws SpotterError not-found; bad-usage where it is not JSON or breaks off, after the rows before that place
 */
export async function* jsonRows(file: string, ...paths: readonly string[]): AsyncGenerator<JsonRow> {
  let rows: JsonRow[] = [];
  let passed = 0;
  const parser = createRowParser(paths, (row) => rows.push(row));
  try {
    for await (const bytes of chunksOf(file, CHUNK)) {
      const failure = thrownBy(() => parser.write(bytes));
      yield* rows;
      passed += rows.length;
      rows = [];
      if (failure) throw notJson(file, parser, passed, failure);
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  const failure = thrownBy(() => parser.end());
  if (failure) throw cutOff(file, passed, failure);
}

function thrownBy(work: () => void): { thrown: unknown } | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

const notJson = (file: string, { offset }: RowParser, passed: number, { thrown }: { thrown: unknown }) =>
  new SpotterError(
    'bad-usage',
    `${file} is not JSON: something is wrong near byte ${offset}, after ${passed} whole rows.`,
    'Nothing behind that place can be read: mend it, or get the file again.',
    thrown,
  );

const cutOff = (file: string, passed: number, { thrown }: { thrown: unknown }) =>
  new SpotterError(
    'bad-usage',
    `${file} breaks off in the middle, after ${passed} whole rows.`,
    'It seems to be written or downloaded by half: get it again.',
    thrown,
  );

/**
 * The lines of a file as JSON, one after the other; undefined for one that is not, or is too long. Blank ones are passed over.
 * @throws SpotterError not-found
 */
export async function* jsonLines(file: string): AsyncGenerator<{ row: number; value: unknown }> {
  let row = 0;
  try {
    const handle = await openFile(file);
    try {
      for await (const line of linesOf(handle)) {
        row += 1;
        if (line === undefined) yield { row, value: undefined };
        else if (line.trim() !== '') yield { row, value: pythonLine(line) };
      }
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

/** What a line of JSON holds; undefined where it is not JSON. */
export function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** What a line of an annotation set holds, which Python may have written: see `createNanBlanker`. */
export function pythonLine(line: string): unknown {
  const value = parsedLine(line);
  if (value !== undefined || !line.includes('NaN')) return value;
  const bytes = Buffer.from(line);
  createNanBlanker()(bytes);
  return parsedLine(bytes.toString());
}

const [QUOTE, BACKSLASH, SPACE, N] = [0x22, 0x5c, 0x20, 0x4e];

/**
 * Python writes a number that is missing as NaN, which is not JSON. Makes a function that blanks the next bytes of a
 * text in place: a NaN outside of strings becomes an empty string, as long as it was, so that places in the file stay
 * right. What is in strings stays as it is.
 */
export function createNanBlanker(): (bytes: Uint8Array) => void {
  let inString = false;
  let escaped = false;
  let left = 0;
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (left > 0) bytes[i] = left-- === 2 ? QUOTE : SPACE;
      else if (byte === QUOTE) inString = true;
      else if (byte === N) {
        bytes[i] = QUOTE;
        left = 2;
      }
    }
  };
}

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
