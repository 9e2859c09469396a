import { cardinal, ordinal } from '../lexicon/words.ts';
import { type Constraint, MAX_EXPRESSION_LENGTH, type Query } from '../query.ts';
import { putQuestion, type ReadQuestion, readQuestion, refersBack } from '../question.ts';
import { readExpression } from '../read.ts';
import * as refer from './phrases.ts';
import { anotherOf, asked, compose, everyOf, opened, SAME, unnamed } from './phrases.ts';
import { headOf, type Piece, piecesOf, sameMeaning, singlesOut, slotsOf } from './slots.ts';

/** The question before, on the same picture. */
export interface LastTurn {
  /** The last whole expression as it was asked, perhaps merged already. */
  readonly expression: string;
  /** Of an undecided answer: how many numbered candidates were shown. */
  readonly shown?: number;
}

/** What came of a text in view of what was asked before, on the same picture. */
export type FollowUp =
  /** To be asked on the same picture; with `other` the regions that were found last are not meant. */
  | { readonly kind: 'ask'; readonly expression: string; readonly other?: true }
  /** A whole expression of its own. */
  | { readonly kind: 'new'; readonly expression: string }
  /** A numbered candidate, counted from 1. */
  | { readonly kind: 'pick'; readonly number: number };

/** What is longer than that leaves nothing unsaid: it is an expression of its own. */
const MAX_FOLLOW_UP = 250;
const SAYS = /[\p{L}\p{N}]/u;

/** What was said, and what it may refer to. */
interface Heard {
  readonly text: string;
  /** Without openers and courtesies. */
  readonly rest: string;
  readonly corrects: boolean;
  readonly continues: boolean;
  readonly shown: number;
  readonly lastText: string;
  readonly last: Query;
}

type Rule = (heard: Heard) => FollowUp | undefined;

/**
 * Understands a text in view of the last question: what it leaves unsaid is taken from there. The rules are in
 * docs/conversation.md. Never throws; a whole expression comes back as it is, and what is merged has at most 500
 * characters.
 */
export function mergeFollowUp(text: string, last: LastTurn): FollowUp {
  const whole: FollowUp = { kind: 'new', expression: text };
  if (text.length > MAX_FOLLOW_UP || !SAYS.test(text)) return whole;
  const said = followQuestion(text, last);
  return fits(said) ? said : whole;
}

const fits = (said: FollowUp): boolean =>
  said.kind === 'pick' || (said.expression.length <= MAX_EXPRESSION_LENGTH && SAYS.test(said.expression));

/** What is said of the thing of the last expression. */
function mergeReferring(text: string, { expression, shown = 0 }: LastTurn): FollowUp {
  const whole: FollowUp = { kind: 'new', expression: text };
  const lastText = expression.normalize('NFC').trim();
  const last = readExpression(lastText);
  const heard: Heard = { ...opened(text), text: text.trim(), shown, last, lastText };
  const said = follow(heard);
  if (fits(said)) return said.kind === 'new' ? whole : said;
  // Too long with all that was said before: with its noun alone.
  const noun = compose({ noun: headOf(last).name, plural: last.target.plural, pieces: [] });
  const shorter = follow({ ...heard, lastText: noun, last: readExpression(noun) });
  return fits(shorter) ? shorter : whole;
}

/** A question, or what follows one: what it asks is kept, or asked of something else. */
function followQuestion(text: string, turn: LastTurn): FollowUp {
  const before = readQuestion(turn.expression);
  const last: LastTurn = before ? { ...turn, expression: subjectOf(before, turn.expression) } : turn;
  const { rest, continues, corrects } = opened(text);
  const whole = readQuestion(text);
  const now = readQuestion(rest) ?? (whole?.kind === 'unseen' ? undefined : whole);
  if (now) return questionAbout(now, text, before, last);
  const said = mergeReferring(text, last);
  // "is he happy?" is no name of anything.
  const strange =
    whole?.kind === 'unseen' &&
    OF_IT.test(text) &&
    said.kind === 'ask' &&
    !said.expression.includes(nounOf(last));
  if (strange) return { kind: 'new', expression: text };
  if (!before || before.kind === 'unseen' || said.kind !== 'ask' || said.other) return said;
  // "again": what was asked, not only what it was asked about.
  if (said.expression === last.expression) return ask(turn.expression);
  if (!continues && !corrects) return said;
  const placed = before.kind === 'seen' && PLACED.test(rest);
  const back = refer.relationsBack(readExpression(rest)).length > 0;
  return placed && !back ? ask(`what is ${asked(rest)}?`) : askAgain(before, said.expression);
}

const nounOf = ({ expression }: LastTurn): string => headOf(readExpression(expression)).noun;

