import { type Box, iou } from '../box.ts';
import type { Verdict } from '../verdict/verdict.ts';

const SAME_PLACE_IOU = 0.5;
/** What fits far worse than the best is no other one. */
const ALSO_FITS = 0.35;

/** The answer without what was found before, for "the other one". Never marks what nothing speaks for. */
export function without(verdict: Verdict, found: readonly Box[]): Verdict {
  const elsewhere = (of: Verdict['considered']) =>
    of.filter(({ box }) => found.every((before) => iou(before, box) < SAME_PLACE_IOU));
  const best = verdict.considered[0]?.score ?? 0;
  const others = elsewhere(verdict.considered).filter(({ score }) => score >= ALSO_FITS * best);
  const [first] = others;
  const common = { ...verdict, considered: elsewhere(verdict.considered) };
  if (!first) {
    const sentence = 'Undecided: I see no other one that fits.';
    return { ...common, outcome: 'undecided', candidates: [], sentence };
  }
  if (others.length === 1) {
    return {
      ...common,
      outcome: 'found',
      candidates: [first],
      sentence: `Found the other one, a ${first.label}.`,
    };
  }
  const sentence = `Undecided: ${others.length} others could be meant.`;
  return { ...common, outcome: 'undecided', candidates: others.slice(0, 5), sentence };
}
