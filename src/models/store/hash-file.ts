import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The size and the sha256 (hex) of a file; undefined where there is none. @throws AbortError, errors of the disk */
export async function hashFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string } | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, signal ? { signal } : {})) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (thrown) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw thrown;
  }
  return { bytes, sha256: hash.digest('hex') };
}
