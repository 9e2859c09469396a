import { SpotterError } from '../../errors.ts';
import { readCoco } from './coco.ts';
import type { Draft, Found, SetFiles } from './draft.ts';
import { readFineCops } from './finecops.ts';
import type { Look } from './look.ts';
import { asItIs, readLines, readRows } from './plain.ts';
import { refAdvRow } from './ref-adv.ts';
import { refReasoningRow } from './ref-reasoning.ts';
import { readRefs } from './refcoco-refs.ts';

interface Format {
  /** What the beginning of a file must show. The first format that fits is taken. */
  readonly recognise: (look: Look) => boolean;
  readonly read: (file: string, files: SetFiles) => AsyncIterable<Found>;
}

const has = (row: Draft | undefined, ...names: readonly string[]): boolean =>
  row !== undefined && names.every((name) => name in row);

/** The annotation sets that can be read; docs/evaluation-formats.md shows each. */
export const FORMATS = {
  lines: { recognise: ({ line }) => has(line, 'expression', 'file_name'), read: readLines },
  coco: { recognise: ({ lists }) => lists.has('images') || lists.has('annotations'), read: readCoco },
  'refcoco-refs': { recognise: ({ row }) => has(row, 'sentences', 'ann_id'), read: readRefs },
  'ref-adv': { recognise: ({ row }) => has(row, 'bbox_candidates_map'), read: readRows(refAdvRow) },
  finecops: { recognise: ({ row }) => has(row, 'expression', 'objects_id'), read: readFineCops },
  spotter: { recognise: ({ row }) => has(row, 'expression', 'file_name'), read: readRows(asItIs) },
  'ref-reasoning': {
    recognise: ({ row }) => has(row, 'expression', 'image_id', 'bbox'),
    read: readRows(refReasoningRow),
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

/** @throws SpotterError bad-usage */
export function recognise(file: string, look: Look): FormatName {
  const names = Object.keys(FORMATS) as FormatName[];
  const name = names.find((candidate) => FORMATS[candidate].recognise(look));
  if (name) return name;
  const hint = `These are read: ${names.join(', ')}; docs/evaluation-formats.md shows what each looks like.`;
  throw new SpotterError('bad-usage', `${file} does not look like an annotation set.`, hint);
}
