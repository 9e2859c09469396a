import { basename, join } from 'node:path';
import { readConfig, WITHOUT } from '../../src/config.ts';
import { vocabularyOfStarter } from '../../src/detector/starter/starter.ts';
import { SpotterError } from '../../src/errors.ts';
import { calibrateDetector } from '../../src/evaluate/calibrate/observe.ts';
import {
  type CalibrationReport,
  printCalibration,
  writeCalibration,
} from '../../src/evaluate/calibrate/report.ts';
import { calibrateStrategy } from '../../src/evaluate/calibrate/trials.ts';
import { type Annotation, createProgress } from '../../src/evaluate/prediction.ts';
import { collectPublished } from '../../src/evaluate/published/collect.ts';
import { printPublishedBoxes, printPublishedLetters } from '../../src/evaluate/published/print.ts';
import { mergePredictions, nameOf, readIdentity } from '../../src/evaluate/run/file.ts';
import { helpOf, printHelp } from '../../src/evaluate/run/help.ts';
import { type Ran, type RunOptions, runEvaluation, select } from '../../src/evaluate/run/run.ts';
import { compareScores } from '../../src/evaluate/score/compare.ts';
import { formatItem, itemRecord } from '../../src/evaluate/score/items.ts';
import {
  comparisonToCsv,
  printComparison,
  printScores,
  scoresToCsv,
  scoresToJson,
} from '../../src/evaluate/score/print.ts';
import { score } from '../../src/evaluate/score/score.ts';
import type { ScoreOptions, Scores } from '../../src/evaluate/score/sections.ts';
import { buildTuningSet, DEFAULT_NAME, datasetsOf } from '../../src/evaluate/tuning/build.ts';
import { readProposals } from '../../src/evaluate/tuning/candidates.ts';
import { checkTuningSet, printCheckReport } from '../../src/evaluate/tuning/check.ts';
import { printTuningReport } from '../../src/evaluate/tuning/record.ts';
import { writeFileAtomic } from '../../src/files.ts';
import { createModels } from '../../src/models/models.ts';
import { safe, safeJson, safeLines } from '../../src/text.ts';
import { type Console, startProgress, UNWELL_EXIT } from './console.ts';
import { cardCommand } from './eval-card.ts';
import type {
  CalibrateRequest,
  CompareRunsRequest,
  EvalRequest,
  MergeRequest,
  RunRequest,
  ScoreRequest,
  TuningSetRequest,
} from './eval-declare.ts';
import { imagesOf, provenanceFor, readSet, readSets, uncutSets } from './eval-sets.ts';

type Of<A extends EvalRequest['action']> = Extract<EvalRequest, { action: A }>;
type Action<R> = (request: R, console: Console, signal: AbortSignal) => Promise<number>;

const ACTIONS: { readonly [A in EvalRequest['action']]: Action<Of<A>> } = {
  run: runCommand,
  score: scoreCommand,
  compare: compareRunsCommand,
  merge: mergeCommand,
  calibrate: calibrateCommand,
  'tuning-set': tuningSetCommand,
  card: cardCommand,
};

/** @throws SpotterError */
export const evalCommand = (request: EvalRequest, console: Console, signal: AbortSignal): Promise<number> =>
  // That an action gets a request of its own kind is what the table says.
  (ACTIONS[request.action] as Action<EvalRequest>)(request, console, signal);

/** One line for each answer that is wrong, to be looked at. */
export const wrongLines = ({ items }: Pick<Scores, 'items'>): string[] =>
  items.all
    .map(itemRecord)
    .filter(({ wrong }) => wrong)
    .map((record) => safe(formatItem(record)));

