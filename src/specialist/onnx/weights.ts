import { basename } from 'node:path';
import { messageOf, SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import { type Digest, digestOf } from '../../models/store/hash-file.ts';

/** @throws SpotterError model-missing (no such file, or not the pinned bytes) */
export async function verifyModel({ file, sha256 }: PinnedFile): Promise<void> {
  let found: Digest;
  try {
    found = await digestOf(file);
  } catch (cause) {
    const hint = `Looked for ${file} (${messageOf(cause)}). Restore it from the project, or install it again.`;
    throw new SpotterError('model-missing', "The detector's weights are missing.", hint, cause);
  }
  if (found.sha256 === sha256) return;
  const hint = `${basename(file)} has sha256 ${found.sha256}, expected ${sha256}. Restore it: ${file}`;
  throw new SpotterError('model-missing', "The detector's weights are not the expected ones.", hint);
}
