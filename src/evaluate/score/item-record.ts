import type { Box } from '../../box.ts';
import { nameOf } from './groups.ts';
import { type Item, isHit, isWrong, outcomeOf } from './items.ts';

/** One answer as plain data: a gallery of failures, a list of wrong ids. */
export interface ItemRecord {
  readonly id: string;
  readonly image_id: string;
  readonly file_name: string;
  readonly expression: string;
  readonly level: number;
  readonly tags: readonly string[];
  readonly kind: 'positive' | 'negative';
  /** Of a negative: "flip 2 text". */
  readonly group: string | null;
  readonly positive_id: string | null;
  /** xyxy, pixels; null of a negative. */
  readonly reference: Box | null;
  /** The first few boxes of the answer, best first. */
  readonly boxes: readonly Box[];
  readonly outcome: ReturnType<typeof outcomeOf>;
  /** Whether the first box is right, and the rank of the first one that is, from 1. */
  readonly hit: boolean;
  readonly rank: number | null;
  readonly presence: number | null;
  readonly score: number | null;
  readonly route: string | null;
  readonly ms: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** A positive whose first box is not right; a negative that is found; a question without an answer. */
  readonly wrong: boolean;
}

export function itemRecord(item: Item): ItemRecord {
  const { row, answer } = item;
  return {
    id: row.id,
    image_id: row.imageId,
    file_name: row.file,
    expression: row.expression,
    level: row.level,
    tags: row.tags,
    kind: row.negative ? 'negative' : 'positive',
    group: row.negative ? nameOf(row.negative) : null,
    positive_id: row.positiveId ?? null,
    reference: row.reference ?? null,
    boxes: answer?.boxes ?? [],
    outcome: outcomeOf(item),
    hit: isHit(item),
    rank: answer && Number.isFinite(answer.rank) ? answer.rank : null,
    presence: answer?.presence ?? null,
    score: answer?.first ?? null,
    route: answer?.route ?? null,
    ms: answer?.ms ?? null,
    error: answer?.error ?? null,
    wrong: isWrong(item),
  };
}

/** "000005 dogs.jpg positive undecided: the dog on the left" */
export function sayItem({ id, file_name, kind, outcome, error, expression }: ItemRecord): string {
  const what = error ? `error ${error.code}` : `${kind} ${outcome}`;
  return `${id} ${file_name} ${what}: ${expression}`;
}
