import type { Cursor } from './cursor.ts';
import { cardinal, ordinal } from './lexicon/numbers.ts';
import { FAR, PLACE_NOUNS, SIDES } from './lexicon/places.ts';
import { DETERMINERS } from './lexicon/words.ts';
import type { Nth } from './noun-phrase.ts';
import type { Constraint, Side } from './query.ts';

/** "second", "2nd", "last", "second to last", "next to last", "#2 from", "five from" */
export function readNth(c: Cursor): Nth | undefined {
  return c.attempt(() => {
    const word = c.peek().lower;
    if (word === 'last') {
      c.next();
      if (!(c.peek().lower === 'but' && c.peek(1).lower === 'one')) return { nth: 1, fromEnd: true };
      c.at += 2;
      return { nth: 2, fromEnd: true };
    }
    if (word === 'next' && c.peek(1).lower === 'to' && c.peek(2).lower === 'last') {
      c.at += 3;
      return { nth: 2, fromEnd: true };
    }
    if (['#', 'number', 'no'].includes(word)) c.next();
    const nth = ordinal(c.peek().lower) ?? (countsFromSide(c) ? cardinal(c.peek().lower) : undefined);
    if (nth === undefined) return undefined;
    c.next();
    return { nth, fromEnd: takeLast(c) };
  });
}

/** "five from the left" */
function countsFromSide(c: Cursor): boolean {
  const side = DETERMINERS.has(c.peek(2).lower) ? c.peek(3) : c.peek(2);
  return c.peek(1).lower === 'from' && SIDES.has(side.lower);
}

/** "second [to] last" */
function takeLast(c: Cursor): boolean {
  const between = ['to', 'from'].includes(c.peek().lower) ? 1 : 0;
  const article = DETERMINERS.has(c.peek(between).lower) ? 1 : 0;
  if (c.peek(between + article).lower !== 'last') return false;
  c.at += between + article + 1;
  return true;
}

const OPPOSITE: Readonly<Record<Side, Side>> = {
  left: 'right',
  right: 'left',
  top: 'bottom',
  bottom: 'top',
  front: 'back',
  back: 'front',
};

/** "second from the left", or only "from the left" when the number stood before the noun. */
export function readOrdinal(c: Cursor, pending: Nth | undefined): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(DETERMINERS);
    const own = readNth(c);
    if (own && c.peek().lower === 'one') c.next();
    const counted = own ?? pending;
    const preposition = c.next().lower;
    if (!counted || !['from', 'on', 'to', 'in', 'at'].includes(preposition)) return undefined;
    c.take(DETERMINERS);
    const far = c.take(FAR) !== undefined;
    const side = c.takePhrase(SIDES);
    if (!side || c.peek().lower === 'of') return undefined;
    c.take(PLACE_NOUNS);
    takeToRight(c, preposition);
    // The last one "from the left" is the rightmost; "on the left" it is the leftmost.
    const from = counted.fromEnd && preposition === 'from' && !far ? OPPOSITE[side] : side;
    return [{ kind: 'ordinal', nth: counted.nth, from, words: c.said(start) }];
  });
}

/** "from left to right" */
function takeToRight(c: Cursor, preposition: string): void {
  if (preposition !== 'from' || c.peek().lower !== 'to') return;
  const article = DETERMINERS.has(c.peek(1).lower) ? 1 : 0;
  if (SIDES.has(c.peek(1 + article).lower)) c.at += 2 + article;
}
