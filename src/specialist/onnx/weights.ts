import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';

/** @throws SpotterError model-missing (no such file, or not the pinned bytes) */
export async function verifyModel({ file, sha256 }: PinnedFile): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const hint = `Looked for ${file} (${said}). Restore it from the project, or install it again.`;
    throw new SpotterError('model-missing', "The detector's weights are missing.", hint, cause);
  }
  const found = hash.digest('hex');
  if (found === sha256) return;
  const hint = `${basename(file)} has sha256 ${found}, expected ${sha256}. Restore it: ${file}`;
  throw new SpotterError('model-missing', "The detector's weights are not the expected ones.", hint);
}
