import { SpotterError } from '../../errors.ts';
import { openFile } from '../../files.ts';
import type { Annotation } from '../prediction.ts';
import {
  check,
  type Draft,
  type Found,
  fieldsOf,
  idOf,
  named,
  REASONS,
  type Reason,
  refuseForeign,
  type SetFiles,
  type Skipped,
  unreadable,
} from './check.ts';
import { readParquet } from './parquet.ts';
import type { Kind, SetCounts } from './published-sizes.ts';
import { PICKLE_BEGINS, readRefs } from './refs.ts';
import { createRowParser, pythonLine } from './rows.ts';
import { asItIs, readCoco, readFineCops, readLines, readRows, refAdvRow, refReasoningRow } from './sets.ts';
import { splitsAsked } from './splits.ts';

export interface ReadOptions extends SetFiles {
  /** Is told every row that is left out. */
  readonly onSkip?: (row: Skipped) => void;
}

/** Annotations, to be gone through once; the report is whole when the last one was given out. */
export interface AnnotationSet extends AsyncIterable<Annotation> {
  readonly report: ReadReport;
}

/**
 * Reads an annotation set of any format in docs/evaluation-formats.md, told by its content: one annotation after the
 * other, without holding the file. A row that cannot be used is left out and reported with its reason.
 *
 * While it is gone through it throws SpotterError: not-found; empty-file; bad-usage where the format is not known, or
 * where the JSON is wrong or breaks off, after the annotations before that place.
 */
export function readAnnotationSet(file: string, options: ReadOptions = {}): AnnotationSet {
  const report = new Reporter();
  const annotations = read(file, options, report);
  return { report, [Symbol.asyncIterator]: () => annotations };
}

async function* read(file: string, options: ReadOptions, report: Reporter): AsyncGenerator<Annotation> {
  const format = recognise(file, await lookAt(file));
  if (!WITH_SPLITS.has(format)) splitsAsked(file, options.split, new Set());
  const ids = new Set<string>();
  for await (const found of FORMATS[format].read(file, options)) {
    report.format = format;
    const judged = judge(found, ids, options);
    if ('reason' in judged) {
      report.skip(judged);
      options.onSkip?.(judged);
    } else {
      report.keep(judged.clamped, judged.annotation, 'split' in found ? found.split : undefined);
      yield judged.annotation;
    }
  }
  report.format = format;
}

function judge(
  found: Found,
  ids: Set<string>,
  files: SetFiles,
): Skipped | { annotation: Annotation; clamped: boolean } {
  if (!('draft' in found)) return found;
  const { row, draft } = found;
  const checked = check(draft, files);
  const name = named(row, idOf(draft.id));
  if ('reason' in checked) return { ...name, ...checked };
  if (ids.has(checked.annotation.id)) return { ...name, reason: 'duplicate-id' };
  ids.add(checked.annotation.id);
  return checked;
}

/**
 * All annotations of a set at once. Rows that cannot be used are left out where somebody listens (`onSkip`); where
 * nobody does they are a mistake to mend.
 * @throws SpotterError as `readAnnotationSet`, and bad-usage where a row cannot be used and nobody listens
 */
export async function readAnnotations(file: string, options: ReadOptions = {}): Promise<Annotation[]> {
  const set = readAnnotationSet(file, options);
  const annotations: Annotation[] = [];
  for await (const annotation of set) annotations.push(annotation);
  if (options.onSkip || skippedRows(set.report) === 0) return annotations;
  const [, ...reasons] = tellReport(set.report);
  throw new SpotterError('bad-usage', `Rows of ${file} cannot be used: ${reasons.join(', ')}.`);
}

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
  'refcoco-refs': {
    recognise: ({ begins, row }) => isPickled(begins) || has(row, 'sentences', 'ann_id'),
    read: readRefs,
  },
  'ref-adv': { recognise: ({ row }) => has(row, 'bbox_candidates_map'), read: readRows(refAdvRow) },
  finecops: { recognise: ({ row }) => has(row, 'expression', 'objects_id'), read: readFineCops },
  spotter: { recognise: ({ row }) => has(row, 'expression', 'file_name'), read: readRows(asItIs) },
  'ref-reasoning': {
    recognise: ({ row }) => has(row, 'expression', 'image_id', 'bbox'),
    read: readRows(refReasoningRow),
  },
  parquet: { recognise: ({ begins }) => begins === 'PAR1', read: readParquet },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

const isPickled = (begins: string): boolean => PICKLE_BEGINS.some((begin) => begins.startsWith(begin));

/** Formats with splits; elsewhere there is none to choose. */
const WITH_SPLITS: ReadonlySet<FormatName> = new Set(['refcoco-refs', 'parquet']);

/** @throws SpotterError bad-usage */
export function recognise(file: string, look: Look): FormatName {
  const names = Object.keys(FORMATS) as FormatName[];
  const name = names.find((candidate) => FORMATS[candidate].recognise(look));
  if (name) return name;
  const hint = `These are read: ${names.join(', ')}; docs/evaluation-formats.md shows what each looks like.`;
  throw new SpotterError('bad-usage', `${file} does not look like an annotation set.`, hint);
}

