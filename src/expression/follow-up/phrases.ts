import { AGES, PLACE_NOUNS, SIZES } from '../lexicon/places.ts';
import { askedFor, cardinal } from '../lexicon/words.ts';
import type { Constraint, Query, RelationConstraint } from '../query.ts';
import { readExpression } from '../read.ts';
import { headOf, type Piece, piecesOf, pluralOf } from './slots.ts';

/** What somebody says of an earlier answer, without the words that only tie it to that answer. */
export interface Opened {
  readonly rest: string;
  /** The earlier answer was wrong ("no, …", "I meant …"): what is said replaces what was said. */
  readonly corrects: boolean;
  /** It goes on from the earlier question ("and …", "what about …"). */
  readonly continues: boolean;
}

const GAP = String.raw`(?:[\s,.:;!?…–—]|-(?=\s))`;
const opener = (words: string): RegExp =>
  new RegExp(`^${GAP}*(?:${words.replaceAll('\n', '')})(?=${GAP}|$)${GAP}*`, 'i');

/** They may begin a name ("no parking sign", "wrong way sign") unless this follows. */
const MEANT = String.raw`(?=\s*[,.:;!?…–—]|\s+-\s|$
| (?:the|an?|not|no|i|it|its|it's|on|in|at|to|that|this|those|these|sorry|wait|actually|left|right|one|what|how|and|where)\b
|.* ones?[\s.!?]*$)`;
const NOT_IT = `not (?:it|right|(?:that|this)(?: ones?)?|the (?:right )?one|what i (?:meant|wanted))`;
const CORRECTING = opener(
  String.raw`(?:no|nope|nah|no way|wrong(?: one| answer)?|sorry|oops|wait|actually|rather|instead|almost|close|try|but)${MEANT}
|not (?:that|this|it|him|her|them|those|these)(?: ones?)?(?=\s*[,.:;!?…–—]|$| (?:the|an?|but|on|in|at)\b)
|(?:that|it|this)(?:'?s| is) (?:${NOT_IT}|wrong|the wrong one)|(?:that|it|this)(?: isn't|'s not) (?:it|right|the (?:right )?one|what i meant)
|not (?:quite|what i (?:meant|wanted|asked for))|i (?:mean|meant|said|wanted|was (?:thinking|asking|talking) (?:of|about))`,
);
const CONTINUING = opener(
  String.raw`and|or|(?:is|are|was) (?:it|that|this|he|she|they)|(?:next|right)(?=\s*[,:;])|(?:what|how) (?:about|of)|(?:also|then|so|now|ok|okay|k|yes|yeah|yep|hmm+|hm|well|great|good|cool|nice|perfect|thanks|thank you|thx)${MEANT}`,
);
/** Courtesies of any question, that say nothing of an earlier one. */
const COURTESY = /(?:[\s,]+(?:please|pls|plz|now|though|maybe|thanks|thank you)|[\s.!?…,;:]+)$/i;
const TYING = /[\s,]+(?:instead|then|too|also|as well|again|i mean|i meant)$/i;

/** Takes the openers off the front and the courtesies off the end, again and again; may leave nothing. */
export function opened(text: string): Opened {
  let rest = text.replaceAll('’', "'").replace(/\s+/gu, ' ').trim();
  let corrects = false;
  let continues = false;
  for (;;) {
    const before = rest;
    rest = rest.replace(COURTESY, '');
    continues ||= TYING.test(rest);
    rest = rest.replace(TYING, '');
    const correction = CORRECTING.exec(rest)?.[0];
    const continuation = correction === undefined ? CONTINUING.exec(rest)?.[0] : undefined;
    corrects ||= correction !== undefined;
    continues ||= continuation !== undefined;
    rest = rest.slice((correction ?? continuation ?? '').length);
    if (rest === before) return { rest, corrects, continues };
  }
}

/** Without "where is", "can you find", "which one is": what is asked for. */
export function asked(text: string): string {
  const [start, end] = askedFor(text);
  return text.slice(start, end).replace(/[\s.!?…,;:]+$/, '');
}

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

const POINTING = '(?:that|this|these|those)(?: ones?)?|the (?:first|last|previous|same) one';
/** "left of that", "next to this one": behind a preposition they stand for what was found. */
const POINTED_AT = new RegExp(
  String.raw`(?<=\b(?:of|to|than|from|behind|above|over|below|beneath|under|underneath|on|in|inside|near|beside|by|with|holding|riding|between|and)) (?:${POINTING})(?=$|[\s,.]+(?:and|on|in|at|to)\b)`,
  'gi',
);
/** "further left", "a bit to the right": from what was found. */
const FURTHER =
  /^((?:the )?one )?(?:(?:a (?:bit|little)|slightly|just|much|even) )?(?:(?:further|farther|more)(?: to)?|to)(?: the)? (left|right|up|down|back)$/i;
const FROM_IT: Readonly<Record<string, string>> = {
  ...{ left: 'to the left of', right: 'to the right of', up: 'above', down: 'below', back: 'behind' },
};

