import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { OFFER_SIZES, OFFERED, type OfferSize } from '../../config.ts';
import { messageOf, SpotterError } from '../../errors.ts';
import { writableTarget } from '../../files.ts';
import { type MultipleChoice, shuffled } from '../../mllm/multiple-choice.ts';
import type { Annotation } from '../prediction.ts';
import {
  createPlaces,
  type Knows,
  offerInOrder,
  offerWithoutRight,
  ownProposals,
  type Proposal,
  type Proposals,
  recordSeed,
} from './candidates.ts';
import {
  canBeAsked,
  createExamine,
  createPickForeign,
  isPositive,
  type PickForeign,
  type Ready,
} from './check.ts';
import {
  createSkipped,
  createTally,
  DATASET_INFO,
  type NoneReport,
  type TuningRecord,
  type TuningReport,
  toRecord,
  withDatasets,
} from './record.ts';
import { TRAINERS, type TrainerName } from './trainers.ts';

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
  const trainer = TRAINERS[options.trainer ?? 'llama-factory'];
  const line = (record: TuningRecord): string => `${JSON.stringify(trainer.write(record, mediaDir))}\n`;
  const table = trainer.hasTable
    ? await withDatasets(datasetInfo, { [first.dataset]: first.file, [second.dataset]: second.file })
    : undefined;
  const written = [file, noneFile, ...(table === undefined ? [] : [datasetInfo])];
  await writeTogether(written, async ([plainDraft, noneDraft, tableDraft]) => {
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
    if (table !== undefined) await tableDraft!.write(table);
  });

  return {
    ...{ seed, k, annotations: annotations.length, positives: all.length, inserted, rivals },
    ...(table !== undefined && { datasetInfo }),
    usage: trainer.usage(noneFile, mediaDir),
    beyondLimit: all.length - drawn.length,
    skipped: skips.skipped,
    positivesOnly: { dataset: first.dataset, file, ...plain.report() },
    withNone: { dataset: second.dataset, file: noneFile, ...withNone.report(), none: nones.report() },
    problems: proposals.problems,
  };
}

/** A file that is being written; whoever looks sees the old one until all are done. */
export interface Draft {
  /** Waits where the disk is slower than we are. @throws SpotterError cannot-write */
  write(text: string): Promise<void>;
}

/**
 * Files that appear together or not at all: written beside their places, and moved there when `work` is done.
 * @throws SpotterError cannot-write, and what `work` throws: then nothing is left behind
 */
