import { createHash, type Hash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { SpotterError } from '../errors.ts';
import { agrees, type LayoutFile } from './registry.ts';

/** Why a pull was given up. */
export function stopped(signal: AbortSignal): SpotterError {
  const { reason } = signal;
  const hint = 'What has been downloaded is kept: pull again to go on.';
  if (!(reason instanceof SpotterError))
    return new SpotterError('cancelled', 'The download was cancelled.', hint, reason);
  return reason.hint ? reason : new SpotterError(reason.code, reason.message, hint, reason);
}

/** A failure of this machine's files, as whoever pulls is told. */
export function cannotWrite(place: string, thrown: unknown): SpotterError {
  if (thrown instanceof SpotterError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint =
      'Make room, or set SPOTTER_MODELS to a folder on another disk. What has been downloaded is kept.';
    return new SpotterError('no-space', `The disk of ${place} is full.`, hint, thrown);
  }
  const hint = 'Check who may write there, or set SPOTTER_MODELS to another folder.';
  return new SpotterError('cannot-write', `${place} cannot be written (${code ?? message}).`, hint, thrown);
}

/** A file to be had, and what its bytes must be. */
export interface Wanted {
  /** What it is called in messages, and by its source: "onnx/model.onnx". */
  readonly path: string;
  /** The exact size, where it is known. */
  readonly bytes: number | undefined;
  /** Never more than this is written. */
  readonly most: number;
  /** Fewer bytes cannot be it. */
  readonly least: number;
  readonly algorithm: string;
  /** Hex, whole or in part; null where nothing is known. */
  readonly hash: string | null;
}

/** How far an approximate size may be off; small files may be off by more. */
const TOLERANCE = 0.1;
const SMALL = 2 ** 20;

/** More than this a file is not that is only known to have about so many bytes. */
export const mostBytes = (about: number): number => about + Math.max(Math.ceil(about * TOLERANCE), SMALL);

/** @param pinned the sha256 that an earlier pull has pinned; it counts as long as the registry does not object */
export function wantedFile(file: LayoutFile, pinned?: string): Wanted {
  const hash = pinned !== undefined && agrees(file.sha256, pinned) ? pinned : file.sha256;
  const common = { path: file.path, algorithm: 'sha256', hash };
  if ('bytes' in file) return { ...common, bytes: file.bytes, most: file.bytes, least: file.bytes };
  return {
    ...common,
    bytes: undefined,
    most: mostBytes(file.about),
    least: file.about < SMALL ? 1 : Math.floor(file.about * (1 - TOLERANCE)),
  };
}

/** What speaks against a size; nothing where it may be right. */
export function wrongSize({ bytes, most, least }: Wanted, found: number): string | undefined {
  if (bytes !== undefined && found !== bytes) return `has ${found} bytes instead of ${bytes}`;
  if (found > most) return `has more than the ${most} bytes that it may have`;
  return found < least ? `has only ${found} bytes, where at least ${least} are expected` : undefined;
}

/** What speaks against a hash, given what is known of the right one. */
export function wrongHash({ algorithm, hash }: Wanted, found: string): string | undefined {
  if (agrees(hash, found)) return undefined;
  return `has ${algorithm} ${found.slice(0, 12)}… instead of ${hash!.slice(0, 12)}…`;
}

/** Where the bytes of a part come from: only bytes of the same version may follow. */
const Origin = z.strictObject({
  url: z.string(),
  /** A strong ETag: the same as long as every byte is the same. */
  etag: z.string().optional(),
  /** How many bytes there will be. */
  total: z.int().optional(),
});
export type Origin = z.infer<typeof Origin>;

/** A file that is on its way: "<file>.part", and besides it where it comes from. Hashed as it grows. */
export interface Part {
  readonly file: string;
  readonly size: number;
  readonly origin: Origin | undefined;
  /** Forgets what there is, and starts with bytes from elsewhere. @throws SpotterError cannot-write, no-space */
  begin(origin: Origin): Promise<void>;
  /** @throws SpotterError cannot-write, no-space */
  append(chunk: Uint8Array): Promise<void>;
  /** Of all bytes so far, hex. */
  digest(): string;
  /** Everything is on the disk afterwards. May be called more than once. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

export const partOf = (file: string): string => `${file}.part`;
export const originOf = (file: string): string => `${file}.part.json`;

/**
 * Opens the part of a file, with what an earlier attempt has left of it.
 * @throws SpotterError cannot-write, no-space
 */
export async function openPart(target: string, algorithm: string): Promise<Part> {
  const file = partOf(target);
  const mended = <T>(work: Promise<T>): Promise<T> =>
    work.catch((thrown) => {
      throw cannotWrite(file, thrown);
    });
  await mended(mkdir(dirname(file), { recursive: true }));
  const handle = await mended(open(file, 'a'));
  let closed = false;
  let origin = readOrigin(originOf(target));
  let { size, hash } = await mended(hashOf(file, algorithm));

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await mended(settle(handle));
  };
  const reset = async (): Promise<void> => {
    await mended(truncate(file));
    size = 0;
    hash = createHash(algorithm);
    origin = undefined;
  };
  return {
    file,
    get size() {
      return size;
    },
    get origin() {
      return origin;
    },
    async begin(next) {
      await reset();
      await mended(writeFile(originOf(target), JSON.stringify(next)));
      origin = next;
    },
    async append(chunk) {
      await mended(handle.appendFile(chunk));
      hash.update(chunk);
      size += chunk.length;
    },
    digest: () => hash.copy().digest('hex'),
    close,
    async discard() {
      if (closed) await Promise.all([file, originOf(target)].map((path) => rm(path, { force: true })));
      else await reset();
    },
  };
}

async function hashOf(file: string, algorithm: string): Promise<{ size: number; hash: Hash }> {
  const hash = createHash(algorithm);
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, hash };
}

async function settle(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function readOrigin(file: string): Origin | undefined {
  try {
    return Origin.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes what a download that was not finished has left of a file. */
export const removePart = async (target: string): Promise<void> => {
  await Promise.all([partOf(target), originOf(target)].map((file) => rm(file, { force: true })));
};
