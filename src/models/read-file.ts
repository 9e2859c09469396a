import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SpotterError } from '../errors.ts';
import { readTextFile } from '../files.ts';
import type { Model, PinnedFile } from './registry.ts';

/** What a person is told when a file is missing or damaged: what it means, and what to do. */
export interface IfMissing {
  readonly sentence: string;
  readonly hint: string;
}

/** A text file that the program cannot do without. @throws SpotterError model-missing */
export function readText(file: string | URL | PinnedFile, { sentence, hint }: IfMissing): string {
  try {
    return contents(file);
  } catch (cause) {
    throw new SpotterError('model-missing', sentence, hint, cause);
  }
}

/** A JSON file that the program cannot do without, as its schema makes it. @throws SpotterError model-missing */
export function readJson<T>(file: string | URL, schema: z.ZodType<T>, ifMissing: IfMissing): T {
  const text = readText(file, ifMissing);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpotterError('model-missing', ifMissing.sentence, ifMissing.hint, cause);
  }
}

/**
 * A JSON file of a model, by its path in the published layout.
 * @throws SpotterError model-missing (not there, or not the pinned bytes), model-unfit (saying what is wrong with it)
 */
export function readModelJson<T>(model: Model, path: string, schema: z.ZodType<T>): T {
  const hint = model.restore;
  const pinned = model.files[path];
  if (!pinned) throw new SpotterError('model-missing', `${path} of the model ${model.id} is missing.`, hint);
  const sentence = `${path} of the model ${model.id} is missing or damaged.`;
  const text = readText(pinned, { sentence, hint });
  const read = schema.safeParse(json(text));
  if (read.success) return read.data;
  const said = `${path} of the model ${model.id} is not what its specialist can follow.`;
  throw new SpotterError('model-unfit', said, z.prettifyError(read.error).replaceAll('\n', ' '), read.error);
}

function contents(file: string | URL | PinnedFile): string {
  if (typeof file === 'string' || file instanceof URL) return readTextFile(file);
  const bytes = readFileSync(file.file);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256) throw new Error(`its sha256 is ${found}, expected ${file.sha256}`);
  return bytes.toString('utf8');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
