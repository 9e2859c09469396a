import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DAY = 86_400_000;

/** Pictures in a folder, each under the SHA-256 of its bytes; for their owner only. */
export interface PictureFolder {
  /** Keeps one unless it is there; resolves to whether it is there now. Whatever fails, it never rejects. */
  keep(sha256: string, bytes: () => Promise<Uint8Array>): Promise<boolean>;
  /** Removes some. */
  drop(sha256s: Iterable<string>): Promise<void>;
  /** Removes all that nobody refers to, but for those of the last day: what refers to one is written after it. */
  prune(referred: ReadonlySet<string>): Promise<void>;
}

export function pictureFolder(folder: string): PictureFolder {
  const fileOf = (sha256: string): string => join(folder, sha256);
  const drop = (sha256: string) => rm(fileOf(sha256), { force: true });
  const names = () => readdir(folder).catch((): string[] => []);
  return {
    async keep(sha256, bytes) {
      if (!isHash(sha256)) return false;
      try {
        if (await isThere(fileOf(sha256))) return true;
        const picture = await bytes();
        // The address may lead to something else by now.
        if (createHash('sha256').update(picture).digest('hex') !== sha256) return false;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const draft = join(folder, `.${randomUUID()}.tmp`);
        await writeFile(draft, picture, { mode: 0o600, flag: 'wx' });
        await rename(draft, fileOf(sha256));
        return true;
      } catch {
        return false;
      }
    },
    async drop(sha256s) {
      for (const sha256 of sha256s) if (isHash(sha256)) await drop(sha256);
    },
    async prune(referred) {
      for (const name of await names()) {
        if (referred.has(name) || (!isHash(name) && !name.endsWith('.tmp'))) continue;
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > DAY) await rm(join(folder, name), { force: true });
      }
    },
  };
}

const isHash = (text: string): boolean => /^[\da-f]{64}$/.test(text);

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
