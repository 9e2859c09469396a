import { z } from 'zod';
import { DEVICES } from '../../specialist/device.ts';
import { SourceSchema } from '../sources/table.ts';
import { HASH, isWhole } from './hash.ts';

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

const fields = {
  id: name,
  title: text,
  role: z.literal('specialist'),
  /** Which specialist runs it: a key of the table in src/specialist/table.ts. */
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
  sources: z.array(SourceSchema).min(1),
};

export const Entry = z.strictObject(fields);
/** In a registry of one's own: what shall be different in a model of the shipped one. */
export const Change = z
  .strictObject({ ...fields })
  .partial()
  .required({ id: true });

export type LayoutFile = z.infer<typeof File>;
export type Variant = z.infer<typeof Variant>;
export type Entry = z.infer<typeof Entry>;
export type Licence = Entry['licence'];

/** All files that a variant consists of, its weights first. */
export const filesOf = (entry: Entry, { weights, extra }: Variant): LayoutFile[] => [
  weights,
  ...extra,
  ...entry.files,
];

/** What an entry's fields cannot say one by one: where it contradicts itself, and how. */
export function contradiction(entry: Entry): { at: string[]; said: string } | undefined {
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
  for (const [name, variant] of Object.entries(entry.variants)) {
    // Some file systems take upper and lower case for the same.
    const paths = filesOf(entry, variant).map(({ path }) => path.toLowerCase());
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice) return { at: ['variants', name], said: `"${twice}" stands there twice` };
  }
  return undefined;
}
