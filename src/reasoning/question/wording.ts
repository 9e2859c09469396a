import { SOMEBODY as ANYBODY, EVERYBODY } from '../../expression/lexicon/words.ts';
import type { Query } from '../../expression/query.ts';
import { counted } from '../sentences.ts';

const SOMEBODY: ReadonlySet<string> = new Set([...ANYBODY, ...EVERYBODY].filter((word) => word !== 'people'));

const LEADING =
  /^(?:(?:the|a|an|any|some|all|both|these|those|this|that|every|each|other|\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve) )+/i;
const DEFINITE = /^(?:the|this|that|these|those|my|your|his|her|its|our|their) /i;

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** So many of what is asked about, with all that is said of it: "a dog on the couch", "2 dogs on the couch". */
export function numbered({ target, phrase, text, span }: Query, n: number): string {
  const bare = SOMEBODY.has(phrase.toLowerCase()) ? 'person' : phrase.replace(LEADING, '');
  const noun = target.nouns[0]!.split(' ').at(-1)!;
  const single = target.plural ? [...bare.split(' ').slice(0, -1), noun].join(' ') : bare;
  const name = n > 1 && target.plural ? `${n} ${bare}` : counted(single, n);
  const tail = text.slice(span[1]).trim();
  return [name, tail.replace(/^that (?:is|are) /i, n === 1 ? 'that is ' : 'that are ')]
    .filter(Boolean)
    .join(' ');
}

/** "is a dog", "are 2 dogs" */
export const isOrAre = (query: Query, n: number): string => `${n === 1 ? 'is' : 'are'} ${numbered(query, n)}`;

/** "at least one dog", "at least 2 dogs" */
export const atLeast = (query: Query, n: number): string =>
  `at least ${numbered(query, n).replace(/^an? /, 'one ')}`;

/** "the dog on the left" */
export const definite = ({ text }: Query): string =>
  DEFINITE.test(text) ? text : `the ${text.replace(LEADING, '')}`;

/** "on the left", "in the middle" */
export const at = (side: string): string =>
  ({ left: 'on the left', right: 'on the right', top: 'at the top', bottom: 'at the bottom' })[side] ??
  'in the middle';
