import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SpotterError } from '../errors.ts';
import type { DownloadContext } from './download.ts';
import { createHttp, SourceFailure } from './http.ts';
import {
  cannotWrite,
  openPart,
  originOf,
  type Part,
  partOf,
  removePart,
  stopped,
  type Wanted,
  wantedFile,
  wrongHash,
  wrongSize,
} from './part.ts';
import {
  agrees,
  type Entry,
  expectedBytes,
  filesOf,
  isWhole,
  type LayoutFile,
  type Licence,
} from './registry.ts';
import { fetchFrom, sourceName } from './sources.ts';
import { hashFile, type LockFile, type Pinned, readLockFile, writeLockFile } from './store.ts';

/** What whoever waits for a pull may want to see. */
export type PullEvent =
  | { readonly kind: 'bytes'; readonly path: string; readonly received: number; readonly total: number }
  /** A file is there: `fresh` when it was not there before. */
  | { readonly kind: 'file'; readonly path: string; readonly pinned: Pinned; readonly fresh: boolean }
  | { readonly kind: 'note'; readonly said: string };

export interface PullContext extends Pick<DownloadContext, 'folder' | 'config' | 'patience' | 'signal'> {
  readonly entry: Entry;
  readonly variant: string;
  readonly licence: LockFile['licence'];
  readonly stallMs: number;
  readonly free: FreeBytes;
  readonly onEvent: (event: PullEvent) => void;
}

/**
 * Makes all files of a variant be there, with the right bytes. Only one process at a time may do so.
 * @throws SpotterError download-failed, no-space, cannot-write, cancelled
 */
export async function pullVariant(context: PullContext): Promise<LockFile> {
  const { entry, variant, folder, licence, signal, onEvent } = context;
  let lock: LockFile = {
    model: entry.id,
    ...(licence ? { licence } : {}),
    files: readLockFile(folder)?.files ?? {},
  };
  const keep = async (path: string, pinned: Pinned, fresh: boolean): Promise<void> => {
    lock = { ...lock, files: { ...lock.files, [path]: pinned } };
    await onDisk(folder, writeLockFile(folder, lock));
    onEvent({ kind: 'file', path, pinned, fresh });
  };

  // At once: an accepted licence should not be asked for again because a server is down.
  await onDisk(folder, writeLockFile(folder, lock));

  const missing: LayoutFile[] = [];
  // The small files first: whoever refuses them would refuse the weights.
  for (const file of filesOf(entry, entry.variants[variant]!).reverse()) {
    const pinned = await pinOfWhatIsThere(join(folder, file.path), file, lock.files[file.path], signal);
    if (pinned) await keep(file.path, pinned, false);
    else missing.push(file);
  }
  if (missing.length === 0) return lock;

  await ensureSpace(folder, await bytesToCome(folder, missing), context.free);
  const http = createHttp(context);
  const scratch = new Set<string>();
  try {
    for (const file of missing) {
      const { part, from } = await fetchFile(wantedFile(file, lock.files[file.path]?.sha256), entry, {
        ...context,
        http,
        scratch,
        onBytes: (received, total = expectedBytes(file)) =>
          onEvent({ kind: 'bytes', path: file.path, received, total }),
        onTrouble: (said) => onEvent({ kind: 'note', said }),
      });
      const pinnedBy = isWhole(file.sha256) ? 'registry' : 'first pull';
      const pinned: Pinned = { bytes: part.size, sha256: part.digest(), from, pinnedBy };
      await onDisk(folder, settle(part, join(folder, file.path)));
      await keep(file.path, pinned, true);
    }
    await onDisk(folder, Promise.all([...scratch].map(removePart)));
    return lock;
  } finally {
    await http.close();
  }
}

/**
 * A part with all bytes of a file, checked, from the first source that has it, and that source's name.
 * @throws SpotterError download-failed, with what each source said; cancelled, cannot-write, no-space
 */
