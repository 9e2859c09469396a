import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { LRUCache } from 'lru-cache';
import { throwIfStopped, unlessStopped } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { NotAFile, openFile } from '../files.ts';
import { createSingleFlight } from '../single-flight.ts';
import { type Excess, type TaskOptions, WorkerPool } from '../worker/pool.ts';
import { startProcess } from '../worker/worker.ts';
import type { Decoded } from './decode.ts';
import type { DecoderTasks } from './decoder-worker.ts';
import { DEFAULT_LIMITS, inBytes, type Limits, outOfMemory } from './inspect.ts';
import type { Picture } from './picture.ts';

export interface ReadOptions {
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

export interface PictureReader {
  /** Like `readPicture`, but bytes seen lately are not decoded again: the very same Picture is returned. */
  read(source: PictureSource, options?: TaskOptions): Promise<Picture>;
}

/**
 * Reads a picture from a file path, from bytes, or from a stream, and decodes it once.
 *
 * @example
 * const picture = await readPicture('street.jpg', { signal: AbortSignal.timeout(10_000) });
 * @throws SpotterError not-found, empty-file, too-many-bytes, not-a-picture, unsupported-picture,
 *   too-many-pixels, too-small, broken-picture, too-costly, busy, cancelled, timed-out
 */
export async function readPicture(
  source: PictureSource,
  { limits = {}, signal }: ReadOptions = {},
): Promise<Picture> {
  const allowed = { ...DEFAULT_LIMITS, ...limits };
  const bytes = await readBytes(source, allowed, signal);
  return toPicture(bytes, sha256(bytes), allowed, { signal });
}

/**
 * A reader that remembers the decoded pictures of the last questions, up to `cacheBytes` of rasters (a raster of
 * 1600 x 1200 has 5.8 MB), and that decodes bytes asked for several times at once only once.
 */
export function createPictureReader(
  options: {
    readonly limits?: Partial<Limits>;
    readonly cacheBytes?: number;
    /** Whether pictures hold the bytes that they were decoded from; they do not unless told. */
    readonly keepEncoded?: boolean;
  } = {},
): PictureReader {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const known = new LRUCache<string, Picture>({
    maxSize: options.cacheBytes ?? 16 * 2 ** 20,
    sizeCalculation: ({ raster, encoded }) => raster.data.length + (encoded?.length ?? 0),
  });
  const share = createSingleFlight<Picture>(known);
  return {
    async read(source, { signal, asker } = {}) {
      const bytes = await readBytes(source, limits, signal);
      const key = sha256(bytes);
      const decoded = async (shared: AbortSignal): Promise<Picture> => {
        const picture = await toPicture(bytes, key, limits, { signal: shared, asker });
        return options.keepEncoded ? { ...picture, encoded: bytes } : picture;
      };
      return share(key, decoded, signal);
    },
  };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function toPicture(
  bytes: Uint8Array,
  key: string,
  limits: Limits,
  options: TaskOptions,
): Promise<Picture> {
  return { ...(await decodePicture(bytes, limits, options)), sha256: key };
}

/** Whatever a picture claims to be. */
const DEADLINE_MS = 10_000;

/** Two, so that a picture that takes long keeps nobody else's waiting. */
const pool = new WorkerPool<DecoderTasks>({
  start: startProcess,
  source: fileURLToPath(new URL('./decoder-worker.ts', import.meta.url)),
  size: 2,
  // Of which the process itself takes about 110 MB.
  maxMemory: 400 * 2 ** 20,
  idleMs: 60_000,
  maxQueue: 64,
  excess: (excess, reason) => EXCESS[excess](reason),
});

const EXCESS: Readonly<Record<Excess, (reason: string) => SpotterError>> = {
  time: () =>
    new SpotterError(
      'too-costly',
      'Decoding the picture takes too long.',
      'Send a smaller version of the picture, or save it again as JPEG.',
    ),
  memory: () => outOfMemory(),
  death: (reason) =>
    new SpotterError(
      'broken-picture',
      'The picture cannot be decoded: its decoder stopped working.',
      `Open it in a viewer and save it again, or send another copy. (The decoder ${reason}.)`,
    ),
};

/** Process ids of the decoders, for tests and measurements. */
export const decoderPids = (): readonly number[] => pool.pids;

/**
 * Decodes a picture in a process of its own, which is ended when that takes too much time or memory, or when nobody
 * wants it any more; see `decode`.
 * @throws SpotterError as `decode`; too-costly, busy; cancelled, timed-out by the signal
 */
const decodePicture = (
  bytes: Uint8Array,
  limits: Limits,
  { signal, asker }: TaskOptions = {},
): Promise<Decoded> => pool.run('decode', { bytes, limits }, { deadlineMs: DEADLINE_MS, signal, asker });

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
