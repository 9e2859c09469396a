import { join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import { OFFER_SIZES, OFFERED, type OfferSize } from '../../strategy/offer.ts';
import { shuffled } from '../../strategy/shuffle.ts';
import type { Annotation } from '../annotations.ts';
import { ownProposals, type Proposals } from './candidates.ts';
import { DATASET_INFO, withDatasets } from './dataset-info.ts';
import { writeTogether } from './drafts.ts';
import { canBeAsked, createExamine, isPositive, type Ready } from './examine.ts';
import { createPickForeign } from './foreign.ts';
import { createNones } from './nones.ts';
import { createPlaces, offerInOrder, recordSeed } from './places.ts';
import { toRecord } from './record.ts';
import type { TuningReport } from './report.ts';
import { createSkipped, createTally } from './tally.ts';
import type { Knows } from './things.ts';

export interface TuningOptions {
  /** All of the set: negatives are not asked about, but tell what a picture is spoken of. */
  readonly annotations: readonly Annotation[];
  /** Folder of the image files. */
  readonly images: string;
  /** From `readProposals`; what the annotations bring themselves unless given. */
  readonly proposals?: Proposals;
  /** What nouns mean, so that "the guy" is not offered where a person is annotated. */
  readonly knows: Knows;
  /** Folder that gets the files: LLaMA-Factory's dataset folder. Made if need be. */
  readonly out: string;
  /** What image paths are relative to: LLaMA-Factory's media folder, which is its dataset folder unless told. */
  readonly mediaDir?: string;
  /** Of the first set; the other one is called name_none. */
  readonly name?: string;
  readonly k?: OfferSize;
  readonly seed?: number;
  /** Share of records whose answer is None in the second file, 0..0.5; as likely as any other option unless told. */
  readonly noneShare?: number;
  /** Share of these whose expression is of another picture, 0..1; half unless told. */
  readonly foreignShare?: number;
  /** Offer the reference box where nothing proposed is right, instead of skipping the positive. */
  readonly insertReference?: boolean;
  /** At most so many positives, drawn by the seed. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export const DEFAULT_NAME = 'spotter_crs';

/** Both data sets of a name, and their files. */
export const datasetsOf = (name: string) =>
  [name, `${name}_none`].map((dataset) => ({ dataset, file: `${dataset}.jsonl` })) as [Named, Named];
interface Named {
  readonly dataset: string;
  readonly file: string;
}

/**
 * Writes the sets for tuning a language model to choose among candidates: positives only, and with the None option;
 * and enters both in LLaMA-Factory's table. The same options give the same bytes; the files appear together.
 * @throws SpotterError bad-usage, cannot-write, cancelled
 */
export async function buildTuningSet(options: TuningOptions): Promise<TuningReport> {
  const { annotations, out, proposals = ownProposals, signal, seed = 1, k = OFFERED } = options;
  checkOptions(options);
  const all = annotations.filter(isPositive);
  const positives = shuffled(all, seed).slice(0, options.limit);
  const examine = createExamine({
    ...{ positives: all, proposals, images: options.images, mediaDir: options.mediaDir ?? out, k },
    insertReference: options.insertReference ?? false,
  });
  const [first, second] = datasetsOf(options.name ?? DEFAULT_NAME);
  const datasetInfo = join(out, DATASET_INFO);
  const table = await withDatasets(datasetInfo, {
    [first.dataset]: first.file,
    [second.dataset]: second.file,
  });
  const skips = createSkipped();
  const [tally, noneTally] = [createTally(false), createTally(true)];
  const [place, nonePlace] = [createPlaces(seed), createPlaces(seed + 1)];
  const foreigners = all.filter(({ expression }) => canBeAsked(expression));
  const pickForeign = createPickForeign({
    annotations,
    positives: foreigners,
    proposals,
    knows: options.knows,
  });
  const nones = createNones({
    ...{ k, seed, pickForeign },
    share: options.noneShare,
    foreignShare: options.foreignShare ?? 0.5,
  });
  let [inserted, rivals, done] = [0, 0, 0];

  const paths = [join(out, first.file), join(out, second.file), datasetInfo];
  await writeTogether(paths, async ([plain, withNone, info]) => {
    for (const annotation of positives) {
      signal?.throwIfAborted();
      const ready = await examine(annotation);
      options.onProgress?.(++done, positives.length);
      if (typeof ready === 'string') {
        skips.add(ready, annotation.id);
        continue;
      }
      if (ready.offer.inserted) inserted++;
      rivals += ready.offer.rivals;
      if (ready.offer.options.length > 1) await plain!.write(line(positiveOf(ready, false)));
      else skips.add('single', annotation.id);
      await withNone!.write(line(positiveOf(ready, true)));
      const none = nones.next(ready);
      if (!none) continue;
      noneTally.add(none.offer.options.length, undefined);
      await withNone!.write(line(toRecord(none.offer, none.expression, ready.photo, none.offer.none!)));
    }
    await info!.write(table);
  });

  return {
    ...{ seed, k, annotations: annotations.length, positives: all.length, inserted, rivals, datasetInfo },
    beyondLimit: all.length - positives.length,
    skipped: skips.skipped,
    positivesOnly: { dataset: first.dataset, file: paths[0]!, ...tally.report() },
    withNone: { dataset: second.dataset, file: paths[1]!, ...noneTally.report(), none: nones.report() },
    problems: proposals.problems,
  };

  function positiveOf({ annotation, photo, offer: { options: offered, right } }: Ready, none: boolean) {
    const offer = offerInOrder(offered, {
      ...{ k, none, right },
      seed: recordSeed(seed, none ? 'or-none' : 'positive', annotation.id),
      place: (none ? nonePlace : place)(offered.length),
    });
    const { letter } = offer.options.find(({ candidate }) => candidate === right)!;
    (none ? noneTally : tally).add(offered.length, letter);
    return toRecord(offer, annotation.expression, photo, letter);
  }
}

const line = (record: object): string => `${JSON.stringify(record)}\n`;

/** What may be asked for, in words: a wrong share would only show in the trained model. */
function checkOptions({
  k,
  name,
  noneShare = 0,
  foreignShare = 0,
  limit = 1,
  seed = 1,
}: TuningOptions): void {
  const wrong = [
    [k === undefined || OFFER_SIZES.includes(k), `k is one of ${OFFER_SIZES.join(', ')}`],
    [name === undefined || /^\w[\w.-]{0,99}$/.test(name), 'a name has letters, digits, "_", "." and "-"'],
    [noneShare >= 0 && noneShare <= 0.5, 'the share of None is 0 to 0.5'],
    [foreignShare >= 0 && foreignShare <= 1, 'the share of other pictures among None is 0 to 1'],
    [Number.isInteger(limit) && limit > 0, 'the limit is a whole number from 1'],
    [Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32 - 1, 'the seed is a whole number from 0'],
  ].find(([right]) => !right);
  if (wrong) throw new SpotterError('bad-usage', `That cannot be: ${wrong[1]}.`, 'See docs/tuning-set.md.');
}
