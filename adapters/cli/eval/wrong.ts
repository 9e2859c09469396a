import { itemRecord, sayItem } from '../../../src/evaluate/score/item-record.ts';
import type { Scores } from '../../../src/evaluate/score/scores.ts';
import { safe } from '../../../src/safe-text.ts';

/** One line for each answer that is wrong, to be looked at. */
export const wrongLines = ({ items }: Pick<Scores, 'items'>): string[] =>
  items.all
    .map(itemRecord)
    .filter(({ wrong }) => wrong)
    .map((record) => safe(sayItem(record)));
