import type { Constraint, Query, RelationConstraint } from '../query.ts';
import { readExpression } from '../read.ts';
import { compose } from './compose.ts';
import { headOf } from './head.ts';
import { asked } from './openers.ts';
import { piecesOf } from './pieces.ts';

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
