import type { Answer } from './answer.ts';
import type { Collected } from './collect.ts';
import type { Row } from './row.ts';

/** An annotation with its answer, if there is one. */
export interface Item {
  readonly row: Row;
  readonly answer: Answer | undefined;
  /** Index of the image that it is resampled with. */
  readonly image: number;
}

/** A negative beside the positive that it was made from. */
export interface Pair {
  readonly positive: Item;
  readonly negative: Item;
}

/** All that is scored. */
export interface Items {
  readonly all: readonly Item[];
  readonly positives: readonly Item[];
  readonly negatives: readonly Item[];
  /** Of the negatives that name a positive which is there. */
  readonly pairs: readonly Pair[];
  /** How many images there are. */
  readonly images: number;
}

/**
 * Joins rows and answers. A negative belongs to the image of its positive, also where its own picture was changed: what
 * is drawn with an image are all its variants.
 * @param keep which ids take part; all unless told
 */
export function itemsOf(
  { rows, answers }: Pick<Collected, 'rows' | 'answers'>,
  keep: (id: string) => boolean = () => true,
): Items {
  const indices = new Map<string, number>();
  const indexOf = (imageId: string): number => {
    const known = indices.get(imageId);
    if (known !== undefined) return known;
    indices.set(imageId, indices.size);
    return indices.size - 1;
  };
  const items = new Map<string, Item>();
  for (const row of rows.values()) {
    if (!keep(row.id)) continue;
    const origin = (row.positiveId !== undefined && rows.get(row.positiveId)) || row;
    items.set(row.id, { row, answer: answers.get(row.id), image: indexOf(origin.imageId) });
  }
  const all = [...items.values()];
  const negatives = all.filter(({ row }) => row.negative);
  return {
    all,
    positives: all.filter(({ row }) => !row.negative),
    negatives,
    pairs: negatives.flatMap((negative) => {
      const positive = items.get(negative.row.positiveId ?? '');
      return positive && !positive.row.negative ? [{ positive, negative }] : [];
    }),
    images: indices.size,
  };
}

/** An answer that says something: not missing, and no error. */
export const isAnswered = ({ answer }: Item): boolean => answer !== undefined && answer.outcome !== 'error';

/** Whether the first box is right. */
export const isHit = ({ answer }: Item): boolean => answer?.rank === 1;

/** What has become of it. */
export const outcomeOf = ({ answer }: Item) => answer?.outcome ?? 'missing';

/** A positive whose first box is not right; a negative that is found; a question without an answer. */
export const isWrong = (item: Item): boolean => {
  if (!isAnswered(item)) return true;
  return item.row.negative ? item.answer?.outcome === 'found' : !isHit(item);
};
