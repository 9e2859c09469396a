import { createHash, type Hash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { cannotWrite } from './failure.ts';

/** Where the bytes of a part come from: only bytes of the same version may follow. */
const Origin = z.strictObject({
  url: z.string(),
  /** A strong ETag: the same as long as every byte is the same. */
  etag: z.string().optional(),
  /** How many bytes there will be. */
  total: z.int().optional(),
});
export type Origin = z.infer<typeof Origin>;

/** A file that is on its way: "<file>.part", and besides it where it comes from. Hashed as it grows. */
export interface Part {
  readonly file: string;
  readonly size: number;
  readonly origin: Origin | undefined;
  /** Forgets what there is, and starts with bytes from elsewhere. @throws SpotterError cannot-write, no-space */
  begin(origin: Origin): Promise<void>;
  /** @throws SpotterError cannot-write, no-space */
  append(chunk: Uint8Array): Promise<void>;
  /** Of all bytes so far, hex. */
  digest(): string;
  /** Everything is on the disk afterwards. May be called more than once. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

export const partOf = (file: string): string => `${file}.part`;
export const originOf = (file: string): string => `${file}.part.json`;

/**
 * Opens the part of a file, with what an earlier attempt has left of it.
 * @throws SpotterError cannot-write, no-space
 */
export async function openPart(target: string, algorithm: string): Promise<Part> {
  const file = partOf(target);
  const mended = <T>(work: Promise<T>): Promise<T> =>
    work.catch((thrown) => {
      throw cannotWrite(file, thrown);
    });
  await mended(mkdir(dirname(file), { recursive: true }));
  const handle = await mended(open(file, 'a'));
  let closed = false;
  let origin = readOrigin(originOf(target));
  let { size, hash } = await mended(hashOf(file, algorithm));

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await mended(settle(handle));
  };
  const reset = async (): Promise<void> => {
    await mended(truncate(file));
    size = 0;
    hash = createHash(algorithm);
    origin = undefined;
  };
  return {
    file,
    get size() {
      return size;
    },
    get origin() {
      return origin;
    },
    async begin(next) {
      await reset();
      await mended(writeFile(originOf(target), JSON.stringify(next)));
      origin = next;
    },
    async append(chunk) {
      await mended(handle.appendFile(chunk));
      hash.update(chunk);
      size += chunk.length;
    },
    digest: () => hash.copy().digest('hex'),
    close,
    async discard() {
      if (closed) await Promise.all([file, originOf(target)].map((path) => rm(path, { force: true })));
      else await reset();
    },
  };
}

async function hashOf(file: string, algorithm: string): Promise<{ size: number; hash: Hash }> {
  const hash = createHash(algorithm);
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, hash };
}

async function settle(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function readOrigin(file: string): Origin | undefined {
  try {
    return Origin.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
