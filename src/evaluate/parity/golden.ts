import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { SpotterError } from '../../errors.ts';

/** What the reference implementation made of texts, pictures and raw outputs: the files of a golden folder. */
const ids = z.array(z.int());
const positions = z.array(z.array(z.int()));

const Text = z.looseObject({
  text: z.string(),
  input_ids: ids,
  attention_mask: ids.optional(),
  token_type_ids: ids.optional(),
  /** In code points; [0, 0] for what stands in no text. */
  offsets: z.array(z.tuple([z.int(), z.int()])).optional(),
  phrase_token_positions: positions.optional(),
});

const Pixels = z.looseObject({
  /** Name of the photo. */
  source: z.string(),
  /** Width and height. */
  source_size: z.tuple([z.int(), z.int()]),
  mode: z.string(),
  size: z.record(z.string(), z.int()),
  width: z.int(),
  height: z.int(),
  /** The resized picture before normalisation: a PNG, its path in the folder. */
  resized: z.string().optional(),
  /** Of the tensor, for each channel. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number()).length(3),
  samples: z.array(z.tuple([z.int(), z.int(), z.int(), z.number()])),
});

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const Post = z.looseObject({
  threshold: z.number(),
  text_threshold: z.number(),
  width: z.number(),
  height: z.number(),
  nms_iou: z.number(),
  phrase_token_positions: positions,
  reference: z.array(z.looseObject({ box, score: z.number() })).optional(),
  expected: z.array(
    z.looseObject({
      row: z.int(),
      box,
      score: z.number(),
      phrase: z.int(),
      phrase_scores: z.array(z.number()),
      phrase_means: z.array(z.number()).optional(),
    }),
  ),
});

const shape = z.tuple([z.int().positive(), z.int().positive()]);

const Run = z.looseObject({
  run: z.union([z.int(), z.string()]),
  image: z.string(),
  text: z.string(),
  input_ids: ids,
  /** Files of raw little endian f32. */
  logits: z.string(),
  logits_shape: shape,
  boxes: z.string(),
  boxes_shape: shape,
  post: z.array(Post),
});

const Synthetic = z.looseObject({
  case: z.union([z.int(), z.string()]),
  text: z.string(),
  input_ids: ids,
  /** Null stands for -Infinity, which JSON does not have. */
  logits: z.array(z.array(z.number().nullable())),
  boxes: z.array(box),
  post: z.union([Post, z.array(Post)]),
});

export type GoldenText = z.infer<typeof Text>;
export type GoldenPixels = z.infer<typeof Pixels>;
export type GoldenPost = z.infer<typeof Post>;
export type GoldenRun = z.infer<typeof Run>;
export type GoldenSynthetic = z.infer<typeof Synthetic>;

export interface Golden {
  readonly folder: string;
  readonly texts: readonly GoldenText[];
  readonly pixels: readonly GoldenPixels[];
  readonly runs: readonly GoldenRun[];
  readonly synthetic: readonly GoldenSynthetic[];
}

/**
 * Reads a golden folder; a file that is not there holds nothing.
 * @throws SpotterError not-found when there is none of its files, bad-usage when one is of another shape
 */
export function readGolden(folder: string): Golden {
  const read = <T>(name: string, schema: z.ZodType<T>): readonly T[] => {
    const file = join(folder, name);
    return existsSync(file) ? parsed(file, z.array(schema)) : [];
  };
  const golden = {
    folder,
    texts: read('text.json', Text),
    pixels: read('pixels.json', Pixels),
    runs: read('runs.json', Run),
    synthetic: read('synthetic.json', Synthetic),
  };
  if ([golden.texts, golden.pixels, golden.runs, golden.synthetic].some((all) => all.length > 0))
    return golden;
  const hint = 'It should hold at least one of text.json, pixels.json, runs.json and synthetic.json.';
  throw new SpotterError('not-found', `There are no golden vectors in ${folder}.`, hint);
}

function parsed<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(json(readFileSync(file, 'utf8')));
  } catch (cause) {
    const hint = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : String(cause);
    throw new SpotterError('bad-usage', `${file} does not hold golden vectors.`, hint, cause);
  }
}

/** JSON, or what Python writes for it: its infinities and NaN are none. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const number = (named: string) => new RegExp(`(?<=[\\[,:]\\s*)${named}(?=\\s*[\\],}])`, 'g');
    return JSON.parse(text.replace(number('(-Infinity|NaN)'), 'null').replace(number('Infinity'), '1e308'));
  }
}

/** The numbers of a raw file of a golden folder; undefined when it is not there or of another length. */
export function readFloats(file: string, length: number): Float32Array | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (bytes.length !== length * 4) return undefined;
  return Float32Array.from({ length }, (_, i) => bytes.readFloatLE(i * 4));
}

const NAMED = ['', 'images', 'photos', 'examples'];
/** More folders than this in one place are no neighbours but a crowd. */
const MAX_NEIGHBOURS = 200;

/**
 * Where files of a name lie: in the folder that was told, then in and around some others: in them and their
 * subfolders for pictures, and the same one and two levels up, there also in every neighbouring folder.
 */
export function* findFiles(
  name: string,
  told: string | undefined,
  around: readonly string[],
): Generator<string> {
  const places = [
    ...(told === undefined ? [] : [told]),
    ...around.flatMap(withNamed),
    ...around
      .flatMap((root) => [join(root, '..'), join(root, '..', '..')])
      .flatMap((up) => [up, ...subfolders(up)])
      .flatMap(withNamed),
  ];
  const files = new Set(places.map((place) => resolve(place, name)));
  for (const file of files) if (existsSync(file)) yield file;
}

const withNamed = (root: string): string[] => NAMED.map((named) => join(root, named));

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry: Dirent) => entry.isDirectory())
      .slice(0, MAX_NEIGHBOURS)
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}
