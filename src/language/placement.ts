import type { Cursor } from './cursor.ts';
import { ordinal } from './lexicon/numbers.ts';
import { FAR, PLACE_NOUNS, PLACES, ROWS, SCENES, SIDES, SUPERLATIVES, VIEWERS } from './lexicon/places.ts';
import { DETERMINERS, FRAME_PREPOSITIONS, POSSESSIVES, RELATIONS } from './lexicon/relations.ts';
import type { Constraint } from './query.ts';

/** Where in the picture, or where in its row, something is: read behind a noun. */
export function readPlacement(c: Cursor, nth: number | undefined): Constraint[] | undefined {
  return readRow(c) ?? readOrdinal(c, nth) ?? readNearness(c) ?? readPlace(c);
}

/** "in the top row", "on the upper shelf" */
function readRow(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(FRAME_PREPOSITIONS);
    c.take(DETERMINERS);
    const row = c.takePhrase(ROWS);
    if (!row || !['row', 'shelf', 'line', 'tier'].includes(c.next().lower)) return undefined;
    return [{ kind: 'row', row, words: c.said(start) }];
  });
}

/** "second from the left", or only "from the left" when the number stood before the noun. */
function readOrdinal(c: Cursor, pending: number | undefined): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    c.take(DETERMINERS);
    const nth = ordinal(c.peek().lower);
    if (nth !== undefined) c.next();
    if (c.peek().lower === 'one') c.next();
    if (nth === undefined && pending === undefined) return undefined;
    if (!['from', 'on', 'to', 'in', 'at'].includes(c.next().lower)) return undefined;
    c.take(DETERMINERS);
    c.take(FAR);
    const from = c.takePhrase(SIDES);
    if (!from || c.peek().lower === 'of') return undefined;
    c.take(PLACE_NOUNS);
    return [{ kind: 'ordinal', nth: nth ?? pending ?? 1, from, words: c.said(start) }];
  });
}

/** "closest to the camera", "in front", "farthest away" */
function readNearness(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const superlative = c.takePhrase(SUPERLATIVES);
    if (!superlative || c.peek().lower === 'than') return undefined;
    const words = () => c.said(start);
    if (superlative.by !== 'near') return [{ kind: 'superlative', ...superlative, nth: 1, words: words() }];
    if (c.peek().lower === 'away') c.next();
    if (c.done) return [{ kind: 'superlative', ...superlative, nth: 1, words: words() }];
    if (!['to', 'from'].includes(c.peek().lower) && !VIEWERS.has(c.peek().lower)) return undefined;
    c.take(FRAME_PREPOSITIONS);
    c.take(DETERMINERS);
    if (!VIEWERS.has(c.peek().lower)) return undefined;
    c.next();
    return [{ kind: 'superlative', ...superlative, nth: 1, words: words() }];
  });
}

/** "on the left", "in the bottom right corner of the picture", "far left", "to the right" */
function readPlace(c: Cursor): Constraint[] | undefined {
  return c.attempt(() => {
    const start = c.at;
    const preposition = c.take(FRAME_PREPOSITIONS);
    if (POSSESSIVES.has(c.peek().lower)) return undefined;
    c.take(DETERMINERS);
    let far = c.take(FAR) !== undefined;
    const place = c.takePhrase(PLACES);
    if (!place) return undefined;
    if (c.peek().lower === 'most') {
      far = true;
      c.next();
    }
    c.take(PLACE_NOUNS);
    c.take(PLACE_NOUNS);
    if (c.peek().lower === 'of') return scene(c) && [{ kind: 'place', place, far, words: c.said(start) }];
    const bare = preposition === undefined && !c.done && !endsPlace(c);
    return bare ? undefined : [{ kind: 'place', place, far, words: c.said(start) }];
  });
}

const endsPlace = (c: Cursor): boolean =>
  c.peek().pos === 'PUNCT' ||
  c.peek().pos === 'ADP' ||
  c.peek().pos === 'VERB' ||
  c.peek().lower === 'and' ||
  c.match(RELATIONS) !== undefined;

/** Takes "of the picture"; false when another thing follows, which makes it a relation. */
function scene(c: Cursor): true | undefined {
  c.next();
  c.take(DETERMINERS);
  if (!SCENES.has(c.peek().lower)) return undefined;
  c.next();
  return true;
}