/** Asks the questions of a set, and scores the answers; resolves to the exit code. @throws SpotterError */
export async function runCommand(
  { annotations: file, options }: RunRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { strategy, specialist, device, mllm, out, json } = options;
  const config = readConfig({ env: process.env, flags: { strategy, specialist, device } });
  const annotations = select(await readSet(file, options, console), options);
  const system = {
    ...{ config, annotations, annotationFile: file, images: imagesOf(file, options) },
    ...{ boxes: options.boxes, simulate: mllm },
  };
  const flags = { out, fresh: options.fresh, retryErrors: options.retryErrors, atOnce: options.concurrency };
  const ran = await withProgress({ ...system, ...flags, signal }, console);
  const scores = await scoreOf(annotations, ran);
  const asked = mllm !== undefined || config.mllmModel !== undefined;
  const help =
    options.beside && asked
      ? await helpOf(annotations, ran.predictions, scores, await without(system, options, console, signal))
      : undefined;
  if (json)
    console.print(safeJson({ scores: scoresToJson(scores), ...(help && { help }), output: out ?? null }));
  else {
    if (options.wrong) console.print(...wrongLines(scores), '');
    console.print(...safeLines(printScores(scores)));
    if (help) console.print('', ...safeLines(printHelp(help, nameOf(ran.identity))));
    if (out !== undefined) console.print('', `Predictions: ${safe(out)}`);
  }
  return 0;
}

const scoreOf = (annotations: readonly Annotation[], { identity, predictions }: Ran): Promise<Scores> =>
  score(annotations, predictions, { name: nameOf(identity) });

async function without(
  { config, simulate: _, ...system }: Omit<RunOptions, 'atOnce' | 'signal'>,
  { concurrency: atOnce }: RunRequest['options'],
  console: Console,
  signal: AbortSignal,
): Promise<Scores> {
  const alone = { ...config, mllmModel: undefined, strategy: WITHOUT[config.strategy] };
  return scoreOf(
    system.annotations,
    await withProgress({ ...system, config: alone, atOnce, signal }, console),
  );
}

async function withProgress(options: RunOptions, { stderr, note }: Console): Promise<Ran> {
  let progress = createProgress(0, stderr);
  try {
    return await runEvaluation({
      ...options,
      onStart(all, before) {
        if (before > 0) note(`${before} of ${all} were answered before.`);
        progress = createProgress(all - before, stderr);
      },
      onAnswer: () => progress.tick(),
    });
  } finally {
    progress.done();
  }
}

/** @throws SpotterError */
export async function scoreCommand(
  { annotations: files, predictions, options }: ScoreRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { resamples, seed, threshold, csv, html, asPublished, asPublishedCrs } = options;
  const scores = await scoreFile(await readSets(files, options, console), predictions, {
    resampling: { resamples, seed },
    ...(threshold !== undefined && { threshold }),
  });
  if (csv !== undefined) await writeFileAtomic(csv, scoresToCsv(scores));
  if (html !== undefined) {
    const { writeReport } = await import('../../src/evaluate/page/page.ts');
    const settings = {
      threshold: threshold ?? 'the best on these answers',
      ...{ resamples, seed, confidence: scores.options.resampling.confidence },
    };
    const provenance = await provenanceFor(files, [predictions], settings, signal);
    await writeReport({ scores, images: imagesOf(files[0], options), out: html, provenance, signal });
  }
  const published =
    asPublished || asPublishedCrs
      ? await collectPublished(uncutSets(files, options), predictions)
      : undefined;
  if (typeof asPublished === 'string') await writeFigures(asPublished, published!.boxes);
  if (typeof asPublishedCrs === 'string') await writeFigures(asPublishedCrs, published!.letters);
  if (options.json)
    console.print(
      safeJson({ ...scoresToJson(scores, { withItems: options.items }), ...(published && { published }) }),
    );
  else {
    if (options.wrong) console.print(...wrongLines(scores), '');
    console.print(...safeLines(printScores(scores)));
    if (published && asPublished) console.print('', ...safeLines(printPublishedBoxes(published, scores)));
    if (published && asPublishedCrs)
      console.print('', ...safeLines(printPublishedLetters(published, scores)));
    for (const [what, path] of [
      ['Figures', csv],
      ['Report', html],
      ['As published', asPublished],
      ['As published, CRS', asPublishedCrs],
    ] as const) {
      if (typeof path === 'string') console.print('', `${what}: ${safe(path)}`);
    }
  }
  return 0;
}

