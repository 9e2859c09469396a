import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { messageOf, SpotterError } from '../../errors.ts';
import { writableTarget } from '../../files.ts';

/** A file that is being written; whoever looks sees the old one until all are done. */
export interface Draft {
  /** Waits where the disk is slower than we are. @throws SpotterError cannot-write */
  write(text: string): Promise<void>;
}

/**
 * Files that appear together or not at all: written beside their places, and moved there when `work` is done.
 * @throws SpotterError cannot-write, and what `work` throws: then nothing is left behind
 */
export async function writeTogether<T>(
  paths: readonly string[],
  work: (drafts: readonly Draft[]) => Promise<T>,
): Promise<T> {
  const places = paths.map((path) => ({
    path,
    temporary: join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`),
  }));
  const streams: WriteStream[] = [];
  try {
    for (const { path, temporary } of places) {
      await mkdir(dirname(path), { recursive: true }).catch(refuse(path));
      await writableTarget(path, { follow: false });
      const stream = createWriteStream(temporary, { flags: 'wx' });
      streams.push(stream);
      await once(stream, 'open').catch(refuse(path));
    }
    const result = await work(streams.map((stream, i) => draft(stream, places[i]!.path)));
    for (const [i, stream] of streams.entries()) {
      stream.end();
      await finished(stream).catch(refuse(places[i]!.path));
    }
    for (const { path, temporary } of places) await rename(temporary, path).catch(refuse(path));
    return result;
  } catch (thrown) {
    for (const stream of streams) stream.destroy();
    for (const { temporary } of places) await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
}

function draft(stream: WriteStream, path: string): Draft {
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    async write(text) {
      if (failure) refuse(path)(failure);
      if (!stream.write(text)) await once(stream, 'drain').catch(refuse(path));
    },
  };
}

const refuse =
  (path: string) =>
  (cause: unknown): never => {
    throw new SpotterError(
      'cannot-write',
      `${path} cannot be written: ${messageOf(cause)}.`,
      'Choose another folder with --out.',
      cause,
    );
  };
