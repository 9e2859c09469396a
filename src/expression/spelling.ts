import { COLOURS } from './lexicon/colours.ts';
import { PLACES, SIZES, SUPERLATIVES } from './lexicon/places.ts';
import { ACTORS, COMMON } from './lexicon/things.ts';

/** Words that an expression is likely to have been meant to hold, in lower case. */
const WORDS: ReadonlySet<string> = new Set(
  [PLACES, SUPERLATIVES, COLOURS, SIZES]
    .flatMap((table) => [...table.keys()].flatMap((phrase) => phrase.split(' ')))
    .concat([...ACTORS, ...COMMON])
    // "leftest" is understood, and not what anybody means to write.
    .filter((word) => /^[a-z]{3,}$/.test(word) && !/^(?:left|right)(?:er|est)$/.test(word)),
);

/** So short a word is one edit away from too many others: only two letters may have changed places. */
const SHORT = 4;

/**
 * The one likely word that an unknown word is a single slip away from: a letter too many, too few or another one, or two
 * that changed places (Damerau 1964). Undefined where there is none, or more than one.
 *
 * @example
 * nearWord('dgo') // 'dog'
 * @param unknown in lower case, no word that a dictionary has
 */
export function nearWord(unknown: string): string | undefined {
  if (!/^[a-z]{3,20}$/.test(unknown) || WORDS.has(unknown) || isPlural(unknown)) return undefined;
  const near = [...WORDS].filter(
    (word) =>
      swapped(unknown, word) || (Math.min(word.length, unknown.length) >= SHORT && oneEdit(unknown, word)),
  );
  return near.length === 1 ? near[0] : undefined;
}

/** "zebras" is no slip for "zebra". */
const isPlural = (word: string): boolean => word.endsWith('s') && WORDS.has(word.slice(0, -1));

/** How many letters two words have in common at their beginning. */
function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function swapped(a: string, b: string): boolean {
  const at = sharedStart(a, b);
  return (
    a.length === b.length && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)
  );
}

function oneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  const at = sharedStart(short, long);
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}
