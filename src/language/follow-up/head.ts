import { SINGULARS } from '../lexicon/spelling.ts';
import type { Query } from '../query.ts';
import { tokenise } from '../tokens.ts';
import { isState } from './slots.ts';

/** The noun of an expression, and where it stands. */
export interface Head {
  /** Singular, without states; "thing" and "person" where none was named. */
  readonly noun: string;
  /** The noun with its states: "sitting dog". */
  readonly name: string;
  /** What the reader takes for a part of the name, though it tells one from another: "sitting", "old". */
  readonly states: readonly string[];
  readonly named: boolean;
  /** Where the noun, or "one", begins in the phrase; -1 where there is neither. */
  readonly at: number;
}

/** Words that stand for the noun of an earlier expression. */
const STANDING_FOR = new Set(['one', 'ones']);
/** They are no names, and still say what is looked for. */
const GENERAL = /^(?:things?|objects?|items?|stuff|something|anything|everything|what)$/i;

export function headOf({ target, phrase }: Query): Head {
  const name = target.nouns[0]!;
  const words = name.split(' ');
  const named = words.findIndex((word, i) => i === words.length - 1 || !isState(word));
  const states = words.slice(0, named);
  const noun = words.slice(named).join(' ');
  const called = { noun, name, states };
  const last = words.at(-1)!;
  const tokens = tokenise(phrase);
  const at = tokens.findLastIndex((t) => t.lemma === last || t.lower === last);
  if (noun !== 'thing' && at >= words.length - 1) {
    return { ...called, named: true, at: tokens[at - words.length + 1]!.start };
  }
  const one = tokens.findLast((t) => STANDING_FOR.has(t.lower) || GENERAL.test(t.text));
  const somebody = noun === 'person' && /^(?:who|some|any|every|people)/i.test(phrase);
  // "holding something" names nothing.
  const within = target.constraints.some((k) => k.kind === 'relation' && phrase.includes(k.words));
  const general = noun === 'thing' && !within && tokens.some((t) => GENERAL.test(t.text));
  return { ...called, named: somebody || general, at: one?.start ?? -1 };
}

const PLURALS = new Map(
  Object.entries(SINGULARS)
    .filter(([plural]) => !['ppl', 'persons'].includes(plural))
    .map(([plural, singular]) => [singular, plural]),
);
const UNCHANGED = new Set(
  'sheep deer fish series species aircraft furniture glasses pants jeans shorts trousers sunglasses'.split(
    ' ',
  ),
);

/** The plural of a singular noun: "wine glass" -> "wine glasses". */
export function pluralOf(noun: string): string {
  const split = noun.lastIndexOf(' ') + 1;
  const last = noun.slice(split);
  return noun.slice(0, split) + (PLURALS.get(last) ?? regular(last));
}

function regular(noun: string): string {
  if (UNCHANGED.has(noun)) return noun;
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}
