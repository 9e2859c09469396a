import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite } from './pull/failure.ts';
import { removePart } from './pull/pull.ts';
import { type Entry, filesOf } from './registry/schema.ts';
import { writeLockFile } from './store/lock-file.ts';
import type { Place } from './store/store.ts';

/** Removes what no other variant needs, with its pins and what is half downloaded. @throws SpotterError cannot-write */
export async function removeVariant(entry: Entry, { folder, lock }: Place, variant: string): Promise<void> {
  const others = Object.keys(entry.variants).filter((name) => name !== variant);
  const needed = new Set(
    others.flatMap((name) => filesOf(entry, entry.variants[name]!)).map(({ path }) => path),
  );
  const paths = filesOf(entry, entry.variants[variant]!)
    .map(({ path }) => path)
    .filter((path) => !needed.has(path));
  try {
    const kept = Object.entries(lock?.files ?? {}).filter(([path]) => !paths.includes(path));
    // Forgotten first: what is half removed must not pass for complete.
    if (lock) await writeLockFile(folder, { ...lock, files: Object.fromEntries(kept) });
    for (const path of paths) {
      await rm(join(folder, path), { force: true });
      await removePart(join(folder, path));
    }
  } catch (thrown) {
    throw cannotWrite(folder, thrown);
  }
}

/** Removes all that was pulled of a model, with its pins and the accepted licence. @throws SpotterError cannot-write */
export async function removeModel({ folder }: Place): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((thrown) => {
    throw cannotWrite(folder, thrown);
  });
}
