import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { DEVICES, type Device } from '../config.ts';
import { SpotterError } from '../errors.ts';
import { readTextFile } from '../files.ts';
import { editDistance } from '../text.ts';

/** A file with the sha256 (hex) that its bytes must have: an absolute path. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
  /** A model that runs now and then: what a run takes in memory is given back after it, at the price of some of its speed. */
  readonly occasional?: boolean;
}

/** A model whose files lie on this machine, ready to be opened. */
export interface Model {
  /** As in the registry: "grounding-dino-tiny". */
  readonly id: string;
  /** Which of its weights: "fp16"; "default" where there is only one kind. */
  readonly variant: string;
  /** Which specialist runs it: a key of the table in src/detector/create.ts. */
  readonly specialist: string;
  /** Where it runs unless a device is named. */
  readonly device?: Device;
  /** What to do when one of its files is missing or damaged, in words. */
  readonly restore: string;
  readonly weights: PinnedFile;
  /** Everything else that belongs to it, by its path in the published layout: "preprocessor_config.json". */
  readonly files: Readonly<Record<string, PinnedFile>>;
}

/** A whole sha256 in hex, or what is known of one: how it begins and how it ends, "48435b57…38d6ac". */
const HASH = /^[0-9a-f]{64}$|^[0-9a-f]{4,60}…[0-9a-f]{4,60}$/;

/** Whether the bytes that a whole hash stands for are pinned by it. */
export const isWhole = (hash: string | null): hash is string => hash !== null && !hash.includes('…');

/** Whether a whole sha256 is what is known of it; nothing known is no objection. */
export function agrees(known: string | null, sha256: string): boolean {
  const [start = '', end] = known?.split('…') ?? [];
  return end === undefined
    ? known === null || known === sha256
    : sha256.startsWith(start) && sha256.endsWith(end);
}

/** A file of a model's published layout; `bytes` is exact, `about` is not. */
export type LayoutFile = { readonly path: string; readonly sha256: string | null } & (
  | { readonly bytes: number }
  | { readonly about: number }
);

/** How much is to be expected, for progress and for the space on the disk. */
export const expectedBytes = (file: LayoutFile): number => ('bytes' in file ? file.bytes : file.about);

/** Names that may become folders, and stand before and after the @ of a reference. */
const name = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*([._-][a-z0-9]+)*$/, 'must be like "grounding-dino-tiny"');
const text = z.string().trim().min(1).max(200);
const link = z.url({ protocol: /^https?$/, error: 'must be the address of a page' });

/** A place below the model's folder: no "..", nothing absolute, nothing hidden, on every system. */
const layoutPath = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/,
    'must be a path within the model, like "onnx/model.onnx"',
  )
  .refine(
    (path) => !/(^|\/)spotter-lock\.json$|\.part(\.json)?$/i.test(path),
    'must not be a name that Spotter itself uses',
  );

const sha256 = z
  .string()
  .regex(HASH, 'must be 64 hexadecimal digits, or what is known of them ("48435b57…38d6ac"), or null')
  .nullable();

const size = z
  .int()
  .positive()
  .max(2 ** 40);

/** A file of the published layout; `bytes` is exact, `about` is not. */
const File = z.union(
  [
    z.strictObject({ path: layoutPath, bytes: size, sha256 }),
    z.strictObject({ path: layoutPath, about: size, sha256 }),
  ],
  { error: 'must have a path, bytes or about, and sha256' },
);

const Tensor = z.strictObject({
  name: text,
  type: text,
  /** A free dimension has a name instead of a size. */
  shape: z.array(z.union([z.int().positive(), text])),
});

const Variant = z.strictObject({
  weights: File,
  /** What belongs to these weights only, such as external data. */
  extra: z.array(File).default([]),
});

/** Where models can be had; src/models/sources.ts fetches from each kind. */
/** A folder; where it is relative, to the registry that it stands in. */
const folderPath = z.string().trim().min(1);

/** Segments that lead nowhere else: no "..", nothing absolute. */
const segments = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)*$/, 'must be a name, or some with / between them');

