import type { OfferSize } from '../config.ts';
import type { Detector } from './detector.ts';
import { type Narrowing, narrow } from './narrow.ts';

/** How what a detector proposes is narrowed down for one question, the regions of each phrase by themselves. */
export interface Tuning extends Narrowing {
  readonly topK?: OfferSize | undefined;
}

/**
 * The same detector, whose proposals are narrowed down. It costs no other detection: what the detector keeps of a picture
 * is narrowed each time anew.
 *
 * @example
 * const strict = tuned(detector, { minScore: 0.5, nmsIou: 0.5 });
 */
export function tuned(detector: Detector, tuning: Tuning): Detector {
  const { detectAll } = detector;
  return {
    ...detector,
    async propose(picture, phrases, options) {
      const proposed = await detector.propose(picture, phrases, options);
      return proposed.map((regions) => narrow(regions, tuning));
    },
    ...(detectAll && {
      // Only by score, since things of different kinds may overlap.
      detectAll: async (picture, options) =>
        narrow(await detectAll(picture, options), { minScore: tuning.minScore }),
    }),
  };
}
