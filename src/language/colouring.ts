import { followedByNoun, isParticiple } from './boundary.ts';
import type { Cursor } from './cursor.ts';
import { ALSO_NOUNS, COLOURS, TONES } from './lexicon/colours.ts';
import { words } from './lexicon/table.ts';
import type { Colour, ColourConstraint } from './query.ts';

const JOINTS = words('and , - /');
/** They only say that a colour is meant ("light colored"). */
export const COLOURED = words('colored coloured color colour');
const HAIRED = 'haired';

/** "red", "light blue", "red and yellow", "black-and-white", "dark-haired"; unmoved when none is meant. */
export function readColour(c: Cursor): ColourConstraint | undefined {
  return c.attempt(() => {
    const start = c.at;
    const colours: Colour[] = [];
    let hair = false;
    for (;;) {
      const shade = readShade(c);
      if (!shade) break;
      colours.push(...shade.colours);
      hair ||= shade.hair;
      const joint = JOINTS.has(c.peek().lower) ? 1 : 0;
      if (joint && !shadeStarts(c, joint)) break;
      c.at += joint;
    }
    if (colours.length === 0) return undefined;
    if (c.peek().lower === HAIRED) {
      c.next();
      hair = true;
    }
    c.take(COLOURED);
    return { kind: 'colour', colours, part: hair ? 'hair' : 'whole', words: c.said(start) };
  });
}

interface Shade {
  readonly colours: readonly Colour[];
  readonly hair: boolean;
}

const shadeStarts = (c: Cursor, ahead: number): boolean =>
  COLOURS.has(c.peek(ahead).lower) ||
  (TONES.has(c.peek(ahead).lower) && COLOURS.has(c.peek(ahead + 1).lower)) ||
  hyphenated(c.peek(ahead).lower) !== undefined;

function readShade(c: Cursor): Shade | undefined {
  const joined = hyphenated(c.peek().lower);
  if (joined) {
    c.next();
    return joined;
  }
  return c.attempt(() => {
    const tone = TONES.get(c.peek().lower);
    if (tone) c.next();
    const word = c.peek().lower;
    const found = c.match(COLOURS);
    const name = found?.meaning ?? vague(word);
    if (!name) return tone && meantAsColour(c, tone) ? plain({ name: tone }) : undefined;
    if (ALSO_NOUNS.has(word) && !tone && !followedByNoun(c, 1) && !standsForClothes(c)) return undefined;
    c.at += found?.length ?? 1;
    // "reddish brown" is brown.
    const exact = found ? undefined : c.takePhrase(COLOURS);
    return plain(tone ? { name: exact ?? name, tone } : { name: exact ?? name });
  });
}

/** "reddish", "greenish" */
function vague(word: string): string | undefined {
  const stem = /^(.+)ish$/.exec(word)?.[1];
  return stem && (COLOURS.get(stem) ?? COLOURS.get(stem.replace(/(.)\1$/, '$1')));
}

/** "in tan", "the gold one" */
const standsForClothes = (c: Cursor): boolean =>
  ['in', 'wearing'].includes(c.before().lower) || c.peek(1).lower === 'one';

/** "dark coat", "light colored dog"; but "bright" alone is no colour. */
const meantAsColour = (c: Cursor, tone: string): boolean =>
  tone !== 'bright' &&
  ((followedByNoun(c, 0) && !isParticiple(c.peek())) ||
    COLOURED.has(c.peek().lower) ||
    c.peek().lower === HAIRED);

const plain = (colour: Colour): Shade => ({
  colours: [colour],
  hair: colour.name === 'blond',
});

/** "light-blue", "black-and-white", "red-haired", "dark-colored": one word for the tagger. */
function hyphenated(word: string): Shade | undefined {
  if (!word.includes('-')) return undefined;
  const colours: Colour[] = [];
  let tone: Colour['tone'];
  let hair = false;
  for (const piece of word.split('-')) {
    const name = COLOURS.get(piece);
    if (name) {
      colours.push(tone ? { name, tone } : { name });
      tone = undefined;
    } else if (TONES.has(piece) && !tone) tone = TONES.get(piece);
    else if (piece === HAIRED || piece === 'hair') hair = true;
    else if (piece !== 'and' && !COLOURED.has(piece)) return undefined;
  }
  if (tone) colours.push({ name: tone });
  hair ||= colours.some((k) => k.name === 'blond');
  return colours.length > 0 ? { colours, hair } : undefined;
}
