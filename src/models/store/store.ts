import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import type { Model, PinnedFile } from '../model.ts';
import { agrees } from '../registry/hash.ts';
import { type Entry, filesOf, type LayoutFile } from '../registry/schema.ts';
import { type LockFile, readLockFile } from './lock-file.ts';

/** Where the files of a model lie, and what is known of them. */
export interface Place {
  readonly folder: string;
  /** They come with the project: neither pulled nor removed. */
  readonly shipped: boolean;
  readonly lock: LockFile | undefined;
}

export function placeOf(entry: Entry, store: string): Place {
  const project = entry.sources.find((source) => source.kind === 'project');
  if (project) return { folder: project.path, shipped: true, lock: undefined };
  const folder = join(store, entry.id);
  return { folder, shipped: false, lock: readLockFile(folder) };
}

/** The bytes that a file must have; undefined where it is not there, or not as it was pulled. */
export function pinnedAt(
  { folder, shipped, lock }: Place,
  { path, sha256 }: LayoutFile,
): PinnedFile | undefined {
  const file = join(folder, path);
  // That a shipped file is missing is for whoever opens it to say: the advice is another one.
  if (shipped) return { file, sha256: sha256! };
  const pinned = lock && Object.hasOwn(lock.files, path) ? lock.files[path] : undefined;
  if (!pinned || !agrees(sha256, pinned.sha256)) return undefined;
  const there = statSync(file, { throwIfNoEntry: false });
  return there?.isFile() && there.size === pinned.bytes ? { file, sha256: pinned.sha256 } : undefined;
}

/** The files of a variant that are not there, in the order in which they are pulled. */
export const missingFrom = (place: Place, entry: Entry, variant: string): LayoutFile[] =>
  filesOf(entry, entry.variants[variant]!).filter((file) => pinnedAt(place, file) === undefined);

/** The variants that were pulled, whatever has become of their files since. */
export const pulledVariants = ({ shipped, lock }: Place, entry: Entry): string[] =>
  Object.entries(entry.variants)
    .filter(([, { weights }]) => shipped || (lock && Object.hasOwn(lock.files, weights.path)))
    .map(([name]) => name);

/** @throws SpotterError model-missing when it has not been pulled, or not all of it */
export function modelAt(place: Place, entry: Entry, named?: string): Model {
  const pulled = Object.keys(entry.variants).find(
    (variant) => (named ?? variant) === variant && missingFrom(place, entry, variant).length === 0,
  );
  if (pulled === undefined) throw notPulled(place, entry, named);
  const { weights, extra } = entry.variants[pulled]!;
  const pin = (file: LayoutFile): PinnedFile => pinnedAt(place, file)!;
  return {
    id: entry.id,
    variant: pulled,
    specialist: entry.specialist,
    ...(entry.device && { device: entry.device }),
    restore: place.shipped
      ? `It comes with Spotter: restore ${place.folder}.`
      : `Run "spotter models pull ${entry.id}@${pulled}".`,
    weights: pin(weights),
    files: Object.fromEntries([...extra, ...entry.files].map((file) => [file.path, pin(file)])),
  };
}

export function notPulled(place: Place, entry: Entry, variant: string | undefined): SpotterError {
  const reference = variant === undefined ? entry.id : `${entry.id}@${variant}`;
  const missing = missingFrom(place, entry, variant ?? entry.default);
  const begun =
    place.lock !== undefined &&
    missing.length < filesOf(entry, entry.variants[variant ?? entry.default]!).length;
  const sentence = begun
    ? `${reference} is not complete: ${missing.map(({ path }) => path).join(', ')} is missing or changed.`
    : `${reference} has not been pulled.`;
  return new SpotterError('model-missing', sentence, `Run "spotter models pull ${reference}".`);
}
