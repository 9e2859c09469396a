import { nms } from '../box.ts';
import type { OfferSize } from '../config.ts';
import type { Detector, Region } from './detector.ts';

/** How what a detector proposes is narrowed down, for one question. */
export interface Tuning {
  /** Regions with a lower score are dropped, 0..1. */
  readonly minScore?: number | undefined;
  /** Of two regions for a phrase that overlap more, the better scored one stays; IoU, 0..1. */
  readonly nmsIou?: number | undefined;
  /** At most so many regions for each phrase, the best ones. */
  readonly topK?: OfferSize | undefined;
}

/**
 * The same detector, whose proposals are narrowed down. It costs no other detection: what the detector keeps of a picture
 * is narrowed each time anew.
 *
 * @example
 * const strict = tuned(detector, { minScore: 0.5, nmsIou: 0.5 });
 */
export function tuned(detector: Detector, { minScore = 0, nmsIou, topK }: Tuning): Detector {
  const sure = (regions: readonly Region[]): Region[] => regions.filter(({ score }) => score >= minScore);
  const apart = (regions: Region[]): Region[] => (nmsIou === undefined ? regions : nms(regions, nmsIou));
  const { detectAll } = detector;
  return {
    ...detector,
    async propose(picture, phrases, options) {
      const proposed = await detector.propose(picture, phrases, options);
      return proposed.map((regions) => apart(sure(regions)).slice(0, topK));
    },
    ...(detectAll && {
      // Of all kinds together: things of different kinds may well overlap.
      detectAll: async (picture, options) => sure(await detectAll(picture, options)),
    }),
  };
}
