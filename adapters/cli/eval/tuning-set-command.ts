import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import { buildTuningSet } from '../../../src/evaluate/tuning/build.ts';
import { readProposals } from '../../../src/evaluate/tuning/candidates.ts';
import { checkTuningSet, printCheckReport } from '../../../src/evaluate/tuning/check.ts';
import { DEFAULT_NAME, datasetsOf } from '../../../src/evaluate/tuning/options.ts';
import { printTuningReport } from '../../../src/evaluate/tuning/report.ts';
import { createModels } from '../../../src/models/models.ts';
import { safeJson, safeLines } from '../../../src/safe-text.ts';
import { vocabularyOfStarter } from '../../../src/specialist/starter/starter.ts';
import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { startProgress } from '../progress.ts';
import { imagesOf, readSet } from './annotation-set.ts';
import type { TuningSetRequest } from './tuning-set-declare.ts';

/** What there is to say in the end. */
interface Outcome {
  readonly report: object;
  readonly text: string;
  readonly ok: boolean;
}
type Work = (
  request: TuningSetRequest,
  annotations: readonly Annotation[],
  signal: AbortSignal,
) => Promise<Outcome>;

/** Writes the CRS tuning sets, or validates those that are there; resolves to the exit code. @throws SpotterError */
export async function tuningSetCommand(
  request: TuningSetRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { annotations: file, options } = request;
  const progress = startProgress(console.stderr, options.check ? 'Checking the sets' : 'Writing the sets');
  const work = async (): Promise<Outcome> => {
    // All of them at once: an expression of another picture may be any.
    const annotations = await readSet(file, options, console);
    return (options.check ? check : build)(request, annotations, signal);
  };
  const { report, text, ok } = await work().finally(progress.stop);
  if (options.json) console.print(safeJson(report));
  else console.print(...safeLines(text));
  return ok ? 0 : UNWELL_EXIT;
}

const build: Work = async (request, annotations, signal) => {
  const { candidates, ...options } = request.options;
  const report = await buildTuningSet({
    ...options,
    annotations,
    images: imagesOf(request.annotations, request.options),
    ...(candidates !== undefined && { proposals: await readProposals(candidates) }),
    knows: vocabularyOfStarter(createModels(readConfig({ env: process.env })).open('starter')),
    signal,
  });
  return { report, text: printTuningReport(report), ok: true };
};

const check: Work = async (request, annotations, signal) => {
  const { out, mediaDir = out, name = DEFAULT_NAME } = request.options;
  const files = datasetsOf(name).map((set) => join(out, set.file));
  const report = await checkTuningSet({
    files,
    mediaDir,
    annotations,
    images: imagesOf(request.annotations, request.options),
    signal,
  });
  return { report, text: printCheckReport(report), ok: report.faulty === 0 && report.records > 0 };
};
