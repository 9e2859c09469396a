import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, STRATEGY_NAMES } from '../../src/config.ts';
import { makeCard } from '../../src/evaluate/card/card.ts';
import { cardPage, printCard } from '../../src/evaluate/card/card-page.ts';
import { createProgress } from '../../src/evaluate/prediction.ts';
import { select } from '../../src/evaluate/run/run.ts';
import { writeFileAtomic } from '../../src/files.ts';
import { safe, safeJson, safeLines } from '../../src/text.ts';
import type { Console } from './console.ts';
import type { CardRequest } from './eval-declare.ts';
import { imagesOf, provenanceFor, readSet } from './eval-sets.ts';

/** Runs all strategies on a set and writes what each is worth, as a page and as JSON. @throws SpotterError */
export async function cardCommand(
  { annotations: file, options }: CardRequest,
  { print, note, stderr }: Console,
  signal: AbortSignal,
): Promise<number> {
  const { specialist, device, out, mllm, concurrency: atOnce, seed, json } = options;
  const config = readConfig({ env: process.env, flags: { specialist, device } });
  const annotations = select(await readSet(file, options, { note }), options);
  await mkdir(out, { recursive: true });
  let progress = createProgress(0, stderr);
  const card = await makeCard({
    ...{ config, annotations, annotationFile: file, images: imagesOf(file, options), atOnce, signal },
    ...{ strategies: options.strategies ?? STRATEGY_NAMES, folder: out, simulate: mllm },
    onStrategy(strategy, all, before) {
      progress.done();
      note(`${strategy}: ${all} questions${before > 0 ? `, ${before} answered before` : ''}`);
      progress = createProgress(all - before, stderr);
    },
    onAnswer: () => progress.tick(),
  }).finally(() => progress.done());
  const files = card.systems.map(({ strategy }) => join(out, `${strategy}.jsonl`));
  const provenance = await provenanceFor([file], files, { seed, sample: options.sample ?? 'all' }, signal);
  const [data, page] = [join(out, 'card.json'), join(out, 'card.html')];
  await writeFileAtomic(data, `${JSON.stringify(card, null, 1)}\n`);
  await writeFileAtomic(page, cardPage(card, provenance).markup);
  if (json) print(safeJson(card));
  else print(...safeLines(printCard(card)), '', `Card: ${safe(data)}, ${safe(page)}`);
  return 0;
}