/** The same with "it" where something found before is meant. */
export const withPronouns = (text: string): string => {
  const further = /^(?:(?:the )?one )?to\b/i.test(text) ? null : FURTHER.exec(text);
  if (further) return `the one ${FROM_IT[further[2]!.toLowerCase()]} it`;
  return text.replace(POINTED_AT, ' it');
};

/** The relations of the target itself to what was found before; not "the table with a cup on it". */
export const relationsBack = ({ target }: Query): RelationConstraint[] =>
  target.constraints.filter((k): k is RelationConstraint => isBack(k));

const isBack = (k: Constraint): boolean => k.kind === 'relation' && k.to.some(({ pronoun }) => pronoun);

/** An expression as part of another one: "the red cup on the table". */
export function nameOf(query: Query): string {
  const head = headOf(query);
  const text = asked(query.text);
  if (head.named && /^(?:the|this|that|my|your|our)\b/i.test(text)) return text;
  const { plural, count } = query.target;
  return compose({
    ...{ noun: head.noun, plural, pieces: piecesOf(query) },
    ...(count === undefined ? {} : { count }),
  });
}

/** What "it" stands for: the thing that was found; of a question about somebody unnamed, whom that was about. */
export function meantByIt(last: Query): string {
  const [only, ...others] = last.target.constraints;
  const about = only?.kind === 'relation' && others.length === 0 ? only.to : [];
  const nameless = !headOf(last).named || /^(?:what|who)/i.test(last.phrase);
  return nameless && about.length === 1 && !about[0]!.pronoun ? about[0]!.words : nameOf(last);
}

const IT = /\b(?:it|him|her|them|he|she|they)\b/i;

/** The text with what was found in place of its pronouns. */
export function spelledOut(text: string, name: string): string {
  let said = text;
  for (const { words } of relationsBack(readExpression(text))) {
    said = said.replace(words, () => words.replace(IT, () => name));
  }
  return said;
}

const OWNED = /^(?:his|her|its|their) (?=\S)/i;

/** "his hat" -> "the man's hat", or "the hat of the man on the left". */
export function owned(text: string, last: Query): string | undefined {
  if (!OWNED.test(text)) return undefined;
  const thing = text.replace(OWNED, '');
  const name = nameOf(last);
  return isShort(last) ? `${name}${/s$/.test(name) ? "'" : "'s"} ${thing}` : `the ${thing} of ${name}`;
}

const DONE = /^what(?:(?:'s| is| are) (?:he|she|it|they)| (?:he|she|it|they)(?:'s|'re| is| are)) (\w+ing)$/i;
const PASSIVE: Readonly<Record<string, string>> = {
  ...{ holding: 'held', carrying: 'carried', riding: 'ridden', wearing: 'worn', driving: 'driven' },
};

/** "what is he holding" -> "what the man is holding", or "what is held by the man on the left" */
export function doneByIt(text: string, last: Query): string | undefined {
  const deed = DONE.exec(text)?.[1]?.toLowerCase();
  if (deed === undefined) return undefined;
  const name = nameOf(last);
  const passive = isShort(last) ? undefined : PASSIVE[deed];
  return passive
    ? `what is ${passive} by ${name}`
    : `what ${name} ${last.target.plural ? 'are' : 'is'} ${deed}`;
}

/** Nothing said behind the noun. */
const isShort = (query: Query): boolean => piecesOf(query).every(({ where }) => where === 'before');

/** What an expression is made of. */
export interface Parts {
  /** Singular. */
  readonly noun: string;
  readonly plural: boolean;
  readonly count?: number;
  /** "all", "both" */
  readonly every?: string;
  readonly pieces: readonly Piece[];
}

/** "the second largest red cup on the left next to the plate and in the box" */
export function compose({ noun, plural, count, every, pieces }: Parts): string {
  const ordered = pieces.toSorted((a, b) => a.rank - b.rank);
  const owner = ordered.find(({ where }) => where === 'owner')?.text;
  const before = ordered.filter(({ where }) => where === 'before').map(({ text }) => text);
  // An emoji is a name only where it comes first.
  if (!/\p{L}/u.test(noun)) return [noun, behindOf(ordered)].filter(Boolean).join(' ');
  const counted =
    count !== undefined && every !== 'both' && (plural || count > 1) ? String(count) : undefined;
  const named = [
    every,
    owner ?? (every === 'both' || (every && counted) ? undefined : 'the'),
    counted,
    ...before,
  ];
  return [...named, plural ? pluralOf(noun) : noun, behindOf(ordered)].filter(Boolean).join(' ');
}

function behindOf(ordered: readonly Piece[]): string {
  let text = '';
  let open = false;
  for (const piece of ordered) {
    if (piece.where !== 'behind') continue;
    if (text) text += open && !/^(?:and|but)\b/i.test(piece.text) ? ' and ' : ' ';
    text += piece.text;
    open ||= piece.open === true;
  }
  return text;
}
