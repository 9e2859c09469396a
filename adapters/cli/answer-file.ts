import { randomUUID } from 'node:crypto';
import { constants, fstatSync } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { SpotterError } from '../../src/errors.ts';
import { safe } from '../../src/safe-text.ts';

/** Well below the 255 bytes that file systems allow. */
const NAME_BYTES = 200;

/** The picture's name with "spotter-" or so in front, in the current folder. */
export function defaultAnswerPath(input: string, before = 'spotter-'): string {
  const named = input === '-' ? 'stdin' : safe(basename(input, extname(input)));
  let name = '';
  for (const character of named) {
    if (Buffer.byteLength(name + character) > NAME_BYTES) break;
    name += character;
  }
  return `${before}${name || 'picture'}.jpg`;
}

/** Where an answer will be written: checked beforehand, since nobody wants to wait for a picture that is lost. */
export interface AnswerFile {
  readonly path: string;
  /** All or nothing: whoever looks sees the old file or the new one. @throws SpotterError cannot-write, cancelled */
  write(jpeg: Uint8Array, signal?: AbortSignal): Promise<void>;
}

/**
 * @param input the picture that was asked about, which is never overwritten; a path, or "-"
 * @throws SpotterError cannot-write, bad-usage (a name that promises another format)
 */
export async function planAnswerFile(path: string, input: string): Promise<AnswerFile> {
  if (!['', '.jpg', '.jpeg'].includes(extname(path).toLowerCase()) || path === '-') {
    throw new SpotterError(
      'bad-usage',
      `The answer is written as a JPEG file, which "${path}" is no name for.`,
      'Give --out a name that ends with .jpg.',
    );
  }
  const target = await writableTarget(path, input);
  return {
    path,
    async write(jpeg, signal) {
      const draft = join(dirname(target), `.spotter-${randomUUID()}.tmp`);
      try {
        await writeFile(draft, jpeg, { flag: 'wx' });
        signal?.throwIfAborted();
        await rename(draft, target);
      } catch (thrown) {
        // Its own failure would hide why the draft could not be written.
        await rm(draft, { force: true }).catch(() => {});
        throw thrown instanceof SpotterError ? thrown : cannotWrite(path, String(thrown), thrown);
      }
    },
  };
}

/** What standard input comes from: it may be the very file that is to be written. */
const fstat0 = () => {
  try {
    return fstatSync(0, { bigint: true });
  } catch {
    return undefined;
  }
};

/** The file itself where the path is a link: a link should not be replaced by a file. */
async function writableTarget(path: string, input: string): Promise<string> {
  const [there, asked] = await Promise.all([statOf(path), input === '-' ? fstat0() : statOf(input)]);
  if (there?.isDirectory()) throw cannotWrite(path, 'it is a folder');
  if (there && !there.isFile()) throw cannotWrite(path, 'it is not an ordinary file');
  if (there && asked && there.dev === asked.dev && there.ino === asked.ino) {
    throw cannotWrite(path, 'it is the picture that was asked about');
  }
  try {
    const target = there ? await realpath(path) : path;
    const folder = await stat(dirname(target));
    if (!folder.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(dirname(target), constants.W_OK);
    if (there) await access(target, constants.W_OK);
    return target;
  } catch (thrown) {
    throw cannotWrite(path, WHY[(thrown as NodeJS.ErrnoException).code ?? ''] ?? String(thrown), thrown);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that place can only be read',
};

// With bigint, because the numbers of files are larger than a double can tell apart on some systems.
const statOf = (path: string) => stat(path, { bigint: true }).catch(() => undefined);

const cannotWrite = (path: string, why: string, cause?: unknown): SpotterError =>
  new SpotterError(
    'cannot-write',
    `"${path}" cannot be written: ${why}.`,
    'Choose another place with --out.',
    cause,
  );
