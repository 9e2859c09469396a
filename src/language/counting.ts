import { isStranded } from './context.ts';
import type { Nth } from './core.ts';
import type { Cursor } from './cursor.ts';
import { cardinal, ordinal } from './lexicon/numbers.ts';
import { FAR, PLACE_NOUNS, SIDES } from './lexicon/places.ts';
import { DETERMINERS } from './lexicon/words.ts';
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
export function countsFromSide(c: Cursor, ahead = 0): boolean {
  const side = DETERMINERS.has(c.peek(ahead + 2).lower) ? c.peek(ahead + 3) : c.peek(ahead + 2);
  return c.peek(ahead).lower !== 'one' && c.peek(ahead + 1).lower === 'from' && SIDES.has(side.lower);
}

/** "second [to] last", "second from the end" */
function takeLast(c: Cursor): boolean {
  const between = ['to', 'from'].includes(c.peek().lower) ? 1 : 0;
  const article = DETERMINERS.has(c.peek(between).lower) ? 1 : 0;
  const end = c.peek(between + article).lower;
  if (end !== 'last' && !(end === 'end' && article)) return false;
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
    if (counted && c.peek().lower === 'down' && isStranded(c, 1)) {
      c.next();
      return [{ kind: 'ordinal', nth: counted.nth, from: 'top', words: c.said(start) }];
    }
    if (c.peek().lower === 'in' && c.peek(1).lower === 'from') c.next();
    const preposition = c.next().lower;
    if (!counted || !['from', 'on', 'to', 'in', 'at'].includes(preposition)) return undefined;
    c.take(DETERMINERS);
    const far = c.take(FAR) !== undefined;
    const side = c.takePhrase(SIDES);
    if (!side || (c.peek().lower === 'of' && preposition !== 'from')) return undefined;
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
