import { z } from 'zod';
import { readJson } from '../models/read-file.ts';
import type { Knowledge } from './specialist.ts';

const Groups = z.array(
  z.strictObject({
    match: z.enum(['same', 'narrower', 'broader']),
    labels: z.array(z.string()).min(1),
    nouns: z.array(z.string()).min(1),
  }),
);

export type VocabularyGroup = z.infer<typeof Groups>[number];

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

/**
 * The lookup of a vocabulary file: a JSON array of {match, labels, nouns}.
 * @throws SpotterError model-missing when the file is not there or not a vocabulary
 */
export const loadVocabulary = (file: string | URL): ((noun: string) => Knowledge) =>
  readJson(file, Groups.transform(vocabularyOf), {
    sentence: "The detector's vocabulary cannot be read.",
    hint: `Put the vocabulary back (${file}): it comes with the project.`,
  });
