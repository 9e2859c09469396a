import { throwIfStopped, unlessStopped } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { NotAFile, openFile } from '../files.ts';
import { inBytes, type Limits } from './inspect.ts';

/** A path, the encoded bytes themselves, or a stream of them (such as standard input). */
export type PictureSource = string | Uint8Array | AsyncIterable<Uint8Array>;

type Bounds = Pick<Limits, 'maxBytes'>;

/**
 * All bytes of a source, never holding more than the limit and one chunk: a file's size is looked at before it
 * is opened for reading, a stream is left as soon as it exceeds the limit.
 *
 * @throws SpotterError not-found, not-a-picture (a folder, a pipe, a device), empty-file, too-many-bytes, cancelled, timed-out
 */
export async function readBytes(
  source: PictureSource,
  limits: Bounds,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes =
    typeof source === 'string'
      ? await readFile(source, limits, signal)
      : source instanceof Uint8Array
        ? source
        : await collect(source, limits, signal);
  if (bytes.length === 0) {
    throw new SpotterError('empty-file', 'The file is empty (0 bytes).', 'Send the picture again.');
  }
  if (bytes.length > limits.maxBytes) throw tooManyBytes(bytes.length, limits);
  return bytes;
}

async function readFile(path: string, limits: Bounds, signal: AbortSignal | undefined): Promise<Uint8Array> {
  throwIfStopped(signal);
  const file = await openFile(path).catch((thrown) => {
    throw unreadable(path, thrown);
  });
  try {
    const { size } = await file.stat();
    if (size > limits.maxBytes) throw tooManyBytes(size, limits);
    // It may grow meanwhile, so the cap while reading has to hold as well.
    return await collect(file.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 }), limits, signal);
  } finally {
    await file.close();
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  limits: Bounds,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (let total = 0; ; ) {
      const { done, value } = await unlessStopped(iterator.next(), signal);
      if (done) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      total += value.length;
      if (total > limits.maxBytes) throw tooLarge(`reading stopped after ${inBytes(total)}`, limits);
      chunks.push(value);
    }
  } catch (thrown) {
    // Not awaited: a generator that hangs in next() would also hang in return().
    iterator.return?.().catch(() => {});
    throw thrown;
  }
}

/** @param bytes how many it has, or says to have */
export const tooManyBytes = (bytes: number, limits: Bounds): SpotterError =>
  tooLarge(`it has ${inBytes(bytes)}`, limits);

function tooLarge(how: string, { maxBytes }: Bounds): SpotterError {
  return new SpotterError(
    'too-many-bytes',
    `The file is too large: ${how}, the limit is ${inBytes(maxBytes)}.`,
    'Send a smaller version of the picture.',
  );
}

const WHY_UNREADABLE: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

function unreadable(path: string, thrown: NodeJS.ErrnoException): SpotterError {
  if (thrown instanceof NotAFile) {
    return new SpotterError(
      'not-a-picture',
      `"${path}" is ${thrown.kind}, not a picture.`,
      thrown.kind === 'a folder' ? 'Name a file inside it.' : 'Pipe the picture in and name it "-".',
      thrown,
    );
  }
  const { code = '', message } = thrown;
  return new SpotterError(
    'not-found',
    `"${path}" ${WHY_UNREADABLE[code] ?? 'cannot be read'}.`,
    WHY_UNREADABLE[code] ? 'Check the path and its permissions.' : `The system says: ${message}`,
    thrown,
  );
}
