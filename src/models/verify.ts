import { join } from 'node:path';
import { agrees } from './registry/hash.ts';
import { type Entry, filesOf, type LayoutFile } from './registry/schema.ts';
import { hashFile } from './store/hash-file.ts';
import type { Place } from './store/store.ts';

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