const writeFigures = (file: string, figures: object): Promise<void> =>
  writeFileAtomic(file, `${JSON.stringify(figures, null, 1)}\n`);

/** @throws SpotterError */
export async function compareRunsCommand(
  { annotations: files, a, b, options }: CompareRunsRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const annotations = await readSets(files, options, console);
  const resampling = { resamples: options.resamples, seed: options.seed };
  // What each is worth by itself is not asked: no intervals of it.
  const alone = { resampling: { ...resampling, resamples: 0 } };
  const [first, second] = [await scoreFile(annotations, a, alone), await scoreFile(annotations, b, alone)];
  const comparison = compareScores(first, second, resampling);
  if (options.csv !== undefined) await writeFileAtomic(options.csv, comparisonToCsv(comparison));
  if (options.html !== undefined) {
    const { writeComparePage } = await import('../../src/evaluate/page/compare-page.ts');
    const provenance = await provenanceFor(files, [a, b], resampling, signal);
    await writeComparePage({ comparison, provenance, out: options.html });
  }
  if (options.json) console.print(safeJson(comparison));
  else {
    console.print(...safeLines(printComparison(comparison)));
    if (options.html !== undefined) console.print('', `Report: ${safe(options.html)}`);
  }
  return 0;
}

async function scoreFile(
  annotations: readonly Annotation[],
  predictions: string,
  options: ScoreOptions,
): Promise<Scores> {
  const identity = await readIdentity(predictions);
  const scores = await score(annotations, predictions, {
    name: identity ? nameOf(identity) : basename(predictions),
    ...options,
  });
  refuseUnusable(predictions, scores);
  return scores;
}

/** @throws SpotterError bad-data where no prediction can be used */
function refuseUnusable(file: string, { collected, pairing: { badLines, surplus } }: Scores): void {
  if (collected.answers.size > 0) return;
  if (surplus.count > 0) {
    const hint = `They are about ${surplus.first.slice(0, 3).join(', ')} …: is it another set, or another numbering?`;
    throw new SpotterError('bad-data', `No prediction of ${file} is about an annotation of the set.`, hint);
  }
  const [bad] = badLines.first;
  const hint = bad
    ? `Line ${bad.line}: ${bad.reason}. docs/evaluation.md has the forms.`
    : 'docs/evaluation.md has the forms.';
  throw new SpotterError('bad-data', `No row of ${file} is a prediction.`, hint);
}

/** @throws SpotterError */
export async function mergeCommand({ parts, options }: MergeRequest, console: Console): Promise<number> {
  const merged = await mergePredictions(parts, options.out);
  const { predictions, repeated, badLines } = merged;
  if (options.json) console.print(safeJson({ ...merged, output: options.out }));
  else
    console.print(
      `${predictions} predictions of ${parts.length} files; ${repeated} repeated, ${badLines} lines that are none: ${safe(options.out)}`,
    );
  return 0;
}

/** Fits a calibration and writes it; resolves to the exit code. @throws SpotterError */
export async function calibrateCommand(
  request: CalibrateRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { out, json } = request.options;
  const annotations = await readSet(request.annotations, request.options, console);
  const report = await calibrate(request, annotations, console, signal);
  await writeCalibration(out, report.calibration);
  console.note(...report.warnings.map(safe));
  if (json) console.print(safeJson({ ...report, output: out }));
  else console.print(...safeLines(printCalibration(report)), '', `Calibration: ${safe(out)}`);
  return 0;
}

function calibrate(
  { annotations: file, predictions, options }: CalibrateRequest,
  annotations: readonly Annotation[],
  { stderr }: Console,
  signal: AbortSignal,
): Promise<CalibrationReport> {
  const config = readConfig({ env: process.env, flags: { specialist: options.specialist } });
  if (predictions !== undefined) return calibrateStrategy({ config, annotations, predictions });
  const progress = createProgress(annotations.length, stderr);
  const images = imagesOf(file, options);
  return calibrateDetector({ config, annotations, images, signal, onDone: progress.tick }).finally(
    progress.done,
  );
}

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
