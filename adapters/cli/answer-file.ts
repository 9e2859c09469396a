import { fstatSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { SpotterError } from '../../src/errors.ts';
import { writableTarget, writeFileAtomic } from '../../src/files.ts';
import { safe } from '../../src/text.ts';

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

/** Where an answer is written; checked before the question is asked. */
export interface AnswerFile {
  readonly path: string;
  /** Replaces the file at once: readers see the old file or the new one. @throws SpotterError cannot-write, cancelled */
  write(content: Uint8Array | string, signal?: AbortSignal): Promise<void>;
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
  return planFile(path, input, { option: '--out', follow: out !== undefined });
}

/**
 * Where the lesson is written, as HTML.
 * @param input the picture that was asked about, which is never overwritten; a path, or "-"
 * @throws SpotterError cannot-write, bad-usage (a name that promises another format)
 */
export async function planLessonFile(path: string, input: string): Promise<AnswerFile> {
  if (!['.html', '.htm'].includes(extname(path).toLowerCase())) {
    throw new SpotterError(
      'bad-usage',
      `The lesson is written as an HTML file, which "${path}" is no name for.`,
      'Give --lesson a name that ends with .html.',
    );
  }
  return planFile(path, input, { option: '--lesson', follow: true });
}

interface Planned {
  /** What named the file. */
  readonly option: string;
  readonly follow: boolean;
}

async function planFile(path: string, input: string, { option, follow }: Planned): Promise<AnswerFile> {
  const hint = `Choose another place with ${option}.`;
  if (await isSameFile(path, input)) {
    const sentence = `"${path}" cannot be written: it is the picture that was asked about.`;
    throw new SpotterError('cannot-write', sentence, hint);
  }
  try {
    await writableTarget(path, { follow });
  } catch (thrown) {
    if (!(thrown instanceof SpotterError)) throw thrown;
    throw new SpotterError(thrown.code, thrown.message, hint, thrown);
  }
  return { path, write: (content, signal) => writeFileAtomic(path, content, { follow, signal }) };
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