const PLACED = /^(?:on|in|under|behind|left of|right of|above|below|next to|near|between)\b/i;

/** What a question was about, to be gone on with; what was seen somewhere is asked about as a whole. */
const subjectOf = ({ kind, about }: ReadQuestion, expression: string): string =>
  kind === 'seen' || kind === 'unseen' || refersBack(about) ? expression : about;

function questionAbout(
  now: ReadQuestion,
  text: string,
  before: ReadQuestion | undefined,
  last: LastTurn,
): FollowUp {
  const { kind, about } = now;
  const { rest } = opened(text);
  const whole: FollowUp = rest === text.trim() ? { kind: 'new', expression: text } : ask(rest);
  const another = anotherOf(rest) !== undefined || everyOf(about) !== undefined;
  if (another || (kind === 'which' && !before)) return mergeReferring(text, last);
  if (kind === 'unseen')
    return OF_IT.test(rest) ? mergeReferring(text, last) : { kind: 'new', expression: text };
  const query = readExpression(about);
  if (kind === 'seen') return refer.relationsBack(query).length > 0 ? mergeReferring(text, last) : whole;
  if (refersBack(about)) return askAgain(now, last.expression);
  if (refer.relationsBack(query).length === 0 && headOf(readExpression(unnamed(asked(about)))).named)
    return whole;
  const said = mergeReferring(about, kind === 'count' ? { expression: severalOf(last.expression) } : last);
  return said.kind === 'ask' ? askAgain(now, said.expression) : whole;
}
/** "is it the left one?", "what is he holding?": of what was found. */
const OF_IT = /^(?:is|are|was|were|does|do|has|what is|what are|what's) (?:it|he|she|they|that|this)\b/i;

/** The same asked of something else. */
function askAgain(question: ReadQuestion, about: string): FollowUp {
  const { target } = readExpression(about);
  if (question.kind === 'which') return ask(putQuestion(question, { about: alike(question.about, about) }));
  if (question.kind === 'seen') return ask(about);
  const subject = question.kind === 'count' ? severalOf(about) : about;
  return ask(putQuestion(question, { about: subject, plural: target.plural }));
}

/** "which dog is higher?", "and the cats?": the higher cat. */
function alike(before: string, about: string): string {
  const query = readExpression(about);
  if (query.target.constraints.some(singlesOut)) return about;
  const pieces = piecesOf(readExpression(before)).filter(({ constraints }) => constraints.some(singlesOut));
  return compose({ noun: headOf(query).noun, plural: false, pieces: [...piecesOf(query), ...pieces] });
}

/** All that an expression may mean: "the red cup" -> "all the red cups". */
function severalOf(expression: string): string {
  const query = readExpression(expression);
  if (query.target.plural) return query.text;
  const { pieces } = withoutSingling(query);
  return compose({ every: 'all', noun: headOf(query).noun, plural: true, pieces });
}

const ask = (expression: string): FollowUp => ({ kind: 'ask', expression });
const askOther = (expression: string): FollowUp => ({ kind: 'ask', expression, other: true });

/** "2", "the second one": only of candidates that were shown. */
const picks: Rule = ({ rest, shown }) => {
  const number = pickedBy(rest, shown);
  return number === undefined ? undefined : { kind: 'pick', number };
};

/** "it", "where is it?", "look again" */
const sameAgain: Rule = ({ text, rest, lastText, corrects }) =>
  SAME.test(corrects && rest !== '' ? asked(rest) : text) || SAME.test(asked(rest))
    ? ask(lastText)
    : undefined;

/** "no", "not that one": another one, if there is. */
const notThatOne: Rule = ({ text, rest, corrects, lastText }) => {
  if (rest !== '') return undefined;
  const denies = corrects && /^\W*(?:no|nope|nah|wrong|not|(?:that|it|this)'?s?)\b/i.test(text);
  return denies ? askOther(lastText) : { kind: 'new', expression: text };
};

/** "not the red one, the blue one", "the blue one, not the red one": what is meant instead. */
const instead: Rule = (heard) => {
  const { rest } = heard;
  const meant =
    /^not .+?(?:,| but| [-–]) ?(?:but )?(.+)$/i.exec(rest)?.[1] ??
    /^(.+?),? not (?:that|the\b.*)\bones?$/i.exec(rest)?.[1];
  return meant === undefined ? undefined : follow({ ...heard, ...opened(meant), corrects: true });
};

/** "not the red one": of those there are, one of which that is not so. */
const denied: Rule = ({ rest, last, lastText, corrects }) => {
  const positive = /^not (?:in |on )?(?=\S)/i.test(rest) ? rest.slice('not '.length) : undefined;
  if (positive === undefined) return undefined;
  const query = readExpression(unnamed(positive));
  const head = headOf(query);
  if (head.named) return head.noun === headOf(last).noun ? askOther(lastText) : undefined;
  if (query.target.constraints.length === 0) return askOther(lastText);
  const single = query.target.constraints.some((k) => k.kind === 'ordinal' || k.kind === 'superlative');
  if (!single) return ask(merged(last, { query: denying(query), corrects }));
  return askOther(another(last, lastText, false));
};

/** "all of them", "both", "how many are there?" */
const everyone: Rule = ({ rest, last }) => {
  const every = everyOf(rest) ?? everyOf(asked(rest));
  if (!every) return undefined;
  const { pieces } = withoutSingling(last);
  return ask(compose({ ...every, noun: headOf(last).noun, plural: true, pieces }));
};

/** "the other one", "another red one", "the others", "the other dog": not what was found. */
const others: Rule = ({ rest, last, lastText }) => {
  const body = anotherOf(rest) ?? anotherOf(asked(rest));
  if (body === undefined) return undefined;
  const query = readExpression(body);
  if (headOf(query).named) return askOther(body);
  const { plural, count } = query.target;
  if (query.target.constraints.length === 0) return askOther(another(last, lastText, plural, count));
  const base = readExpression(another(last, lastText, plural, count));
  return askOther(merged(base, { query, corrects: false }));
};

function another(last: Query, lastText: string, plural: boolean, count?: number): string {
  const { pieces, changed } = withoutSingling(last);
  if (!changed && plural === last.target.plural && count === last.target.count) return lastText;
  return compose({ noun: headOf(last).noun, plural, pieces, ...(count === undefined ? {} : { count }) });
}

/** "the one behind it", "the plate next to it", "what is left of that?": in relation to what was found. */
const inRelation: Rule = ({ rest, last }) => {
  const text = refer.withPronouns(rest);
  const back = refer.relationsBack(readExpression(text));
  if (back.length === 0) return undefined;
  const spelled = refer.spelledOut(text, refer.meantByIt(last));
  if (/^(?:what|who)\b/i.test(spelled)) return ask(spelled);
  const query = readExpression(spelled);
  if (headOf(query).named) return ask(asked(spelled));
  const compared = back.some(({ relation }) => relation.endsWith('-than'));
  if (/\bones?\b/i.test(query.phrase) || compared) {
    const bare = readExpression(compose({ noun: headOf(last).noun, plural: false, pieces: [] }));
    return ask(merged(bare, { query, corrects: false }));
  }
  const acting = back.some(({ relation }) => ['holding', 'riding', 'driving', 'wearing'].includes(relation));
  return ask(`${acting ? 'who' : 'what'} is ${spelled}`);
};

/** "his hat", "what is he holding?" */
const ownedByIt: Rule = ({ rest, last }) => {
  const whole = refer.owned(asked(rest), last) ?? refer.doneByIt(rest, last);
  return whole === undefined ? undefined : ask(whole);
};

/** "the left one", "on the left", "red", "the bigger": what it is goes without saying. */
const partly: Rule = ({ rest, last, corrects }) => {
  if (/^(?:who|what)\b/i.test(rest)) return undefined;
  const query = readExpression(unnamed(asked(rest)));
  if (headOf(query).named || !tells(query)) return undefined;
  return ask(merged(last, { query, corrects }));
};

/** Whether there is anything said that could be meant; a word that is not understood may be no answer at all. */
function tells({ target, phrase, text }: Query): boolean {
  if (/\bones?\b/i.test(phrase)) return true;
  const understood = target.constraints.some((k) => k.kind !== 'unresolved' && k.kind !== 'reading');
  return (
    understood ||
    target.constraints.some(
      (k) => BEGINS.test(k.words) && text.toLowerCase().startsWith(k.words.toLowerCase()),
    )
  );
}
const BEGINS = /^(?:\w+ing|with|without|in|on|at|not \w+ing)\b/i;

/** "who is holding the umbrella?", "and the ball?": the same asked of another thing. */
const ofAnother: Rule = ({ rest, last, lastText, continues }) => {
  const [only, ...more] = last.target.constraints;
  if (!continues || more.length > 0 || only?.kind !== 'relation' || only.to.length > 1) return undefined;
  const query = readExpression(asked(rest));
  const plain = headOf(query).named && query.target.constraints.every(({ kind }) => kind !== 'relation');
  if (!plain || !/^(?:who|what)\b/i.test(lastText)) return undefined;
  return ask(lastText.replace(only.to[0]!.words, () => asked(rest)).replace(/[?!.\s]+$/, ''));
};

/** An expression of its own, as it is; behind "and" or "no, " without them. */
const whole: Rule = ({ text, rest, corrects, continues }) =>
  corrects || continues ? ask(asked(rest)) : { kind: 'new', expression: text };

/** The first that applies is meant. */
const RULES: readonly Rule[] = [
  ...[picks, sameAgain, notThatOne, instead, denied, everyone, others],
  ...[inRelation, ownedByIt, partly, ofAnother, whole],
];

function follow(heard: Heard): FollowUp {
  for (const rule of RULES) {
    const said = rule(heard);
    if (said) return said;
  }
  return { kind: 'new', expression: heard.text };
}

/** Something said of what was asked for last. */
export interface Said {
  readonly query: Query;
  /** It replaces whatever was said of the same kind; else only what contradicts it. */
  readonly corrects: boolean;
}

/** The last expression with what is said now: its noun, what is still true of it, and what is new. */
function merged(last: Query, { query, corrects }: Said): string {
  const fresh = piecesOf(countedAsBefore(query, last));
  const kept = piecesOf(last).filter((old) => !fresh.some((piece) => replaces(piece, old, corrects)));
  return compose({ ...numberOf(last, query), noun: headOf(last).noun, pieces: [...kept, ...fresh] });
}

/** "no, the third one", after "the second from the right", is counted from the right as well. */
function countedAsBefore(query: Query, last: Query): Query {
  const before = last.target.constraints.find((k) => k.kind === 'ordinal');
  if (before?.kind !== 'ordinal') return query;
  const constraints = query.target.constraints.map((k) =>
    k.kind === 'ordinal' && !SIDED.test(k.words) ? { ...k, from: before.from } : k,
  );
  return { ...query, target: { ...query.target, constraints } };
}
const SIDED = /\b(?:last|left|right|top|bottom|front|back|down|end)\b/i;

function replaces({ constraints }: Piece, old: Piece, corrects: boolean): boolean {
  return constraints.some((k) =>
    old.constraints.some((was) => {
      if (sameMeaning(k, was)) return true;
      if (k.negated) return false;
      const slots = slotsOf(was);
      return slotsOf(k).some(({ kind, name }) =>
        slots.some((s) => (corrects ? s.kind === kind : s.name === name)),
      );
    }),
  );
}

/** One or several: as it is said now, else as it was said before. */
function numberOf(last: Query, { target, phrase }: Query): { plural: boolean; count?: number } {
  if (target.count !== undefined) return { plural: target.plural, count: target.count };
  const single = target.constraints.some((k) => singlesOut(k) && k.kind !== 'place');
  // "the biggest of them" is one.
  if (target.plural && !(single && /\bof\b/i.test(phrase))) return { plural: true };
  const one = single || /\bone\b/i.test(phrase);
  const { plural, count } = last.target;
  return one || !plural ? { plural: false } : { plural, ...(count === undefined ? {} : { count }) };
}

/** The last expression without what only one thing can be, and so no other one ("the left", "the largest"). */
function withoutSingling(last: Query): {
  readonly pieces: readonly Piece[];
  readonly changed: boolean;
} {
  const all = piecesOf(last);
  if (last.target.plural) return { pieces: all, changed: false };
  const pieces = all.filter(({ constraints }) => !constraints.some(singlesOut));
  return { pieces, changed: pieces.length < all.length };
}

/** The same with everything that is said of it denied. */
const denying = (query: Query): Query => {
  const constraints = query.target.constraints.map(
    (k): Constraint => ({
      ...k,
      negated: !k.negated,
      ...(k.kind === 'unresolved' ? { words: `not ${k.words}` } : {}),
    }),
  );
  return { ...query, target: { ...query.target, constraints } };
};

const NUMBER =
  /^(?:(?:i think|i guess|i (?:choose|pick|take)|choose|pick|take|it's|its|it is|the|candidate|option|answer|picture|image|photo|number|no\.?|nr\.?|#|\() ?)*(\w+)(?:\.|\))?(?: ones?| candidate| option| picture| image| photo)?$/i;

/**
 * The number of a candidate that is picked, and nothing else said: "2", "#2", "number 3", "the second one", "the last".
 * @param shown how many candidates were shown; a number beyond them is still a pick, and refused as such
 */
function pickedBy(text: string, shown: number): number | undefined {
  const word = NUMBER.exec(text)?.[1]?.toLowerCase();
  if (word === undefined || shown < 1 || /\bthe one$/i.test(text)) return undefined;
  if (word === 'last') return shown;
  const number = cardinal(word) ?? ordinal(word);
  return number !== undefined && number > 0 ? number : undefined;
}
