import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SpotterError } from '../errors.ts';
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
export function loadVocabulary(file: string | URL): (noun: string) => Knowledge {
  try {
    return vocabularyOf(Groups.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (cause) {
    const hint = `Put the vocabulary back (${file}): it comes with the project.`;
    throw new SpotterError('model-missing', "The detector's vocabulary cannot be read.", hint, cause);
  }
}
