import { fstatSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { SpotterError } from '../../src/errors.ts';
import { writableTarget, writeFileAtomic } from '../../src/files.ts';
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
 * @param out the file that --out names; without one it is a default name, where a symbolic link is refused
 * @param input the picture that was asked about, which is never overwritten; a path, or "-"
 * @throws SpotterError cannot-write, bad-usage (a name that promises another format)
 */
export async function planAnswerFile(
  out: string | undefined,
  input: string,
  before?: string,
): Promise<AnswerFile> {
  const path = out ?? defaultAnswerPath(input, before);
  if (!['', '.jpg', '.jpeg'].includes(extname(path).toLowerCase()) || path === '-') {
    throw new SpotterError(
      'bad-usage',
      `The answer is written as a JPEG file, which "${path}" is no name for.`,
      'Give --out a name that ends with .jpg.',
    );
  }
  if (await isSameFile(path, input)) {
    throw new SpotterError(
      'cannot-write',
      `"${path}" cannot be written: it is the picture that was asked about.`,
      'Choose another place with --out.',
    );
  }
  const follow = out !== undefined;
  await writableTarget(path, { follow });
  return { path, write: (jpeg, signal) => writeFileAtomic(path, jpeg, { follow, signal }) };
}

// With bigint, because the numbers of files are larger than a double can tell apart on some systems.
async function isSameFile(path: string, input: string): Promise<boolean> {
  const statOf = (path: string) => stat(path, { bigint: true }).catch(() => undefined);
  const [there, asked] = await Promise.all([statOf(path), input === '-' ? statOfStdin() : statOf(input)]);
  return there !== undefined && asked !== undefined && there.dev === asked.dev && there.ino === asked.ino;
}

/** What standard input comes from: it may be the very file that is to be written. */
function statOfStdin() {
  try {
    return fstatSync(0, { bigint: true });
  } catch {
    return undefined;
  }
}
