import { z } from 'zod';
import type { Knowledge } from './specialist.ts';

/** A vocabulary file: what nouns are to labels. */
export const VocabularyFile = z.array(
  z.strictObject({
    match: z.enum(['same', 'narrower', 'broader']),
    labels: z.array(z.string()).min(1),
    nouns: z.array(z.string()).min(1),
  }),
);

export type VocabularyGroup = z.infer<typeof VocabularyFile>[number];

const UNKNOWN: Knowledge = Object.freeze({ match: 'unknown', labels: Object.freeze([]) });

/**
 * Lookup noun (singular, lower case) -> what it is to a closed set of labels; nouns outside are `unknown`.
 * A noun in two groups would make the answer depend on the file's order, and is refused.
 */
export function vocabularyOf(groups: readonly VocabularyGroup[]): (noun: string) => Knowledge {
  const table = new Map<string, Knowledge>();
  for (const { match, labels, nouns } of groups) {
    const knowledge: Knowledge = Object.freeze({ match, labels: Object.freeze(labels) });
    for (const noun of nouns) {
      if (table.has(noun)) throw new Error(`"${noun}" stands twice in the vocabulary`);
      table.set(noun, knowledge);
    }
  }
  return (noun) => table.get(noun) ?? UNKNOWN;
}
