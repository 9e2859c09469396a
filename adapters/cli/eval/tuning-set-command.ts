import { dirname, join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import { readAnnotationSet } from '../../../src/evaluate/read/read.ts';
import { skippedRows, tellReport } from '../../../src/evaluate/read/report.ts';
import { buildTuningSet } from '../../../src/evaluate/tuning/build.ts';
import { readProposals } from '../../../src/evaluate/tuning/candidates.ts';
import { checkTuningSet, printCheckReport } from '../../../src/evaluate/tuning/check.ts';
import { DEFAULT_NAME, datasetsOf } from '../../../src/evaluate/tuning/options.ts';
import { printTuningReport } from '../../../src/evaluate/tuning/report.ts';
import { createModels } from '../../../src/models/models.ts';
import { vocabularyOfStarter } from '../../../src/specialist/starter/starter.ts';
import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { startProgress } from '../progress.ts';
import { safe, safeJson } from '../safe-text.ts';
import type { TuningSetRequest } from './tuning-set-declare.ts';

/** Writes the CRS tuning sets, or validates those that are there; resolves to the exit code. @throws SpotterError */
export function tuningSetCommand(
  request: TuningSetRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  return (request.options.check ? check : build)(request, console, signal);
}

const build: typeof tuningSetCommand = async ({ annotations: file, options }, console, signal) => {
  const { candidates, ...rest } = options;
  const progress = startProgress(console.stderr, 'Writing the tuning sets');
  try {
    const report = await buildTuningSet({
      ...rest,
      annotations: await readAll(file, options, console),
      images: imagesOf(file, options),
      ...(candidates !== undefined && { proposals: await readProposals(candidates) }),
      knows: vocabularyOfStarter(createModels(readConfig({ env: process.env })).open('starter')),
      signal,
    });
    progress.stop();
    if (options.json) console.print(safeJson(report));
    else console.print(...safeLines(printTuningReport(report)));
    return 0;
  } finally {
    progress.stop();
  }
};

const check: typeof tuningSetCommand = async ({ annotations: file, options }, console, signal) => {
  const { out, mediaDir = out, name = DEFAULT_NAME } = options;
  const progress = startProgress(console.stderr, 'Reading the tuning sets');
  const files = datasetsOf(name).map((set) => join(out, set.file));
  const known = { annotations: await readAll(file, options, console), images: imagesOf(file, options) };
  const report = await checkTuningSet({ files, mediaDir, ...known, signal }).finally(progress.stop);
  if (options.json) console.print(safeJson(report));
  else console.print(...safeLines(printCheckReport(report)));
  return report.faulty === 0 && report.records > 0 ? 0 : UNWELL_EXIT;
};

/** All of them, since an expression of another picture may be any; rows that cannot be used are told. */
async function readAll(
  file: string,
  files: TuningSetRequest['options'],
  console: Console,
): Promise<Annotation[]> {
  const set = readAnnotationSet(file, files);
  const annotations: Annotation[] = [];
  for await (const annotation of set) annotations.push(annotation);
  if (skippedRows(set.report) > 0) console.note(...tellReport(set.report).map(safe));
  return annotations;
}

const imagesOf = (annotations: string, { images }: TuningSetRequest['options']): string =>
  images ?? join(dirname(annotations), 'images');

/** Ids and file names are foreign; the wide spaces between columns are ours. */
const safeLines = (text: string): string[] =>
  text.split('\n').map((line) =>
    line
      .split(/( {2,})/)
      .map((part, i) => (i % 2 === 0 ? safe(part) : part))
      .join(''),
  );
