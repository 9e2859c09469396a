import { basename } from 'node:path';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import { nameOf, readIdentity } from '../../../src/evaluate/run/identity.ts';
import { compareScores } from '../../../src/evaluate/score/compare.ts';
import { comparisonToCsv, scoresToCsv, scoresToJson } from '../../../src/evaluate/score/files.ts';
import { printComparison, printScores } from '../../../src/evaluate/score/print.ts';
import { score } from '../../../src/evaluate/score/score.ts';
import type { ScoreOptions, Scores } from '../../../src/evaluate/score/scores.ts';
import { writeFileAtomic } from '../../../src/files.ts';
import { safe, safeJson, safeLines } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import { imagesOf, readSet } from './annotation-set.ts';
import type { CompareRunsRequest, ScoreRequest } from './declare.ts';
import { wrongLines } from './wrong.ts';

/** @throws SpotterError */
export async function scoreCommand(
  { annotations: file, predictions, options }: ScoreRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { resamples, seed, threshold, csv, html } = options;
  const scores = await scoreFile(await readSet(file, options, console), predictions, {
    resampling: { resamples, seed },
    ...(threshold !== undefined && { threshold }),
  });
  if (csv !== undefined) await writeFileAtomic(csv, scoresToCsv(scores));
  if (html !== undefined) {
    const { writeReport } = await import('../../../src/evaluate/page/write.ts');
    await writeReport({ scores, images: imagesOf(file, options), out: html, signal });
  }
  if (options.json) console.print(safeJson(scoresToJson(scores, { withItems: options.items })));
  else {
    if (options.wrong) console.print(...wrongLines(scores), '');
    console.print(...safeLines(printScores(scores)));
    for (const [what, path] of [
      ['Figures', csv],
      ['Report', html],
    ] as const) {
      if (path !== undefined) console.print('', `${what}: ${safe(path)}`);
    }
  }
  return 0;
}

/** @throws SpotterError */
export async function compareRunsCommand(
  { annotations: file, a, b, options }: CompareRunsRequest,
  console: Console,
): Promise<number> {
  const annotations = await readSet(file, options, console);
  const resampling = { resamples: options.resamples, seed: options.seed };
  // What each is worth by itself is not asked: no intervals of it.
  const alone = { resampling: { ...resampling, resamples: 0 } };
  const [first, second] = [await scoreFile(annotations, a, alone), await scoreFile(annotations, b, alone)];
  const comparison = compareScores(first, second, resampling);
  if (options.csv !== undefined) await writeFileAtomic(options.csv, comparisonToCsv(comparison));
  if (options.json) console.print(safeJson(comparison));
  else console.print(...safeLines(printComparison(comparison)));
  return 0;
}

async function scoreFile(
  annotations: readonly Annotation[],
  predictions: string,
  options: ScoreOptions,
): Promise<Scores> {
  const identity = await readIdentity(predictions);
  return score(annotations, predictions, {
    name: identity ? nameOf(identity) : basename(predictions),
    ...options,
  });
}
