import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite } from './part.ts';
import { removePart } from './pull.ts';
import { agrees, type Entry, filesOf, type LayoutFile } from './registry.ts';
import { hashFile, type Place, writeLockFile } from './store.ts';

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

/** What became of one file. */
export interface Verified {
  readonly id: string;
  readonly path: string;
  readonly ok: boolean;
  readonly sha256: string | null;
  /** In words: what it was checked against, or what is wrong. */
  readonly said: string;
}

/** Reads all bytes of the files of some variants, and compares them with what they must be. */
export async function verifyFiles(
  entry: Entry,
  place: Place,
  variants: readonly string[],
  signal?: AbortSignal,
): Promise<Verified[]> {
  const files = new Map(
    variants.flatMap((variant) => filesOf(entry, entry.variants[variant]!)).map((file) => [file.path, file]),
  );
  const found: Verified[] = [];
  for (const file of files.values()) found.push(await verifyFile(entry, place, file, signal));
  return found;
}

async function verifyFile(
  { id }: Entry,
  { folder, shipped, lock }: Place,
  { path, sha256: registered }: LayoutFile,
  signal?: AbortSignal,
): Promise<Verified> {
  const sha256 = (await hashFile(join(folder, path), signal))?.sha256 ?? null;
  const say = (ok: boolean, said: string): Verified => ({ id, path, ok, sha256, said });
  if (sha256 === null) return say(false, 'is missing');
  if (!agrees(registered, sha256)) return say(false, 'has other bytes than the registry says');
  const pinned = lock?.files[path];
  if (shipped) return say(true, 'as the registry says');
  if (pinned?.sha256 !== sha256)
    return say(false, pinned ? 'has changed since it was pulled' : 'was not pulled');
  return say(true, pinned.pinnedBy === 'registry' ? 'as the registry says' : 'as pinned by the first pull');
}
