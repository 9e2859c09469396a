import { type Box, clamp, iou, nms } from '../../box.ts';
import { readBox, writeBox } from '../../mllm/coordinates.ts';
import { squash } from '../../picture/mapping.ts';
import type { Size } from '../../picture/picture.ts';
import type { OfferSize } from '../../strategy/offer.ts';
import { HIT_IOU } from '../hits.ts';
import type { Proposal } from './candidates.ts';

/** Proposals of one thing are one candidate from here on, as CRS has it. */
export const SAME_IOU = 0.7;
/** What overlaps the reference box this much might still be taken for it: not offered where None is right. */
export const CLEAR_IOU = 0.3;

/** What is offered where the expression's own region is among the options, best first. */
export interface PositiveOffer {
  readonly options: readonly Proposal[];
  readonly right: Proposal;
  readonly inserted: boolean;
  /** Further regions that are right as well, and were left out so that only one letter is. */
  readonly rivals: number;
}

/** Why there is no such offer. */
export type Missing = 'no-candidates' | 'not-proposed' | 'beyond-k';

/** A box as the prompt shows it: rounded to thousandths of the sides; undefined where nothing is left of it. */
export function asShown(box: Box, size: Size): Box | undefined {
  const whole = squash(size, size);
  const text = writeBox('relative-1000-xyxy', whole, box);
  const read = readBox({ text, finish: 'stop' }, 'relative-1000-xyxy', whole);
  return read.kind === 'box' ? read.box : undefined;
}

/**
 * Candidates as CRS would have them: those of the kinds asked for first, where the source labels its boxes, since a
 * detector is asked for these; then by score; none of them twice.
 */
export function poolOf(proposals: readonly Proposal[], size: Size, kinds: ReadonlySet<string>): Proposal[] {
  const named = ({ label }: Proposal) => Number(label !== undefined && kinds.has(label));
  const ranked = proposals
    .map((p) => ({ ...p, box: clamp(p.box, size.width, size.height) }))
    .filter(({ box }) => asShown(box, size) !== undefined)
    .toSorted((a, b) => named(b) - named(a) || (b.score ?? 0) - (a.score ?? 0))
    .map((proposal, i) => ({ proposal, box: proposal.box, score: -i }));
  return nms(ranked, SAME_IOU).map(({ proposal }) => proposal);
}

/** IoU with a box as it is and as the prompt shows it: both count, since a reader of the prompt knows the latter only. */
function overlaps({ box }: Proposal, reference: Box, size: Size): readonly [number, number] {
  const shown = asShown(box, size);
  return [iou(box, reference), shown ? iou(shown, reference) : 0];
}

/**
 * At most `k` candidates of a pool with exactly one right among them.
 * @param references the expression's box, and those of others in the picture that it names as well
 */
export function offerWithRight(
  pool: readonly Proposal[],
  [reference, ...alike]: readonly [Box, ...Box[]],
  size: Size,
  { k, insertReference }: { readonly k: OfferSize; readonly insertReference: boolean },
): PositiveOffer | Missing {
  if (pool.length === 0) return 'no-candidates';
  const hits = pool.filter((p) => Math.min(...overlaps(p, reference, size)) >= HIT_IOU);
  const right = hits.toSorted((a, b) => iou(b.box, reference) - iou(a.box, reference))[0];
  const named = [reference, ...alike];
  const others = pool.filter((p) => named.every((r) => Math.max(...overlaps(p, r, size)) < HIT_IOU));
  const options = pool.filter((p) => p === right || others.includes(p)).slice(0, k);
  const rivals = pool.filter((p) => p !== right && !others.includes(p)).length;
  if (right && options.includes(right)) return { options, right, inserted: false, rivals };
  if (!insertReference) return right ? 'beyond-k' : 'not-proposed';
  const inserted = { box: clamp(reference, size.width, size.height) };
  return { options: [...others.slice(0, k - 1), inserted], right: inserted, inserted: true, rivals };
}

/** Candidates none of which can be taken for what the expression names; possibly none at all. */
export const offerWithoutRight = (
  pool: readonly Proposal[],
  references: readonly Box[],
  k: OfferSize,
): Proposal[] => pool.filter(({ box }) => references.every((r) => iou(box, r) < CLEAR_IOU)).slice(0, k);
