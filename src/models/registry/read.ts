import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SpotterError } from '../../errors.ts';
import { readTextFile } from '../../files.ts';
import { Change, contradiction, Entry } from './schema.ts';

/** The registry that comes with Spotter. */
export const SHIPPED_REGISTRY = fileURLToPath(new URL('../../../models/registry.json', import.meta.url));

const Outline = z.strictObject({ models: z.array(z.looseObject({ id: z.string() })) });

/**
 * The models of the shipped registry, and before them those of one's own: a whole entry, or, for a model that is
 * shipped, only the fields that shall be different.
 * @throws SpotterError bad-config, naming the file, the place in it and what is wrong there
 */
export function readRegistry(own?: string, shipped: string = SHIPPED_REGISTRY): Entry[] {
  const known = readEntries(shipped, []);
  if (own === undefined) return known;
  const changed = readEntries(resolve(own), known);
  return [...changed, ...known.filter(({ id }) => !changed.some((entry) => entry.id === id))];
}

function readEntries(file: string, known: readonly Entry[]): Entry[] {
  const { models } = checked(file, Outline, parse(file), []);
  return models.map((model, i) => {
    const before = known.find(({ id }) => id === model.id);
    const place = ['models', i];
    if (models.findIndex(({ id }) => id === model.id) !== i)
      throw wrong(file, place, `"${model.id}" stands there twice`);
    const read = checked(file, before ? Change : Entry, model, place);
    const entry = { ...before, ...located(read, file) } as Entry;
    const against = contradiction(entry);
    if (against) throw wrong(file, [...place, ...against.at], against.said);
    return entry;
  });
}

/** Folders in a registry are relative to it. */
const located = <T extends z.infer<typeof Change>>(entry: T, file: string): T =>
  entry.sources === undefined
    ? entry
    : {
        ...entry,
        sources: entry.sources.map((source) =>
          'path' in source ? { ...source, path: resolve(dirname(file), source.path) } : source,
        ),
      };

function parse(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file));
  } catch (cause) {
    throw wrong(
      file,
      [],
      cause instanceof SyntaxError ? `it is no JSON: ${cause.message}` : String(cause),
      cause,
    );
  }
}

function checked<T>(file: string, schema: z.ZodType<T>, value: unknown, place: readonly PropertyKey[]): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues as [z.core.$ZodIssue];
  throw wrong(file, [...place, ...path], message);
}

/** ['models', 1, 'files', 0] -> "models[1].files[0]" */
const placeText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

function wrong(file: string, place: readonly PropertyKey[], said: string, cause?: unknown): SpotterError {
  const where = place.length > 0 ? `${placeText(place)}: ` : '';
  const sentence = `The registry of models ${file} cannot be used: ${where}${said.replace(/\.$/, '')}.`;
  return new SpotterError('bad-config', sentence, 'models/README.md tells what stands in a registry.', cause);
}
