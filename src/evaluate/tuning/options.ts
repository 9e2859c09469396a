import { SpotterError } from '../../errors.ts';
import { OFFER_SIZES, type OfferSize } from '../../strategy/offer.ts';
import type { Annotation } from '../annotations.ts';
import type { Proposals } from './candidates.ts';
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
export function checkOptions({ k, name, noneShare, foreignShare, limit, seed }: Limits): void {
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
