import { dirname, join } from 'node:path';
import { SpotterError } from '../../src/errors.ts';
import type { Annotation } from '../../src/evaluate/prediction.ts';
import { type Provenance, provenanceOf } from '../../src/evaluate/provenance.ts';
import type { SetFiles } from '../../src/evaluate/read/check.ts';
import { formatSizes } from '../../src/evaluate/read/published-sizes.ts';
import { readAnnotationSet, skippedRows, tellReport } from '../../src/evaluate/read/read.ts';
import { readIdentity } from '../../src/evaluate/run/file.ts';
import { safe } from '../../src/text.ts';
import type { Console } from './console.ts';

/**
 * All annotations of a set that can be used; what cannot is told, and how many a published set has.
 * @throws SpotterError as `readAnnotationSet`, and bad-data where none can be used
 */
export async function readSet(
  file: string,
  files: SetFiles,
  { note }: Pick<Console, 'note'>,
): Promise<Annotation[]> {
  const set = readAnnotationSet(file, files);
  const annotations: Annotation[] = [];
  for await (const annotation of set) annotations.push(annotation);
  const [first, ...reasons] = tellReport(set.report);
  const left = skippedRows(set.report);
  if (annotations.length === 0 && left > 0)
    throw new SpotterError('bad-data', `No annotation of ${file} can be used.`, reasons.join('; '));
  if (left > 0) note(safe(first!), ...reasons.map(safe));
  note(...formatSizes(set.report.counts).map(safe));
  return annotations;
}

/** The annotations of several files that are one set. @throws SpotterError as `readSet` */
export async function readSets(
  files: readonly string[],
  options: SetFiles,
  console: Console,
): Promise<Annotation[]> {
  const sets: Annotation[][] = [];
  for (const file of files) sets.push(await readSet(file, options, console));
  return sets.flat();
}

/** The same as the published scripts have them: boxes are cut nowhere. */
export async function* uncutSets(files: readonly string[], options: SetFiles): AsyncGenerator<Annotation> {
  for (const file of files) yield* readAnnotationSet(file, { ...options, uncut: true });
}

export const imagesOf = (annotations: string, { images }: { readonly images?: string }): string =>
  images ?? join(dirname(annotations), 'images');

/** Where the figures of prediction files come from, and the command that was given. @throws SpotterError */
export async function provenanceFor(
  annotations: readonly string[],
  predictions: readonly string[],
  settings: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<Provenance> {
  const identities = [];
  for (const file of predictions) identities.push({ file, identity: await readIdentity(file) });
  const command = process.argv.slice(2);
  return provenanceOf({ annotations, predictions: identities, settings, command, signal });
}
