import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const LOCK_FILE = 'spotter-lock.json';

const Pinned = z.strictObject({
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where it came from, in words. */
  from: z.string(),
  /** Who said what its bytes must be: the registry, or, where that did not know, whatever came first. */
  pinnedBy: z.enum(['registry', 'first pull']),
});

const LockFile = z.strictObject({
  model: z.string(),
  licence: z.strictObject({ id: z.string(), url: z.string(), accepted: z.iso.datetime() }).optional(),
  files: z.record(z.string(), Pinned),
});

export type Pinned = z.infer<typeof Pinned>;
/** What is known of a pulled model: lies besides its files. */
export type LockFile = z.infer<typeof LockFile>;

/** The lock file of a model's folder; where there is none, or none that can be read, nothing is known. */
export function readLockFile(folder: string): LockFile | undefined {
  try {
    return LockFile.parse(JSON.parse(readFileSync(join(folder, LOCK_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** All or nothing: whoever looks sees the old file or the new one. */
export async function writeLockFile(folder: string, lock: LockFile): Promise<void> {
  const draft = join(folder, `${LOCK_FILE}.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, `${JSON.stringify(lock, null, 2)}\n`, { flag: 'wx' });
    await rename(draft, join(folder, LOCK_FILE));
  } catch (thrown) {
    await rm(draft, { force: true }).catch(() => {});
    throw thrown;
  }
}
