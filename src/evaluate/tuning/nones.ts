import type { Offer, OfferSize } from '../../strategy/offer.ts';
import type { Proposal } from './candidates.ts';
import type { Ready } from './examine.ts';
import type { PickForeign } from './foreign.ts';
import { offerInOrder, recordSeed } from './places.ts';
import { offerWithoutRight } from './pool.ts';
import type { NoneReport } from './report.ts';

/** A question that None answers. */
export interface NoneQuestion {
  readonly expression: string;
  readonly offer: Offer<Proposal>;
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
export function createNones({ share, foreignShare, k, seed, pickForeign }: NonesOptions) {
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
