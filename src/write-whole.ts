import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, SpotterError } from './errors.ts';

/** Writes a file all at once or not at all: whoever looks sees the old one or the new one. @throws SpotterError cannot-write */
export async function writeWhole(path: string, content: string | Iterable<string>): Promise<void> {
  const draft = join(dirname(path), `.spotter-${randomUUID()}.tmp`);
  try {
    await writeFile(draft, content, { flag: 'wx' });
    await rename(draft, path);
  } catch (thrown) {
    // Its own failure would hide why the draft could not be written.
    await rm(draft, { force: true }).catch(() => {});
    throw new SpotterError(
      'cannot-write',
      `"${path}" cannot be written: ${messageOf(thrown)}.`,
      'Choose another place.',
      thrown,
    );
  }
}
