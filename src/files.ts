import { randomUUID } from 'node:crypto';
import { constants, readFileSync, type Stats, statSync } from 'node:fs';
import {
  access,
  type FileHandle,
  lstat,
  open,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, SpotterError } from './errors.ts';

/** A path names something that is not a file, such as a folder, or a pipe that may never be written to. */
export class NotAFile extends Error {
  readonly code = 'ENOTFILE';
  /** What it is instead, with its article. */
  readonly kind: string;
  constructor(kind: string) {
    super(`it is ${kind}, not a file`);
    this.kind = kind;
  }
}

/** Without blocking: a pipe may replace the file between the check and the opening. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file for reading. @throws NotAFile, errors of the file system */
export async function openFile(path: string): Promise<FileHandle> {
  refuseOther(await stat(path));
  const file = await open(path, READ);
  try {
    refuseOther(await file.stat());
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** The bytes of a file, as they come. @throws NotAFile, errors of the file system */
export async function* chunksOf(path: string, chunkBytes = 65_536): AsyncGenerator<Buffer> {
  const file = await openFile(path);
  yield* file.createReadStream({ highWaterMark: chunkBytes });
}

/** The longest line that is read, in bytes: some hundred times what the longest answers have, and less than a text may have. */
const MAX_LINE = 2 ** 28;

/**
 * The lines of a file in UTF-8, without their ends ("\n" or "\r\n"); undefined in place of one that is longer than `most`
 * bytes, of which nothing is kept. What other signs end elsewhere (U+2028 in a JSON string) ends no line here.
 */
export async function* linesOf(file: FileHandle, most = MAX_LINE): AsyncGenerator<string | undefined> {
  let begun: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= most) begun.push(part);
    else begun = [];
  };
  const line = (): string | undefined => {
    const whole = bytes > most ? undefined : Buffer.concat(begun).toString('utf8').replace(/\r$/, '');
    [begun, bytes] = [[], 0];
    return whole;
  };
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (bytes > 0) yield line();
}

const NEWLINE = 0x0a;

/** The text of a file, in UTF-8. @throws NotAFile, errors of the file system */
export function readTextFile(path: string | URL): string {
  refuseOther(statSync(path));
  return readFileSync(path, { encoding: 'utf8', flag: READ as never });
}

function refuseOther(stats: Stats): void {
  const kind = otherKind(stats);
  if (kind !== undefined) throw new NotAFile(kind);
}

/** What something is that is no file; undefined for a file. */
function otherKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

export interface WriteOptions {
  /**
   * Whether a symbolic link may be followed; true unless told. Only a link to a file in the same folder is: anybody who
   * can write into the folder could point a link elsewhere.
   */
  readonly follow?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a file all at once or not at all: whoever looks sees the old one or the new one.
 * @throws SpotterError cannot-write, or what the signal was aborted with
 * @example await writeFileAtomic('scores.csv', csv)
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  { follow = true, signal }: WriteOptions = {},
): Promise<void> {
  const target = await writableTarget(path, { follow });
  const draft = join(dirname(target), `.spotter-${randomUUID()}.tmp`);
  try {
    await writeFile(draft, content, { flag: 'wx' });
    signal?.throwIfAborted();
    await rename(draft, target);
  } catch (thrown) {
    // Its own failure would hide why the draft could not be written.
    await rm(draft, { force: true }).catch(() => {});
    throw thrown instanceof SpotterError ? thrown : cannotWrite(path, thrown);
  }
}

/**
 * Where a file can be written: the path, or the file that it links to. What is there and is no file is never replaced.
 * @throws SpotterError cannot-write
 */
export async function writableTarget(
  path: string,
  { follow = true }: Pick<WriteOptions, 'follow'> = {},
): Promise<string> {
  try {
    const there = await lstat(path).catch(unlessMissing);
    const target = there?.isSymbolicLink() ? await linkTarget(path, follow) : path;
    const folder = dirname(target);
    if (!(await stat(folder)).isDirectory()) throw new Error(WHY.ENOTDIR);
    await access(folder, constants.W_OK);
    if (there) {
      refuseOther(await stat(target));
      await access(target, constants.W_OK);
    }
    return target;
  } catch (thrown) {
    throw cannotWrite(path, thrown);
  }
}

async function linkTarget(path: string, follow: boolean): Promise<string> {
  if (!follow) throw new Error('it is a symbolic link');
  const target = await realpath(path).catch(unlessMissing);
  if (target === undefined) throw new Error('it is a symbolic link to nothing');
  if (dirname(target) !== (await realpath(dirname(path)))) {
    throw new Error(`it is a symbolic link into another folder, to ${target}`);
  }
  return target;
}

function unlessMissing(thrown: unknown): undefined {
  if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that place can only be read',
};

function cannotWrite(path: string, thrown: unknown): SpotterError {
  const why = WHY[(thrown as NodeJS.ErrnoException).code ?? ''] ?? messageOf(thrown);
  return new SpotterError(
    'cannot-write',
    `"${path}" cannot be written: ${why}.`,
    'Choose another place with --out.',
    thrown,
  );
}
