import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTokeniser, TokenizerFile } from '../../../src/detector/grounding-dino/text.ts';
import type { Model, PinnedFile } from '../../../src/models/registry.ts';

const below = (folder: string): string => fileURLToPath(new URL(`../../parity/${folder}/`, import.meta.url));

/** A small randomly initialised Grounding DINO in the published layout. */
export const MODEL_FOLDER = below('model');
/** What the reference makes of texts, pictures and raw outputs with that model. */
export const GOLDEN_FOLDER = below('golden');
export const PHOTO_FOLDER = below('photos');

export const readJsonFile = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

export const pinned = (file: string): PinnedFile => ({
  file,
  sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
});

const FILES = ['preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

export const MINI: Model = {
  id: 'grounding-dino-mini',
  variant: 'fp32',
  specialist: 'grounding-dino',
  restore: 'Restore test/parity.',
  weights: pinned(`${MODEL_FOLDER}onnx/model.onnx`),
  files: Object.fromEntries(FILES.map((name) => [name, pinned(MODEL_FOLDER + name)])),
};

export const miniTokeniser = () =>
  createTokeniser(
    TokenizerFile.parse(readJsonFile(`${MODEL_FOLDER}tokenizer.json`)),
    readJsonFile(`${MODEL_FOLDER}tokenizer_config.json`) as object,
  );
