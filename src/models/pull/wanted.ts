import { agrees } from '../registry/hash.ts';
import type { LayoutFile } from '../registry/schema.ts';

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

/** How much is to be expected, for progress and for the space on the disk. */
export const expectedBytes = (file: LayoutFile): number => ('bytes' in file ? file.bytes : file.about);

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