/** What can be told of a file by its beginning. */
export interface Look {
  /** The first four bytes, one character each. */
  readonly begins: string;
  /** The lists that a dictionary holds by name: `images` and `annotations` of a COCO file. */
  readonly lists: ReadonlySet<string>;
  /** The first whole row of a list, or of a dictionary that holds rows. */
  readonly row: Draft | undefined;
  /** The first line, where that is a whole object. */
  readonly line: Draft | undefined;
}

/** So much of a file is looked at. */
const HEAD = 256 * 1024;

/** @throws SpotterError not-found, empty-file, bad-usage where it is no text */
export async function lookAt(file: string): Promise<Look> {
  const head = await beginning(file);
  const text = head.toString('latin1');
  if (text.trim() === '') throw new SpotterError('empty-file', `${file} is empty.`);
  refuseForeign(file, text);
  const line = fieldsOf(pythonLine(head.toString('utf8').trimStart().split(/\r?\n/, 1)[0]!));
  return { ...lookInside(head), line, begins: text.slice(0, 4) };
}

function lookInside(head: Uint8Array): Pick<Look, 'lists' | 'row'> {
  const lists = new Set<string>();
  let row: Draft | undefined;
  const parser = createRowParser(['$.*', '$.*.*'], ({ section, key, value, listed }) => {
    if (section !== undefined && listed) lists.add(section);
    if (section !== undefined) return;
    if (Array.isArray(value) && !listed) lists.add(String(key));
    row ??= fieldsOf(value);
  });
  try {
    parser.write(head);
  } catch {
    // Whoever reads the file meets it again, and says where.
  }
  return { lists, row };
}

async function beginning(file: string): Promise<Buffer> {
  try {
    const handle = await openFile(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

/** What became of the rows of a set. */
export interface ReadReport {
  readonly format: FormatName | undefined;
  /** Annotations that were given out. */
  readonly kept: number;
  /** Boxes of these that reached over the edge of their picture and were cut there. */
  readonly clamped: number;
  /** Rows that were left out, by reason. */
  readonly skipped: Readonly<Partial<Record<Reason, number>>>;
  /** The first few of each reason; `onSkip` is told all. */
  readonly examples: readonly Skipped[];
  /** Annotations that were given out, by what published sets give sizes of. */
  readonly counts: SetCounts;
}

/** So many rows of each reason are remembered. */
export const EXAMPLES = 5;

/** Keeps a report: counts all, remembers few. */
export class Reporter implements ReadReport {
  format: FormatName | undefined;
  kept = 0;
  clamped = 0;
  readonly skipped: Partial<Record<Reason, number>> = {};
  readonly examples: Skipped[] = [];
  readonly counts: { splits: Record<string, number>; kinds: Partial<Record<Kind, number>> } = {
    splits: {},
    kinds: {},
  };

  keep(clamped: boolean, annotation?: Annotation, split?: string): void {
    this.kept += 1;
    if (clamped) this.clamped += 1;
    if (annotation) this.count(annotation);
    if (split !== undefined) this.counts.splits[split] = (this.counts.splits[split] ?? 0) + 1;
  }

  private count({ level, negative_cate, positive_id, bbox }: Annotation): void {
    const { kinds } = this.counts;
    const isPositive = bbox !== null && positive_id === undefined;
    const kind: Kind | undefined = isPositive
      ? `positives of level ${level as 1 | 2 | 3}`
      : negative_cate && `negative ${negative_cate}s`;
    if (kind) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }

  skip(row: Skipped): void {
    const before = this.skipped[row.reason] ?? 0;
    this.skipped[row.reason] = before + 1;
    if (before < EXAMPLES) this.examples.push(row);
  }
}

/** How many rows were left out, for any reason. */
export const skippedRows = ({ skipped }: Pick<ReadReport, 'skipped'>): number =>
  Object.values(skipped).reduce((sum, n) => sum + n, 0);

/** A report in lines for a person: what was kept, and what was left out, most frequent first. */
export function tellReport(report: ReadReport): string[] {
  const { kept, clamped, skipped, examples } = report;
  const left = skippedRows(report);
  const of = `${kept} of ${kept + left} annotations read`;
  const first = clamped > 0 ? `${of}; ${clamped} boxes cut at the edge of their picture` : of;
  const reasons = (Object.entries(skipped) as [Reason, number][]).toSorted(([, a], [, b]) => b - a);
  return [
    first,
    ...reasons.map(([reason, n]) => {
      const rows = examples.filter((row) => row.reason === reason).map(tellRow);
      return `${n} left out, ${reason}: ${REASONS[reason]} (${rows.join('; ')}${n > rows.length ? '; …' : ''})`;
    }),
  ];
}

export const tellRow = ({ row, id, detail }: Skipped): string =>
  [`row ${row}`, ...(id === undefined ? [] : [`id ${id}`]), ...(detail ? [detail] : [])].join(', ');
