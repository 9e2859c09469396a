import { readOrdinal } from './attributes.ts';
import { type Context, followedByNoun, garmentAhead, isBoundary, isCloseBy } from './boundary.ts';
import { COLOURS } from './lexicon/colours.ts';
import * as places from './lexicon/places.ts';
import { ALONE, RELATIONS } from './lexicon/relations.ts';
import { cardinal, DETERMINERS, FRAME_PREPOSITIONS, ordinal, POSSESSIVES } from './lexicon/words.ts';
import type { Constraint, Place } from './query.ts';
import { readObjects } from './relations.ts';
import type { Cursor } from './tokens.ts';

/** Where in the picture, or where in its row, something is: read behind a noun. */
export function readPlacement(c: Cursor, context: Context): Constraint[] | undefined {
  return (
    readRow(c) ??
    readNumberedRow(c) ??
    readOrdinal(c, context.core.nth) ??
    readGoal(c, context) ??
    readNearness(c) ??
    readView(c) ??
    readPlace(c) ??
    readAlone(c)
  );
}

/** "in the top row", "on the upper shelf" */
export function readRow(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(FRAME_PREPOSITIONS);
    c.take(DETERMINERS);
    const row = c.takePhrase(places.ROWS);
    if (!row || !c.take(places.ROW_NOUNS)) return undefined;
    return [{ kind: 'row', row, words: c.said(start) }];
  });
}

/** "in the second row", "third row from the top": which row that is depends on what is there. */
export function readNumberedRow(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(FRAME_PREPOSITIONS);
    c.take(DETERMINERS);
    const nth = ordinal(c.peek().lower) !== undefined || c.peek().lower === 'last';
    if (!nth || !places.ROW_NOUNS.has(c.peek(1).lower)) return undefined;
    c.at += 2;
    c.attempt(() => {
      if (c.next().lower !== 'from') return undefined;
      c.take(DETERMINERS);
      return c.takePhrase(places.SIDES);
    });
    return [{ kind: 'unresolved', words: c.said(start) }];
  });
}

/** "closest to the camera", "farthest away", "closest to the left edge" */
function readNearness(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(DETERMINERS);
    const superlative = c.takePhrase(places.SUPERLATIVES);
    if (!superlative || c.peek().lower === 'than') return undefined;
    const said = (meaning = superlative): Constraint[] => [
      { kind: 'superlative', ...meaning, nth: 1, words: c.said(start) },
    ];
    if (superlative.by !== 'near') return said();
    if (c.peek().lower === 'away') c.next();
    const toward = ['to', 'from'].includes(c.peek().lower);
    if (!toward && !places.VIEWERS.has(c.peek().lower)) return c.done ? said() : undefined;
    c.take(FRAME_PREPOSITIONS);
    c.take(DETERMINERS);
    if (c.take(places.VIEWERS)) return said();
    const edge = superlative.most ? c.takePhrase(places.EDGES) : undefined;
    c.take(places.PLACE_NOUNS);
    return edge && c.peek().lower !== 'of' ? said(edge) : undefined;
  });
}

/** "the furthest zebra from us", "the closest car to the bus": completes what stands before the noun. */
function readGoal(c: Cursor, context: Context): Constraint[] | undefined {
  const near = context.core.constraints.find((k) => k.kind === 'superlative' && k.by === 'near');
  if (near?.kind !== 'superlative') return undefined;
  return c.attempt(() => {
    const from = c.at;
    if (!['to', 'from'].includes(c.next().lower)) return undefined;
    const viewer = c.attempt(() => {
      c.take(DETERMINERS);
      return c.take(places.VIEWERS);
    });
    if (viewer) return [];
    return readObjects(c, context, { relation: near.most ? 'nearest-to' : 'farthest-from', from });
  });
}

/** "in the picture": that goes without saying. */
function readView(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    if (!['in', 'of', 'on', 'from'].includes(c.next().lower)) return undefined;
    if (!['the', 'this'].includes(c.next().lower) || !c.take(places.VIEWS)) return undefined;
    return c.done || c.peek().lower === ',' || c.match(places.PLACES, 1) ? [] : undefined;
  });
}

/** "on the left", "in the bottom right corner of the picture", "far left", "to the right", "in the back left" */
function readPlace(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const preposition = c.take(FRAME_PREPOSITIONS);
    if (POSSESSIVES.has(c.peek().lower) || (!preposition && isSideOf(c))) return undefined;
    c.take(DETERMINERS);
    let far = c.take(places.FAR) !== undefined;
    const found = takePlaces(c);
    if (found.length === 0) return undefined;
    if (c.peek().lower === 'most') far = c.next().lower === 'most';
    const sided = takePlaceNouns(c);
    const ends =
      c.peek().lower === 'of'
        ? takeScene(c, preposition !== undefined && (sided || found.includes('middle')))
        : endsPlace(c, preposition !== undefined);
    if (!ends) return undefined;
    const words = c.said(start);
    return found.map((place) => ({ kind: 'place', place, far: far && place !== 'middle', words }));
  });
}

/** "back left" is two places; "left right of the man" is one and a relation. */
function takePlaces(c: Cursor): Place[] {
  const found: Place[] = [];
  for (;;) {
    const place = found.length > 0 && c.match(RELATIONS) ? undefined : c.takePhrase(places.PLACES);
    if (!place) return found;
    found.push(place);
  }
}

/** "right behind", "left to the plate": a relation to what follows; "left of the picture" is still a place. */
const isSideOf = (c: Cursor): boolean =>
  isCloseBy(c) || (c.match(RELATIONS) !== undefined && ['to', 'from'].includes(c.peek(1).lower));

/** "side", "hand side", "corner"; whether there were any. */
function takePlaceNouns(c: Cursor): boolean {
  const start = c.at;
  if (c.peek().lower === 'hand' && places.PLACE_NOUNS.has(c.peek(1).lower)) c.next();
  c.takeAll(places.PLACE_NOUNS);
  return c.at > start;
}

/** Whether nothing follows that the place would be a part of ("on the left track"). */
function endsPlace(c: Cursor, afterPreposition: boolean): boolean {
  const { pos, lower } = c.peek();
  if (c.done || ['PUNCT', 'ADP'].includes(pos) || lower === 'and' || c.match(RELATIONS)) return true;
  if (!afterPreposition) return pos === 'VERB' || garmentAhead(c);
  if (COLOURS.has(lower)) return garmentAhead(c);
  return !followedByNoun(c, 0) || isBoundary(c, 0, [c.before()]);
}

/** Takes "of the picture" or "of the three"; false when another thing follows, which makes it a relation. */
function takeScene(c: Cursor, withSides: boolean): boolean {
  c.next();
  c.take(DETERMINERS);
  const counted = cardinal(c.peek().lower) !== undefined && c.peek(1).pos === 'END';
  if (counted) return c.next() !== undefined;
  return (c.take(places.SCENES) ?? (withSides ? c.take(places.SURFACES) : undefined)) !== undefined;
}

/** "the man behind" */
function readAlone(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const place = ALONE.get(c.next().lower);
    const alone = c.done || c.peek().pos === 'PUNCT';
    return place && alone ? [{ kind: 'place', place, far: false, words: c.said(c.at - 1) }] : undefined;
  });
}
