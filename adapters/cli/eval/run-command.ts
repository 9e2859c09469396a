import { readConfig } from '../../../src/config.ts';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import { createProgress } from '../../../src/evaluate/progress.ts';
import { helpOf, printHelp } from '../../../src/evaluate/run/help.ts';
import { nameOf } from '../../../src/evaluate/run/identity.ts';
import { type Ran, type RunOptions, runEvaluation } from '../../../src/evaluate/run/run.ts';
import { select } from '../../../src/evaluate/run/select.ts';
import { scoresToJson } from '../../../src/evaluate/score/files.ts';
import { printScores } from '../../../src/evaluate/score/print.ts';
import { score } from '../../../src/evaluate/score/score.ts';
import type { Scores } from '../../../src/evaluate/score/scores.ts';
import { safe, safeJson, safeLines } from '../../../src/safe-text.ts';
import { WITHOUT } from '../../../src/strategy/names.ts';
import type { Console } from '../console.ts';
import { imagesOf, readSet } from './annotation-set.ts';
import type { RunRequest } from './declare.ts';
import { wrongLines } from './wrong.ts';

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
