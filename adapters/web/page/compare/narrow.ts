import type { Box } from '../../../../src/box.ts';
import { narrow } from '../../../../src/detector/narrow.ts';
import type { NounRegions, SeenRegion } from '../../../../src/explanation.ts';
import type { Settings } from '../../server/schemas.ts';
import type { Shape } from '../picture/geometry.ts';
import { answerShapes, isSamePlace } from '../shared/marks.ts';
import type { Answer } from '../shared/types.ts';

/** The regions of a noun. */
export type Proposed = Pick<NounRegions, 'words' | 'noun'> &
  Partial<Pick<NounRegions, 'match'>> & { readonly regions: readonly SeenRegion[] };

/** What a detector proposed for an answer: for each noun, or for the whole expression where only that was looked for. */
export function proposedOf({ explanation, considered = [], expression }: Answer): Proposed[] {
  const nouns = (explanation as { readonly nouns?: readonly NounRegions[] } | undefined)?.nouns ?? [];
  if (nouns.length > 0) return [...nouns];
  const regions = considered.map(({ box, label, detection }) => ({ box, label, score: detection }));
  return [{ words: expression, noun: expression, regions }];
}

/** What remains of the proposals, as the server narrows them; where the detector does not know a noun, only by score. */
export function narrowed(
  nouns: readonly Proposed[],
  { box_threshold: minScore, nms_iou: nmsIou, top_k: topK }: Settings,
): Proposed[] {
  return nouns.map((noun) => {
    const narrowing = noun.match === 'unknown' ? { minScore } : { minScore, nmsIou, topK };
    return { ...noun, regions: narrow(noun.regions, narrowing) };
  });
}

/** Colours of the nouns' regions; the first marks of an answer have others. */
const REGIONS = ['--mark-5', '--mark-7', '--mark-6'] as const;

/** So many regions of a noun have labels where the picture is narrow. */
const LABELLED = 3;

/** The regions, one colour a noun, and over them what the answer marks. */
export function columnShapes(nouns: readonly Proposed[], answer: Answer | undefined): Shape[] {
  const marks = answer
    ? answerShapes(answer).map(({ id: _, ...shape }: Shape & { id?: string }) => shape as Shape)
    : [];
  const isMarked = (box: Box) => marks.some((mark) => mark.kind === 'box' && isSamePlace(mark.box, box));
  const regions = nouns.flatMap(({ regions }, i) => regions.map((region, rank) => ({ ...region, i, rank })));
  // The best ones get their labels first.
  const shapes = regions
    .toSorted((a, b) => b.score - a.score)
    .map(
      ({ box, label, score, i, rank }): Shape => ({
        ...{
          kind: 'box',
          box,
          colour: REGIONS[i % REGIONS.length]!,
          look: isMarked(box) ? 'faint' : 'dashed',
        },
        ...(!isMarked(box) && {
          label: `${label} ${score.toFixed(2)}`,
          ...(rank >= LABELLED && { short: '' }),
        }),
      }),
    );
  return [...shapes, ...marks];
}
