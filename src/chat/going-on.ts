import { type Box, iou } from '../box.ts';
import type { FollowUp, LastTurn } from '../expression/follow-up/follow-up.ts';
import { MAX_SHOWN } from '../reasoning/sentences.ts';
import { isForChoosing, type Verdict } from '../verdict.ts';

/** Understands a text in view of what was asked before, as `readFollowUp` does. */
export type ReadFollowUp = (
  text: string,
  last: LastTurn,
  options: { readonly signal?: AbortSignal },
) => Promise<FollowUp>;

/** What was asked and answered before, on the same picture. */
export interface Before {
  /** Empty where a picture alone was shown. */
  readonly expression: string;
  readonly verdict?: Verdict;
  /** How many things were shown with numbers; of an answer those of its candidates unless told. */
  readonly shown?: number;
}

/** How many candidates of an answer were shown with numbers. */
export const numbered = (verdict: Verdict): number =>
  isForChoosing(verdict) ? verdict.candidates.length : 0;

/** What a text means after what was asked before. */
export async function readAfter(
  text: string,
  { expression, verdict, shown = verdict ? numbered(verdict) : 0 }: Before,
  read: ReadFollowUp,
  signal?: AbortSignal,
): Promise<FollowUp> {
  // A picture alone: what is to be looked for is said only now.
  if (expression === '') return { kind: 'new', expression: text };
  return read(text, { expression, shown }, signal ? { signal } : {});
}

/** What was found before, and is not meant where "the other one" is asked for. */
export const foundBefore = (said: FollowUp, { verdict }: Pick<Before, 'verdict'>): readonly Box[] =>
  said.kind === 'ask' && said.other === true && verdict?.outcome === 'found'
    ? verdict.candidates.map(({ box }) => box)
    : [];

const SAME_PLACE_IOU = 0.5;
/** What fits far worse than the best is no other one. */
const ALSO_FITS = 0.35;

/** The answer without what was found before, for "the other one". Never marks what nothing speaks for. */
export function excludeRegions(verdict: Verdict, found: readonly Box[]): Verdict {
  if (found.length === 0) return verdict;
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
  return { ...common, outcome: 'undecided', candidates: others.slice(0, MAX_SHOWN), sentence };
}
