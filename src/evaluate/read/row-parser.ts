import { Tokenizer, TokenParser } from '@streamparser/json';
import { createNanBlanker } from './python-nan.ts';

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