async function fetchFile(
  wanted: Wanted,
  { id, sources }: Entry,
  context: DownloadContext,
): Promise<{ readonly part: Part; readonly from: string }> {
  const { folder, config, onTrouble } = context;
  const part = await openPart(join(folder, wanted.path), wanted.algorithm);
  try {
    const said: string[] = [];
    for (const source of sources) {
      const from = sourceName(source, config);
      try {
        await fetchFrom(source, wanted, part, {
          ...context,
          onTrouble: (said) => onTrouble(`${wanted.path}: ${from} ${said}`),
        });
        await check(part, wanted);
        return { part, from };
      } catch (thrown) {
        if (!(thrown instanceof SourceFailure)) throw thrown;
        said.push(`${from} ${thrown.message}`);
        if (said.length < sources.length) onTrouble(`${wanted.path}: ${said.at(-1)}; trying the next source`);
      }
    }
    const sentence = `${wanted.path} of ${id} could not be downloaded.`;
    throw new SpotterError('download-failed', sentence, `${said.join('. ')}.`);
  } finally {
    await part.close();
  }
}

/** Whatever a source did: what it leaves is judged here. @throws SourceFailure */
async function check(part: Part, wanted: Wanted): Promise<void> {
  const wrong = wrongSize(wanted, part.size) ?? wrongHash(wanted, part.digest());
  if (!wrong) return;
  await part.discard();
  throw new SourceFailure('next-source', wrong);
}

/** What a file that is already there is pinned by; undefined where it is not there, or not as it must be. */
async function pinOfWhatIsThere(
  path: string,
  { sha256 }: LayoutFile,
  before: Pinned | undefined,
  signal: AbortSignal,
): Promise<Pinned | undefined> {
  const there = await hashFile(path, signal).catch((thrown) => {
    throw signal.aborted ? stopped(signal) : cannotWrite(path, thrown);
  });
  if (!there || !agrees(sha256, there.sha256)) return undefined;
  if (before?.sha256 === there.sha256) return before;
  // Somebody has put it there; what is only known in part might be anything.
  return isWhole(sha256) ? { ...there, from: 'this folder', pinnedBy: 'registry' } : undefined;
}

async function bytesToCome(folder: string, missing: readonly LayoutFile[]): Promise<number> {
  const sizes = missing.map(async (file) => {
    const begun = await stat(partOf(join(folder, file.path))).catch(() => undefined);
    return Math.max(0, expectedBytes(file) - (begun?.size ?? 0));
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Moves the file into its place at once: readers see no file or the whole file. */
async function settle(part: Part, target: string): Promise<void> {
  await part.close();
  await mkdir(dirname(target), { recursive: true });
  await rename(part.file, target);
  await rm(originOf(target), { force: true });
}

const onDisk = <T>(folder: string, work: Promise<T>): Promise<T> =>
  work.catch((thrown) => {
    throw cannotWrite(folder, thrown);
  });

/** Whether a licence is accepted: said beforehand, or asked of whoever pulls a variant of the model `id`. */
export type AcceptLicence =
  | boolean
  | ((licence: Licence, pulled: { readonly id: string; readonly variant: string }) => Promise<boolean>);

/**
 * The licence of what is pulled as `reference`, as accepted now, or earlier as long as it is still the same one.
 * @throws SpotterError licence-not-accepted
 */
export async function acceptedLicence(
  { id, licence }: Entry,
  variant: string,
  reference: string,
  lock: LockFile | undefined,
  accept: AcceptLicence,
): Promise<LockFile['licence']> {
  const before = lock?.licence;
  if (before?.id === licence.id && before.url === licence.url) return before;
  const accepted = typeof accept === 'function' ? await accept(licence, { id, variant }) : accept;
  if (accepted) return { ...licence, accepted: new Date().toISOString() };
  const sentence = `${id} may be used under the licence ${licence.id}, which has not been accepted.`;
  const hint = `Read it (${licence.url}), and to accept it run "spotter models pull ${reference} --accept-licence".`;
  throw new SpotterError('licence-not-accepted', sentence, hint);
}

/** Bytes that this user may still write to the disk of a folder. */
export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/** @throws SpotterError no-space when a download would fill the disk */
export async function ensureSpace(folder: string, needed: number, free: FreeBytes): Promise<void> {
  // A disk that does not tell is found out when it is full.
  const left = await free(folder).catch(() => Number.POSITIVE_INFINITY);
  if (needed <= left) return;
  const sentence = `The download needs ${megabytes(needed)}, and the disk of ${folder} has ${megabytes(left)} left.`;
  throw new SpotterError(
    'no-space',
    sentence,
    'Make room, or set SPOTTER_MODELS to a folder on another disk.',
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
