import { statfs } from 'node:fs/promises';
import { SpotterError } from '../../errors.ts';

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