/** Addresses get into messages and lock files, so nothing secret may be in them. */
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
  .refine((text) => !/[?#@]/.test(text), 'must be an address without name, password, ? and #');

/** With `package`, the path is within an installed package: what a module in its root is imported by. */
const Project = z.strictObject({
  kind: z.literal('project'),
  path: folderPath,
  package: z.string().min(1).optional(),
});
const Folder = z.strictObject({ kind: z.literal('folder'), path: folderPath });
const Huggingface = z.strictObject({
  kind: z.literal('huggingface'),
  repo: segments,
  /** A branch, a tag, or better the hash of a commit, which cannot be moved. */
  revision: segments.default('main'),
});
const Url = z.strictObject({ kind: z.literal('url'), base: address });
const Npm = z.strictObject({
  kind: z.literal('npm'),
  /** One version: "name@1.2.3" or "@scope/name@1.2.3". */
  spec: z
    .string()
    .max(200)
    .regex(/^(@[\w.-]+\/)?[\w-][\w.-]*@\d+\.\d+\.\d+[\w.+-]*$/, 'must be like "name@1.2.3"'),
  /** As in a package-lock.json, "sha512-…"; where it is missing, what the registry says is believed. */
  integrity: z
    .string()
    .regex(/^sha(256|384|512)-[A-Za-z0-9+/]+=*$/)
    .optional(),
  /** The folder within the package that has the published layout; its root where it is missing. */
  inside: segments.optional(),
  /** About how many bytes the packed package has. */
  about: z.int().positive(),
});

/** Nobody publishes the files: tools/export makes them of a checkpoint of Hugging Face transformers. */
const Export = z.strictObject({ kind: z.literal('export'), checkpoint: segments });

const Source = z.discriminatedUnion('kind', [Project, Huggingface, Npm, Url, Folder, Export]);
export type Source = z.infer<typeof Source>;
export type SourceOf<Kind extends Source['kind']> = Extract<Source, { kind: Kind }>;

const fields = {
  id: name,
  title: text,
  /** A detector, or an observer beside it. */
  role: z.enum(['specialist', 'observer']),
  /** What runs it: a key of the table in src/detector/create.ts, or the observer of src/observer/. */
  specialist: name,
  publisher: z.strictObject({ name: text, url: link }),
  licence: z.strictObject({ id: text, url: link }),
  contract: z.strictObject({ inputs: z.array(Tensor).min(1), outputs: z.array(Tensor).min(1) }),
  /** Where it runs unless a device is named; the first that works where this says nothing. */
  device: z.enum(DEVICES).optional(),
  /** What all variants need besides their weights. */
  files: z.array(File),
  variants: z.record(name, Variant),
  /** The variant that is pulled where none is named. */
  default: name,
  /** Where to get it, in this order. */
  sources: z.array(Source).min(1),
};

export const Entry = z.strictObject(fields);
/** In a registry of one's own: what shall be different in a model of the shipped one. */
const Change = z
  .strictObject({ ...fields })
  .partial()
  .required({ id: true });

export type Variant = z.infer<typeof Variant>;
export type Entry = z.infer<typeof Entry>;
export type Licence = Entry['licence'];

/** The checkpoint that tools/export makes the files of; undefined where they can be pulled, or come with the project. */
export const checkpointOf = ({ sources }: Pick<Entry, 'sources'>): string | undefined =>
  sources.find((source): source is SourceOf<'export'> => source.kind === 'export')?.checkpoint;

/** All files that a variant consists of, its weights first. */
export const filesOf = (entry: Entry, { weights, extra }: Variant): LayoutFile[] => [
  weights,
  ...extra,
  ...entry.files,
];

/** What an entry's fields cannot say one by one: where it contradicts itself, and how. */
function contradiction(entry: Entry): { at: string[]; said: string } | undefined {
  const variants = Object.values(entry.variants);
  if (!Object.hasOwn(entry.variants, entry.default))
    return { at: ['default'], said: `there is no variant "${entry.default}"` };
  if (entry.sources.some(({ kind }) => kind === 'project')) {
    const unpinned = variants.flatMap((v) => filesOf(entry, v)).find(({ sha256 }) => !isWhole(sha256));
    if (unpinned)
      return { at: ['sources'], said: `${unpinned.path} comes with the project and needs its whole sha256` };
    if (entry.sources.length > 1)
      return { at: ['sources'], said: 'what comes with the project has no other source' };
  }
  if (checkpointOf(entry) !== undefined && entry.sources.length > 1)
    return { at: ['sources'], said: 'what tools/export makes has no other source' };
  for (const [name, variant] of Object.entries(entry.variants)) {
    // Some file systems take upper and lower case for the same.
    const paths = filesOf(entry, variant).map(({ path }) => path.toLowerCase());
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice) return { at: ['variants', name], said: `"${twice}" stands there twice` };
  }
  return undefined;
}

/** What a reference means: a model, and one of its variants where one was named. */
export interface Referred {
  readonly entry: Entry;
  readonly variant?: string;
}

/**
 * Reads "id", "id@variant", or the kind of a detector instead of the id, which means its first model.
 * @throws SpotterError unknown-model, with what may have been meant
 */
export function resolveReference(entries: readonly Entry[], reference: string): Referred {
  const at = reference.indexOf('@');
  const id = at < 0 ? reference : reference.slice(0, at);
  const entry =
    entries.find((known) => known.id === id) ?? entries.find(({ specialist }) => specialist === id);
  if (!entry) {
    const names = new Set(entries.flatMap((known) => [known.id, known.specialist]));
    throw unknown(`There is no model "${id}".`, id, [...names], 'See "spotter models list".');
  }
  if (at < 0) return { entry };
  const variant = reference.slice(at + 1);
  if (Object.hasOwn(entry.variants, variant)) return { entry, variant };
  const variants = Object.keys(entry.variants);
  throw unknown(
    `The model "${entry.id}" has no variant "${variant}".`,
    variant,
    variants,
    `It has ${variants.join(', ')}.`,
  );
}

function unknown(sentence: string, asked: string, names: readonly string[], advice: string): SpotterError {
  const near = closest(asked.toLowerCase(), names);
  return new SpotterError('unknown-model', sentence, near ? `Did you mean ${near}? ${advice}` : advice);
}

/** The name that has what was asked in it, or that a slip of the finger or two turns into it. */
function closest(asked: string, names: readonly string[]): string | undefined {
  const begun = asked.length >= 2 ? names.find((name) => name.includes(asked)) : undefined;
  if (begun) return begun;
  const ranked = names
    .map((name) => ({ name, slips: editDistance(asked, name) }))
    .filter(({ name, slips }) => slips <= Math.min(3, name.length / 3))
    .sort((a, b) => a.slips - b.slips);
  return ranked[0]?.name;
}

/** The registry that comes with Spotter. */
const SHIPPED_REGISTRY = fileURLToPath(new URL('../../models/registry.json', import.meta.url));

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
          'path' in source ? { ...source, path: resolve(rootOf(source, file), source.path) } : source,
        ),
      };

const require = createRequire(import.meta.url);

/** What a folder is relative to: the registry, or the package that it is in. */
function rootOf(source: object, file: string): string {
  if (!('package' in source) || typeof source.package !== 'string') return dirname(file);
  try {
    return dirname(require.resolve(source.package));
  } catch {
    // What is missing there is said when the model is needed.
    return join(dirname(file), '..', 'node_modules', source.package);
  }
}

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
