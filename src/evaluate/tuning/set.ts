import type { OfferSize } from '../../strategy/offer.ts';
import type { Ready } from './examine.ts';
import type { NoneQuestion } from './nones.ts';
import { createPlaces, offerInOrder, recordSeed } from './places.ts';
import { type TuningRecord, toRecord } from './record.ts';
import { createTally } from './tally.ts';

/**
 * Makes the records of one file and counts them.
 * @param none whether None is offered
 */
export function createSet({ none, k, seed }: { none: boolean; k: OfferSize; seed: number }) {
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
