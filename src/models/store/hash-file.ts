import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Of the bytes of a file; sha256 in hex. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** @throws AbortError, errors of the disk */
export async function digestOf(file: string, signal?: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, signal ? { signal } : {})) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** As `digestOf`; undefined where there is no such file. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<Digest | undefined> {
  try {
    return await digestOf(file, signal);
  } catch (thrown) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw thrown;
  }
}