async function writeTogether<T>(
  paths: readonly string[],
  work: (drafts: readonly Draft[]) => Promise<T>,
): Promise<T> {
  const places = paths.map((path) => ({
    path,
    temporary: join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`),
  }));
  const streams: WriteStream[] = [];
  try {
    for (const { path, temporary } of places) {
      await mkdir(dirname(path), { recursive: true }).catch(refuse(path));
      await writableTarget(path, { follow: false });
      const stream = createWriteStream(temporary, { flags: 'wx' });
      streams.push(stream);
      await once(stream, 'open').catch(refuse(path));
    }
    const result = await work(streams.map((stream, i) => draft(stream, places[i]!.path)));
    for (const [i, stream] of streams.entries()) {
      stream.end();
      await finished(stream).catch(refuse(places[i]!.path));
    }
    for (const { path, temporary } of places) await rename(temporary, path).catch(refuse(path));
    return result;
  } catch (thrown) {
    for (const stream of streams) stream.destroy();
    for (const { temporary } of places) await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
}

function draft(stream: WriteStream, path: string): Draft {
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    async write(text) {
      if (failure) refuse(path)(failure);
      if (!stream.write(text)) await once(stream, 'drain').catch(refuse(path));
    },
  };
}

const refuse =
  (path: string) =>
  (cause: unknown): never => {
    throw new SpotterError(
      'cannot-write',
      `${path} cannot be written: ${messageOf(cause)}.`,
      'Choose another folder with --out.',
      cause,
    );
  };

/**
 * Makes the records of one file and counts them.
 * @param none whether None is offered
 */
function createSet({ none, k, seed }: { none: boolean; k: OfferSize; seed: number }) {
  const kind = none ? 'or-none' : 'positive';
  const placeOf = createPlaces(recordSeed(seed, 'places', kind));
  const tally = createTally(none);
  return {
    positive({ annotation, photo, offer: { options, right } }: Ready): TuningRecord {
      const place = placeOf(options.length);
      const order = { k, none, right, place, seed: recordSeed(seed, kind, annotation.id) };
      const offer = offerInOrder(options, order);
      const { letter } = offer.options[place]!;
      tally.add(options.length, letter);
      return toRecord(offer, annotation.expression, photo, letter);
    },
    none({ expression, offer }: NoneQuestion, { photo }: Ready): TuningRecord {
      tally.add(offer.options.length, undefined);
      return toRecord(offer, expression, photo, offer.none!);
    },
    report: tally.report,
  };
}

/** A question that None answers. */
export interface NoneQuestion {
  readonly expression: string;
  readonly offer: MultipleChoice<Proposal>;
}

interface NonesOptions {
  /** Of all records of the file, 0..0.5; undefined: None is as likely as any other option of an offer. */
  readonly share: number | undefined;
  readonly foreignShare: number;
  readonly k: OfferSize;
  readonly seed: number;
  readonly pickForeign: PickForeign;
}

type Kind = 'removed' | 'foreign';

/**
 * Makes questions that None answers, at most one after each positive, so that their share and the share of each kind
 * hold at any point: what cannot be made of one positive is made of the next ones.
 */
function createNones({ share, foreignShare, k, seed, pickForeign }: NonesOptions) {
  const made: Record<Kind, number> = { removed: 0, foreign: 0 };
  let owed = 0;

  const make: Readonly<Record<Kind, (ready: Ready) => NoneQuestion | undefined>> = {
    removed({ annotation, pool, references }) {
      const left = offerWithoutRight(pool, references, k);
      // Most offers of one region would be of this kind, and "only one" would give None away.
      return left.length < 2 ? undefined : question(annotation.expression, left, 'removed', annotation.id);
    },
    foreign({ annotation, pool }) {
      const other = pickForeign(annotation, recordSeed(seed, 'other', annotation.id));
      return other && question(other.expression, pool.slice(0, k), 'foreign', annotation.id);
    },
  };

  function question(expression: string, options: readonly Proposal[], kind: Kind, id: string) {
    return { expression, offer: offerInOrder(options, { none: true, k, seed: recordSeed(seed, kind, id) }) };
  }

  return {
    /** The next one, if it is due and can be made of this positive. */
    next(ready: Ready): NoneQuestion | undefined {
      owed += share === undefined ? 1 / ready.offer.options.length : share / (1 - share);
      // Sums of fractions stay a little below the whole number they mean.
      if (owed < 1 - 1e-9) return undefined;
      const wanted: Kind =
        made.foreign < foreignShare * (made.foreign + made.removed + 1) - 0.5 ? 'foreign' : 'removed';
      const other: Kind = wanted === 'foreign' ? 'removed' : 'foreign';
      const mixed = foreignShare > 0 && foreignShare < 1;
      for (const kind of mixed ? [wanted, other] : [wanted]) {
        const found = make[kind](ready);
        if (!found) continue;
        owed -= 1;
        made[kind]++;
        return found;
      }
      return undefined;
    },
    report(): NoneReport {
      const off = Math.abs(made.foreign - foreignShare * (made.foreign + made.removed));
      return { ...made, instead: Math.floor(off + 1e-9), short: Math.floor(owed + 1e-9) };
    },
  };
}

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
  /** Who is to read the sets; LLaMA-Factory unless told. */
  readonly trainer?: TrainerName;
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

interface Named {
  readonly dataset: string;
  readonly file: string;
}

export const DEFAULT_NAME = 'spotter_crs';

/** Both data sets of a name and their files: positives only, and with None. */
export function datasetsOf(name: string): readonly [Named, Named] {
  const named = (dataset: string): Named => ({ dataset, file: `${dataset}.jsonl` });
  return [named(name), named(`${name}_none`)];
}

type Limits = Pick<TuningOptions, 'k' | 'name' | 'noneShare' | 'foreignShare' | 'limit' | 'seed'>;

/** A wrong share would show in the trained model only. @throws SpotterError bad-usage */
function checkOptions({ k, name, noneShare, foreignShare, limit, seed }: Limits): void {
  const rules: readonly (readonly [right: boolean, rule: string])[] = [
    [k === undefined || OFFER_SIZES.includes(k), `k is one of ${OFFER_SIZES.join(', ')}`],
    [name === undefined || /^\w[\w.-]{0,99}$/.test(name), 'a name has letters, digits, "_", "." and "-"'],
    [within(noneShare, 0, 0.5), 'the share of None is 0 to 0.5'],
    [within(foreignShare, 0, 1), 'the share of other pictures among None is 0 to 1'],
    [whole(limit, 1), 'the limit is a whole number from 1'],
    [whole(seed, 0), 'the seed is a whole number from 0 to 4294967294'],
  ];
  const broken = rules.find(([right]) => !right);
  if (broken) throw new SpotterError('bad-usage', `That cannot be: ${broken[1]}.`, 'See docs/tuning-set.md.');
}

const within = (v: number | undefined, from: number, to: number): boolean =>
  v === undefined || (v >= from && v <= to);
const whole = (v: number | undefined, from: number): boolean =>
  v === undefined || (Number.isInteger(v) && v >= from && v < 2 ** 32 - 1);
