import { COLOURS } from './lexicon/colours.ts';
import { FOREIGN } from './lexicon/foreign.ts';
import { PLACES, SIZES, SUPERLATIVES } from './lexicon/places.ts';
import { RELATIONS, VERBS } from './lexicon/relations.ts';
import { ACTORS } from './lexicon/things.ts';
import * as little from './lexicon/words.ts';
import type { Token } from './tokens.ts';

const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Whether the words look like English. A lone noun does, since there is nothing against it; emoji alone do not,
 * and a word in another script settles it.
 */
export function looksEnglish(tokens: readonly Token[]): boolean {
  const spoken = tokens.filter((t) => /[\p{L}\p{N}]/u.test(t.text) && t.pos !== 'QUOTE');
  if (spoken.length === 0 || spoken.some((t) => OTHER_SCRIPT.test(t.text))) return false;
  const known = spoken.filter((t) => isOurs(t.lower)).length;
  const foreign = spoken.filter((t) => isForeign(t.lower)).length;
  return known >= foreign;
}

const isForeign = (word: string): boolean =>
  !isOurs(word) && (FOREIGN.has(word) || /^[ldnsc]'\p{L}/u.test(word));

const SETS = [
  little.DETERMINERS,
  little.AUXILIARIES,
  little.PRONOUNS,
  little.RELATIVES,
  little.NEGATIONS,
  little.CONJUNCTIONS,
  ACTORS,
];
const TABLES: ReadonlyArray<ReadonlyMap<string, unknown>> = [
  RELATIONS,
  VERBS,
  PLACES,
  COLOURS,
  SIZES,
  SUPERLATIVES,
];
const isOurs = (word: string): boolean =>
  SETS.some((set) => set.has(word)) || TABLES.some((table) => table.has(word));
