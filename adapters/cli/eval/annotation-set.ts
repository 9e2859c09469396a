import { dirname, join } from 'node:path';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import type { SetFiles } from '../../../src/evaluate/read/draft.ts';
import { readAnnotationSet } from '../../../src/evaluate/read/read.ts';
import { skippedRows, tellReport } from '../../../src/evaluate/read/report.ts';
import { safe } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';

/** All annotations of a set that can be used; what cannot is told. @throws SpotterError as `readAnnotationSet` */
export async function readSet(file: string, files: SetFiles, console: Console): Promise<Annotation[]> {
  const set = readAnnotationSet(file, files);
  const annotations: Annotation[] = [];
  for await (const annotation of set) annotations.push(annotation);
  if (skippedRows(set.report) > 0) console.note(...tellReport(set.report).map(safe));
  return annotations;
}

export const imagesOf = (annotations: string, { images }: { readonly images?: string }): string =>
  images ?? join(dirname(annotations), 'images');
