import { openFile } from '../../files.ts';
import { unreadable } from './failures.ts';

/**
 * The lines of a file as JSON, one after the other; undefined for one that is not. Blank ones are passed over.
 * @throws SpotterError not-found
 */
export async function* jsonLines(file: string): AsyncGenerator<{ row: number; value: unknown }> {
  let row = 0;
  try {
    const handle = await openFile(file);
    try {
      for await (const line of handle.readLines()) {
        row += 1;
        if (line.trim() !== '') yield { row, value: parsedLine(line) };
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
