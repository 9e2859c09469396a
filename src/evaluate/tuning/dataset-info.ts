import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SpotterError } from '../../errors.ts';

/** LLaMA-Factory's table of data sets: it looks for a file of this name in its dataset folder. */
export const DATASET_INFO = 'dataset_info.json';

const Table = z.record(z.string(), z.unknown());

/** How LLaMA-Factory reads our files: its data/README.md, "Sharegpt Format" and "OpenAI Format". */
export const datasetEntry = (fileName: string) => ({
  file_name: fileName,
  formatting: 'sharegpt',
  columns: { messages: 'messages', images: 'images' },
  tags: { role_tag: 'role', content_tag: 'content', user_tag: 'user', assistant_tag: 'assistant' },
});

/**
 * The text of a table with these data sets in it, whatever else stands there.
 * @param fileNames by the name of each data set
 * @throws SpotterError cannot-write: there is a table that cannot be read, and so would be lost
 */
export async function withDatasets(
  table: string,
  fileNames: Readonly<Record<string, string>>,
): Promise<string> {
  const there = existsSync(table) ? parse(await readFile(table, 'utf8'), table) : {};
  const ours = Object.entries(fileNames).map(([name, file]) => [name, datasetEntry(file)] as const);
  return `${JSON.stringify({ ...there, ...Object.fromEntries(ours) }, null, 2)}\n`;
}

function parse(text: string, table: string): Record<string, unknown> {
  try {
    return Table.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpotterError(
      'cannot-write',
      `${table} is there, and is not a table of data sets.`,
      'Mend it or move it away: it would be overwritten.',
      cause,
    );
  }
}
