import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SpotterError } from '../errors.ts';
import { readTextFile } from '../files.ts';
import { cannotWrite, removePart } from './part.ts';
import {
  agrees,
  checkpointOf,
  type Entry,
  filesOf,
  isWhole,
  type LayoutFile,
  type Model,
  type PinnedFile,
} from './registry.ts';

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
function pinnedAt({ folder, shipped, lock }: Place, { path, sha256 }: LayoutFile): PinnedFile | undefined {
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
  return modelOf(place, entry, pulled, (file) => pinnedAt(place, file)!);
}

/**
 * A model whose files need not be here, as long as it is known what their bytes are.
 * @throws SpotterError model-missing where it is not: neither the registry nor a lock file tells
 */
export function pinnedModel(place: Place, entry: Entry, named?: string): Model {
  const variant = named ?? pulledVariants(place, entry)[0] ?? entry.default;
  return modelOf(place, entry, variant, ({ path, sha256 }) => {
    const known = place.lock?.files[path]?.sha256 ?? sha256;
    if (!isWhole(known)) throw notPulled(place, entry, variant);
    return { file: join(place.folder, path), sha256: known };
  });
}

function modelOf(place: Place, entry: Entry, variant: string, pin: (file: LayoutFile) => PinnedFile): Model {
  const { weights, extra } = entry.variants[variant]!;
  return {
    id: entry.id,
    variant,
    specialist: entry.specialist,
    ...(entry.device && { device: entry.device }),
    restore: place.shipped
      ? `It comes with Spotter: restore ${place.folder}.`
      : `Run "spotter models pull ${entry.id}@${variant}".`,
    weights: { ...pin(weights), ...(entry.role === 'observer' && { occasional: true }) },
    files: Object.fromEntries([...extra, ...entry.files].map((file) => [file.path, pin(file)])),
  };
}

export function notPulled(place: Place, entry: Entry, variant: string | undefined): SpotterError {
  const checkpoint = checkpointOf(entry);
  if (checkpoint !== undefined) return notMade(entry, checkpoint);
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

/** What has to be made first, and how. */
export function notMade({ id, licence }: Entry, checkpoint: string): SpotterError {
  const sentence = `${id} is not published as ONNX: tools/export makes it of ${checkpoint}.`;
  const make = `python tools/export/export.py ${checkpoint} out --licence ${licence.id} ${licence.url}`;
  const hint = `Run "${make}", then "SPOTTER_REGISTRY=out/registry.json spotter models pull ${id}".`;
  return new SpotterError('model-missing', sentence, hint);
}

const LOCK_FILE = 'spotter-lock.json';

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

/** Replaces the file at once: readers see the old file or the new one. */
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

/** What a person is told when a file is missing or damaged: what it means, and what to do. */
export interface IfMissing {
  readonly sentence: string;
  readonly hint: string;
}

/** A text file that the program cannot do without. @throws SpotterError model-missing */
export function readText(file: string | URL | PinnedFile, { sentence, hint }: IfMissing): string {
  try {
    return contents(file);
  } catch (cause) {
    throw new SpotterError('model-missing', sentence, hint, cause);
  }
}

/** A JSON file that the program cannot do without, as its schema makes it. @throws SpotterError model-missing */
export function readJson<T>(file: string | URL, schema: z.ZodType<T>, ifMissing: IfMissing): T {
  const text = readText(file, ifMissing);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpotterError('model-missing', ifMissing.sentence, ifMissing.hint, cause);
  }
}

/**
 * A JSON file of a model, by its path in the published layout.
 * @throws SpotterError model-missing (not there, or not the pinned bytes), model-unfit (saying what is wrong with it)
 */
export function readModelJson<T>(model: Model, path: string, schema: z.ZodType<T>): T {
  const hint = model.restore;
  const pinned = model.files[path];
  if (!pinned) throw new SpotterError('model-missing', `${path} of the model ${model.id} is missing.`, hint);
  const sentence = `${path} of the model ${model.id} is missing or damaged.`;
  const text = readText(pinned, { sentence, hint });
  const read = schema.safeParse(json(text));
  if (read.success) return read.data;
  const said = `${path} of the model ${model.id} is not what its detector can follow.`;
  throw new SpotterError('model-unfit', said, z.prettifyError(read.error).replaceAll('\n', ' '), read.error);
}

function contents(file: string | URL | PinnedFile): string {
  if (typeof file === 'string' || file instanceof URL) return readTextFile(file);
  const bytes = readFileSync(file.file);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256) throw new Error(`its sha256 is ${found}, expected ${file.sha256}`);
  return bytes.toString('utf8');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
