import { SpotterError } from '../../errors.ts';
import type { Annotation } from '../annotations.ts';
import { check } from './check.ts';
import { type Found, idOf, named, type SetFiles } from './draft.ts';
import { FORMATS, recognise } from './formats.ts';
import { lookAt } from './look.ts';
import type { Skipped } from './reasons.ts';
import { type ReadReport, Reporter, skippedRows, tellReport } from './report.ts';

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
  report.format = recognise(file, await lookAt(file));
  const ids = new Set<string>();
  for await (const found of FORMATS[report.format].read(file, options)) {
    const judged = judge(found, ids);
    if ('reason' in judged) {
      report.skip(judged);
      options.onSkip?.(judged);
    } else {
      report.keep(judged.clamped);
      yield judged.annotation;
    }
  }
}

function judge(found: Found, ids: Set<string>): Skipped | { annotation: Annotation; clamped: boolean } {
  if (!('draft' in found)) return found;
  const { row, draft } = found;
  const checked = check(draft);
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
