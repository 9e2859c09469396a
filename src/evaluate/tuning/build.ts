import { join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import { OFFERED } from '../../strategy/offer.ts';
import { shuffled } from '../../strategy/shuffle.ts';
import { ownProposals } from './candidates.ts';
import { DATASET_INFO, withDatasets } from './dataset-info.ts';
import { writeTogether } from './drafts.ts';
import { canBeAsked, createExamine, isPositive } from './examine.ts';
import { createPickForeign } from './foreign.ts';
import { createNones } from './nones.ts';
import { checkOptions, DEFAULT_NAME, datasetsOf, type TuningOptions } from './options.ts';
import type { TuningRecord } from './record.ts';
import type { TuningReport } from './report.ts';
import { createSet } from './set.ts';
import { createSkipped } from './tally.ts';

/**
 * Writes the sets for tuning a language model to choose among candidates: positives only, and with the None option;
 * and enters both in LLaMA-Factory's table. The same options give the same bytes; the files appear together.
 * @throws SpotterError bad-usage, cannot-write, cancelled
 */
export async function buildTuningSet(options: TuningOptions): Promise<TuningReport> {
  checkOptions(options);
  const { annotations, images, out, mediaDir = out, proposals = ownProposals, knows } = options;
  const { k = OFFERED, seed = 1, insertReference = false, signal, onProgress } = options;
  if (!options.proposals && annotations.every((a) => a.candidates === undefined)) {
    throw new SpotterError(
      'bad-usage',
      'The set brings no candidates of its own.',
      'Name a file with --candidates.',
    );
  }
  const all = annotations.filter(isPositive);
  const drawn = shuffled(all, seed).slice(0, options.limit);
  const examine = createExamine({ positives: all, proposals, knows, images, mediaDir, k, insertReference });
  const askable = all.filter(({ expression }) => canBeAsked(expression));
  const nones = createNones({
    ...{ k, seed, share: options.noneShare, foreignShare: options.foreignShare ?? 0.5 },
    pickForeign: createPickForeign({ annotations, positives: askable, proposals, knows }),
  });
  const [plain, withNone] = [createSet({ none: false, k, seed }), createSet({ none: true, k, seed })];
  const skips = createSkipped();
  let [inserted, rivals] = [0, 0];

  const [first, second] = datasetsOf(options.name ?? DEFAULT_NAME);
  const [file, noneFile, datasetInfo] = [
    join(out, first.file),
    join(out, second.file),
    join(out, DATASET_INFO),
  ];
  const table = await withDatasets(datasetInfo, {
    [first.dataset]: first.file,
    [second.dataset]: second.file,
  });
  await writeTogether([file, noneFile, datasetInfo], async ([plainDraft, noneDraft, tableDraft]) => {
    for (const [i, annotation] of drawn.entries()) {
      signal?.throwIfAborted();
      onProgress?.(i, drawn.length);
      const ready = await examine(annotation);
      if (typeof ready === 'string') {
        skips.add(ready, annotation.id);
        continue;
      }
      if (ready.offer.inserted) inserted++;
      rivals += ready.offer.rivals;
      if (ready.offer.options.length === 1) skips.add('single', annotation.id);
      else await plainDraft!.write(line(plain.positive(ready)));
      await noneDraft!.write(line(withNone.positive(ready)));
      const question = nones.next(ready);
      if (question) await noneDraft!.write(line(withNone.none(question, ready)));
    }
    await tableDraft!.write(table);
  });

  return {
    ...{ seed, k, annotations: annotations.length, positives: all.length, inserted, rivals, datasetInfo },
    beyondLimit: all.length - drawn.length,
    skipped: skips.skipped,
    positivesOnly: { dataset: first.dataset, file, ...plain.report() },
    withNone: { dataset: second.dataset, file: noneFile, ...withNone.report(), none: nones.report() },
    problems: proposals.problems,
  };
}

const line = (record: TuningRecord): string => `${JSON.stringify(record)}\n`;
