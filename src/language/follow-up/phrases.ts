import { cardinal } from '../lexicon/numbers.ts';
import { AGES, PLACE_NOUNS, SIZES } from '../lexicon/places.ts';

/** Only what was asked before. */
export const SAME =
  /^(?:(?:and |ok |so )?(?:look|try|check|search|show(?: me)?|find)(?: (?:it|them|that))? )?(?:again|once more)[.!?]*$|^(?:(?:the|that|this|these|those|which) )?(?:it|that|this|them|him|her|these|those|ones?|same(?: ones?| thing)?)[.!?]*$/i;

/** What the reader takes for a thing of its own: "the small" -> "the small one", "the top row" -> "in the top row". */
export function unnamed(text: string): string {
  const word = /^(?:the |a |an )?(\S+)$/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (SIZES.has(word) || AGES.has(word)) return `${text} one`;
  return /^(?:the )?(?:top|upper|middle|bottom|lower|front|back) row$/i.test(text) ? `in ${text}` : text;
}

export interface Every {
  readonly every?: string;
  readonly count?: number;
}

const EVERY =
  /^(?:how many(?: (?:are|is) there|(?: of)? (?:them|those|these))?|(all|both|each|every)(?: ?one)?(?: of)?(?: the)?(?: (\w+))?(?: of)?(?: (?:them|those|these))?|(?:the )?(\w+) of (?:them|those|these))(?: (?:are|is) there)?$/i;

/** "all of them" -> all, "both" -> both, "all three" and "the three of them" -> 3. */
export function everyOf(text: string): Every | undefined {
  const found = EVERY.exec(text);
  if (!found) return undefined;
  const [, every = 'all', counted, of] = found;
  const word = (counted ?? of)?.toLowerCase();
  const count = word === undefined ? undefined : cardinal(word);
  if (word !== undefined && count === undefined && !['them', 'those', 'these'].includes(word))
    return undefined;
  if (every.toLowerCase() === 'both' || count === 2) return { every: 'both' };
  return { every: 'all', ...(count === undefined || count < 2 ? {} : { count }) };
}

const ELSE =
  /^(?:(?:is|are) there )?(?:(?:any|some|every)(?:thing|one|body) else|(?:what|who|which) else|you missed (?:one|some|a few|others?)|(?:any |some |one )?more(?: of (?:it|them|those|these))?|(?:any )?(?:other|another)(?: ones?)? like (?:it|this|that|them))(?: (?:is|are) there)?$/i;
const OTHERS =
  /^(?:(?:is|are) there )?(?:(?:the|any|some|all|these|those) )*(?:others|rest(?: of (?:it|them|those|these))?)(?=$| )/i;
const OTHER =
  /^(?:(?:is|are) there )?(?:(?:the|an?|any|some|that|this|yet) )*(?:other|another|different|next|remaining)(?=$| (?!to\b))/i;

/** The same without "other": "the other red one" -> "the red one"; undefined where no other one is meant. */
export function anotherOf(text: string): string | undefined {
  if (ELSE.test(text)) return 'the one';
  if (OTHERS.test(text)) return text.replace(OTHERS, 'the ones');
  if (!OTHER.test(text)) return undefined;
  const rest = text.replace(OTHER, '').trim();
  if (PLACE_NOUNS.has(rest.split(' ')[0]!.toLowerCase())) return undefined;
  return `the ${rest || 'one'}`;
}
