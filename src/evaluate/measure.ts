import { type Box, iou } from '../box.ts';
import { asSpotterError, type SpotterError } from '../errors.ts';
import { type Deps, find } from '../find.ts';
import type { Picture } from '../picture/picture.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { type Annotation, referenceBox } from './annotations.ts';

/** IoU from which a box is the reference box. */
export const HIT_IOU = 0.5;

/** One annotation with its answer. */
export interface Measured {
  readonly annotation: Annotation;
  readonly picture?: Picture;
  readonly verdict?: Verdict;
  readonly error?: SpotterError;
  /** Whether the first box of the answer, found or undecided, is the reference box. */
  readonly right: boolean;
}

export const hits = (box: Box | undefined, reference: Box | undefined): boolean =>
  box !== undefined && reference !== undefined && iou(box, reference) >= HIT_IOU;

/** Asks every annotation's question, one after the other; an error is that item's answer. */
export async function measure(
  annotations: readonly Annotation[],
  pictureOf: (annotation: Annotation) => Promise<Picture>,
  deps: Deps,
  onAnswer: (measured: Measured) => void = () => {},
): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const annotation of annotations) {
    const measured = await answer(annotation, pictureOf, deps);
    all.push(measured);
    onAnswer(measured);
  }
  return all;
}

async function answer(
  annotation: Annotation,
  pictureOf: (annotation: Annotation) => Promise<Picture>,
  deps: Deps,
): Promise<Measured> {
  try {
    const picture = await pictureOf(annotation);
    const verdict = await find({ picture, expression: annotation.expression }, deps);
    return {
      annotation,
      picture,
      verdict,
      right: hits(verdict.candidates[0]?.box, referenceBox(annotation)),
    };
  } catch (thrown) {
    return { annotation, error: asSpotterError(thrown), right: false };
  }
}
