import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SpotterError } from '../../errors.ts';
import type { Model, PinnedFile } from '../../models/model.ts';
import { digestOf } from '../../models/store/hash-file.ts';

const FILES = ['preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * A model in a folder of the published layout, taken as it is: its files are pinned to what they hold now.
 * @param weights path in the folder
 * @throws SpotterError not-found
 */
export async function modelInFolder(folder: string, weights: string): Promise<Model> {
  const root = resolve(folder);
  const missing = [...FILES, weights].filter((name) => !existsSync(join(root, name)));
  if (missing.length > 0) {
    const hint = `Missing: ${missing.join(', ')}.`;
    throw new SpotterError('not-found', `${folder} does not hold a model in the published layout.`, hint);
  }
  const files = await Promise.all(FILES.map(async (name) => [name, await pin(join(root, name))] as const));
  return {
    id: basename(root),
    variant: basename(weights, '.onnx'),
    specialist: 'grounding-dino',
    restore: `Look into ${root}.`,
    weights: await pin(join(root, weights)),
    files: Object.fromEntries(files),
  };
}

const pin = async (file: string): Promise<PinnedFile> => ({ file, sha256: (await digestOf(file)).sha256 });
