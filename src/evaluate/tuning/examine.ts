import { type Box, clamp, iou } from '../../box.ts';
import { SpotterError } from '../../errors.ts';
import { checked } from '../../find.ts';
import { quoted } from '../../mllm/quote.ts';
import type { OfferSize } from '../../strategy/offer.ts';
import { type Annotation, referenceBox } from '../annotations.ts';
import { HIT_IOU } from '../hits.ts';
import type { Proposal, Proposals } from './candidates.ts';
import { grouped } from './foreign.ts';
import { createPhotos, type Photo } from './photo.ts';
import { offerWithRight, type PositiveOffer, poolOf } from './pool.ts';
import type { Skip } from './report.ts';
import { type Knows, kindsOf, targetOf } from './things.ts';

/** A positive that can be asked about. */
export interface Ready {
  readonly annotation: Annotation;
  readonly photo: Photo;
  readonly pool: readonly Proposal[];
  /** Its own box, and those of others that the same words name in the same picture. */
  readonly references: readonly [Box, ...Box[]];
  readonly offer: PositiveOffer;
}

export interface ExamineOptions {
  readonly positives: readonly Annotation[];
  readonly proposals: Proposals;
  readonly knows: Knows;
  readonly images: string;
  readonly mediaDir: string;
  readonly k: OfferSize;
  readonly insertReference: boolean;
}

/** A row is a positive if it has a box and is not made from another one, whatever box that carries. */
export const isPositive = (a: Annotation): boolean =>
  a.bbox !== null && a.positive_id === undefined && a.negative_type === undefined;

/** The same words, as a prompt quotes them, about the same picture. */
export const questionOf = (picture: string, expression: string): string =>
  `${picture}\n${quoted(expression)}`;

const NOTHING: ReadonlySet<string> = new Set();

/** Makes ready what can be asked about, and says of the rest why it cannot. */
export function createExamine(options: ExamineOptions) {
  const { positives, proposals, k, insertReference } = options;
  const photoOf = createPhotos(options.images, options.mediaDir);
  // Reading an expression takes longer than all the rest, and without labels nothing depends on it.
  const askedFor = (annotation: Annotation): ReadonlySet<string> =>
    proposals.labels.size > 0 ? kindsOf(targetOf(annotation), options.knows) : NOTHING;
  const byQuestion = grouped(positives, (a) => questionOf(a.file_name, a.expression));
  return async (annotation: Annotation): Promise<Ready | Skip> => {
    if (!canBeAsked(annotation.expression)) return 'bad-expression';
    const photo = await photoOf(annotation);
    if (typeof photo === 'string') return photo;
    const own = referenceBox(annotation)!;
    const { width, height } = photo.size;
    if (iou(clamp(own, width, height), own) < HIT_IOU) return 'bad-box';
    const named = byQuestion.get(questionOf(annotation.file_name, annotation.expression)) ?? [];
    const alike = named.flatMap((other) => (other === annotation ? [] : referenceBox(other)!));
    const references = [own, ...(alike as unknown as Box[])] as const;
    const pool = poolOf(proposals.of(annotation) ?? [], photo.size, askedFor(annotation));
    const offer = offerWithRight(pool, references, photo.size, { k, insertReference });
    return typeof offer === 'string' ? offer : { annotation, photo, pool, references, offer };
  };
}

/** As the bot would refuse it. */
export function canBeAsked(expression: string): boolean {
  try {
    checked(expression);
    return true;
  } catch (thrown) {
    if (thrown instanceof SpotterError) return false;
    throw thrown;
  }
}
