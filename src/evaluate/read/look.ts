import { SpotterError } from '../../errors.ts';
import { openFile } from '../../files.ts';
import { type Draft, fieldsOf } from './draft.ts';
import { unreadable } from './failures.ts';
import { parsedLine } from './lines.ts';
import { createRowParser } from './row-parser.ts';

/** What can be told of a file by its beginning. */
export interface Look {
  /** The lists that a dictionary holds by name: `images` and `annotations` of a COCO file. */
  readonly lists: ReadonlySet<string>;
  /** The first whole row of a list, or of a dictionary that holds rows. */
  readonly row: Draft | undefined;
  /** The first line, where that is a whole object. */
  readonly line: Draft | undefined;
}

/** So much of a file is looked at. */
const HEAD = 256 * 1024;

/** Files that are no JSON, by how they may begin, and what to do with them. */
const FOREIGN: ReadonlyArray<readonly [begins: readonly string[], is: string, hint: string]> = [
  [
    ['\x80', '('],
    'is a Python pickle, which is not read: opening one runs what is in it',
    'Convert it once, if you trust it: python3 -c "import json, pickle, sys; json.dump(pickle.load(open(sys.argv[1], ' +
      "'rb'), encoding='latin1'), open(sys.argv[2], 'w'))\" 'refs(unc).p' refs.json",
  ],
  [['\x1f\x8b'], 'is compressed', 'Unpack it first: gunzip FILE.'],
  [['PK'], 'is a zip archive', 'Unpack it first: unzip FILE.'],
  [['PAR1'], 'is a Parquet file, which is not read', 'Export it as JSON lines.'],
  [['\xff\xfe', '\xfe\xff'], 'is text in UTF-16', 'Save it as UTF-8.'],
];

/** @throws SpotterError not-found, empty-file, bad-usage where it is no text */
export async function lookAt(file: string): Promise<Look> {
  const head = await beginning(file);
  const text = head.toString('latin1');
  if (text.trim() === '') throw new SpotterError('empty-file', `${file} is empty.`);
  const foreign = FOREIGN.find(([begins]) => begins.some((bytes) => text.startsWith(bytes)));
  if (foreign) throw new SpotterError('bad-usage', `${file} ${foreign[1]}.`, foreign[2]);
  const line = fieldsOf(parsedLine(head.toString('utf8').trimStart().split(/\r?\n/, 1)[0]!));
  return { ...lookInside(head), line };
}

function lookInside(head: Uint8Array): Pick<Look, 'lists' | 'row'> {
  const lists = new Set<string>();
  let row: Draft | undefined;
  const parser = createRowParser(['$.*', '$.*.*'], ({ section, key, value, listed }) => {
    if (section !== undefined && listed) lists.add(section);
    if (section !== undefined) return;
    if (Array.isArray(value) && !listed) lists.add(String(key));
    row ??= fieldsOf(value);
  });
  try {
    parser.write(head);
  } catch {
    // Whoever reads the file meets it again, and says where.
  }
  return { lists, row };
}

async function beginning(file: string): Promise<Buffer> {
  try {
    const handle = await openFile(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}
