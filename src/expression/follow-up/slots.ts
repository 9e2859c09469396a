import { PARTS, PATTERNS } from '../lexicon/colours.ts';
import { ING_NOUNS } from '../lexicon/things.ts';
import { REFERRING_BACK, SAYING, SINGULARS, words } from '../lexicon/words.ts';
import type {
  ColourConstraint,
  Constraint,
  Part,
  Place,
  Query,
  Relation,
  RelationConstraint,
  Side,
  SuperlativeConstraint,
} from '../query.ts';
import { tokenise } from '../tokens.ts';

/** What kind of thing a constraint says; of each kind only one can usually be meant at a time. */
export interface Slot {
  /** What contradicts another of the same name: a thing is not on the left and on the right. */
  readonly name: string;
  /** What a correction replaces: after "no, …" the new position replaces any old one. */
  readonly kind: string;
}

const slot = (kind: string, name = kind): Slot => ({ kind, name: `${kind} ${name}` });
const across = slot('position', 'across');
const upright = slot('position', 'upright');
const depth = slot('position', 'depth');

const SIDES: Readonly<Record<Side, Slot>> = {
  ...{ left: across, right: across, top: upright, bottom: upright, front: depth, back: depth },
};

const placed = (place: Place): Slot[] => {
  if (place === 'middle') return [across];
  return place in SIDES ? [SIDES[place as Side]] : [across, upright];
};

const MEASURES: Readonly<Record<SuperlativeConstraint['by'], Slot>> = {
  size: slot('size'),
  height: slot('size'),
  width: slot('size'),
  darkness: slot('shade'),
  near: depth,
  left: across,
  top: upright,
};

const related = (name: string): Slot => slot('relation', name);
const RELATION_SLOTS: Readonly<Record<Relation, Slot>> = {
  ...{ 'left-of': related('beside'), 'right-of': related('beside') },
  ...{ above: related('over'), below: related('over'), on: related('over'), under: related('over') },
  ...{ in: related('in'), behind: related('depth'), 'in-front-of': related('depth') },
  ...{ 'next-to': related('near'), near: related('near'), between: related('near') },
  ...{ 'far-from': related('near'), 'nearest-to': related('near'), 'farthest-from': related('near') },
  ...{
    holding: related('holding'),
    riding: related('riding'),
    driving: related('in'),
    wearing: related('wearing'),
  },
  ...{ with: related('with'), 'larger-than': related('compared'), 'smaller-than': related('compared') },
  ...{ 'taller-than': related('compared'), 'shorter-than': related('compared') },
};

/** Hair, head, legs and feet have colours of their own; "in red" and "red" are the same to somebody. */
const coloured = (part: string): Slot =>
  slot(`colour of ${part === 'torso' || part === 'whole' ? 'all' : part}`);

/** Whether a word before a noun says how the thing is, rather than what it is: "sitting", "striped", "old". */
const isState = (word: string): boolean =>
  (/ing$/.test(word) && !ING_NOUNS.has(word)) || OPPOSITES.some((set) => set.has(word));

/** What the reasoning cannot judge may contradict itself all the same. */
const unread = (said: string): Slot => {
  // A thing has one collar, whatever its colour.
  const has = /^(?:with|wearing|in|having|has) .*?(\w+)$/.exec(said)?.[1];
  if (has) return slot('unread', `with ${has}`);
  if (/^\w+ing\b/.test(said)) return slot('unread', 'doing');
  const states = OPPOSITES.findIndex((set) => set.has(said));
  if (states === 0) return slot('age');
  return slot('unread', states > 0 ? String(states) : said);
};
const OPPOSITES: ReadonlyArray<ReadonlySet<string>> = [
  words('old older oldest elderly younger youngest middle-aged'),
  words('open opened closed shut'),
  words('full empty'),
  words('clean dirty'),
  words('on off'),
  new Set([...PATTERNS, 'plain', 'solid']),
];

/** The slots that a constraint fills; what cannot be interpreted contradicts nothing, unless it is an action. */
export function slotsOf(k: Constraint): readonly Slot[] {
  switch (k.kind) {
    case 'colour':
      return [coloured(k.part)];
    case 'place':
      return placed(k.place);
    case 'row':
      return [upright];
    case 'ordinal':
      return [SIDES[k.from]];
    case 'superlative':
      return [MEASURES[k.by]];
    case 'relation':
      return [RELATION_SLOTS[k.relation]];
    case 'pose':
      return [k.pose === 'arms-up' ? slot('arms') : slot('unread', 'doing')];
    case 'reading':
    case 'unresolved':
      return [unread(k.words.toLowerCase().replace(/^not /, ''))];
    default:
      return [slot(k.kind)];
  }
}

/** Whether two constraints say the same, in whatever words; one may deny it. */
export const sameMeaning = (a: Constraint, b: Constraint): boolean => meaning(a) === meaning(b);

const meaning = (k: Constraint): string =>
  JSON.stringify(k, (key, value) => {
    if (key === 'negated' || key === 'tone' || key === 'far') return undefined;
    return key === 'words' && k.kind !== 'unresolved' ? undefined : value;
  });

/** Whether a constraint picks one out of several, so that no second thing can fit it ("the left one", "the biggest"). */
export const singlesOut = (k: Constraint): boolean =>
  !k.negated && ['place', 'ordinal', 'superlative'].includes(k.kind);

/** Constraints that are said together, in words that can stand before or behind any noun. */
export interface Piece {
  readonly constraints: readonly Constraint[];
  readonly text: string;
  readonly where: 'owner' | 'before' | 'behind';
  /** The order in which pieces stand, the first first. */
  readonly rank: number;
  /** Ends in a noun, which would take what follows for its own. */
  readonly open?: boolean;
}

const PLACES: Readonly<Record<Place, string>> = {
  left: 'on the left',
  right: 'on the right',
  top: 'at the top',
  bottom: 'at the bottom',
  front: 'in front',
  back: 'in the back',
  middle: 'in the middle',
  'top-left': 'in the top left corner',
  'top-right': 'in the top right corner',
  'bottom-left': 'in the bottom left corner',
  'bottom-right': 'in the bottom right corner',
};
const GARMENTS: Readonly<Record<Part, string>> = {
  ...{
    head: 'hat',
    hair: 'hair',
    torso: 'shirt',
    legs: 'pants',
    thighs: 'shorts',
    feet: 'shoes',
    whole: 'clothes',
  },
};
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(
  ' ',
);
const nthOf = (nth: number): string => ORDINALS[nth - 1] ?? `${nth}th`;

const DENIES = /\b(?:not|no|never|without|nobody|noone|lacking)\b|n't\b|\bw\/o/i;
const denied = ({ negated }: Constraint, text: string): string =>
  negated && !DENIES.test(text) ? `not ${text}` : text;
/** Without what tied it to the words before; not where another thing is named as well ("and the cat"). */
const bare = (words: string): string =>
  words.replace(/^(?:(?:and|but)\s+(?=(?:in|on|at|with|not|that|is)\b)|,\s*)+/i, '');

/** Cuts an expression into what is said of its noun. */
export function piecesOf(query: Query): readonly Piece[] {
  const head = headOf(query);
  const pieces: Piece[] = head.states.map((words) => ({
    ...{ constraints: [{ kind: 'unresolved', words }], where: 'before', rank: 5, text: words },
  }));
  for (const k of query.target.constraints) {
    if (k.words.toLowerCase() === 'another') continue;
    const whole = pieces.findIndex((piece) => isPartOf(k, piece, query));
    if (whole < 0) pieces.push(pieceOf(k, query, head));
    else pieces[whole] = joined(pieces[whole]!, k);
  }
  return pieces;
}

/** "in a striped red shirt" says two things that cannot be said apart, and so does "red shirt" before a noun. */
function isPartOf(k: Constraint, { where, constraints, text }: Piece, { phrase }: Query): boolean {
  const first = constraints[0]!;
  const within = (a: string, b: string) => a.includes(b) || b.includes(a);
  if (where === 'before') {
    const garment = k.kind === 'unresolved' && PARTS.has(k.words);
    return first.kind === 'colour' && garment && phrase.includes(`${text} ${k.words}`);
  }
  if (!JOINING.has(first.kind) || !JOINING.has(k.kind) || (k.kind === 'colour' && k.part === 'whole'))
    return false;
  return where === 'behind' && within(first.words, k.words) && !phrase.includes(k.words);
}
const JOINING = new Set<Constraint['kind']>(['colour', 'relation', 'reading', 'unresolved']);

const joined = (piece: Piece, k: Constraint): Piece => ({
  ...piece,
  constraints: [...piece.constraints, k],
  text: piece.where === 'before' ? `${piece.text} ${k.words}` : longer(piece.text, k.words),
});
const longer = (a: string, b: string): string => (b.length > a.length ? b : a);

function pieceOf(k: Constraint, { phrase }: Query, head: Head): Piece {
  const before = (rank: number, text: string = k.words): Piece => ({
    ...{ constraints: [k], where: 'before', rank, text },
  });
  const behind = (rank: number, text: string, open = false): Piece => ({
    ...{ constraints: [k], where: 'behind', rank, text: denied(k, text), open },
  });
  const leading = head.at > 0 && phrase.slice(0, head.at).includes(k.words);
  switch (k.kind) {
    case 'colour':
      return colourPiece(k, leading, before, behind);
    case 'size':
    case 'age':
      return k.negated ? behind(1, `that is not ${k.words}`) : before(k.kind === 'size' ? 1 : 2);
    case 'superlative':
      return superlativePiece(k, before, behind);
    case 'place':
      return behind(2, k.far ? PLACES[k.place].replace('the ', 'the far ') : PLACES[k.place]);
    case 'ordinal':
      return behind(2, `${nthOf(k.nth)} from the ${k.from}`);
    case 'row':
      return behind(3, /^(?:in|on|at)\b/i.test(bare(k.words)) ? bare(k.words) : `in the ${k.words}`, true);
    case 'relation': {
      const owner = k.inverse && phrase.includes(k.words) ? /^.*?['’]s?(?=\s)/.exec(k.words)?.[0] : undefined;
      if (owner) return { ...before(0, owner), where: 'owner' };
      return /^of\b/i.test(k.words) ? behind(0, k.words) : behind(5, relatedBy(k), true);
    }
    case 'pose':
      return leading ? before(3) : behind(5, bare(k.words));
    case 'reading':
    case 'unresolved': {
      if (REFERRING_BACK.has(k.words.toLowerCase())) return { ...before(0), where: 'owner' };
      const text = SAYING.has(k.words.split(' ')[0]!.toLowerCase()) ? `that ${k.words}` : bare(k.words);
      if (leading) return before(3);
      // "bus number 22" has its number in its name.
      return head.at >= 0 && phrase.includes(k.words) ? behind(0, k.words) : behind(5, text, /\s/.test(text));
    }
  }
}

/** "the closest car to the bus": its first word stood before the noun. */
function relatedBy({ relation, words }: RelationConstraint): string {
  const goal = GOALS[relation];
  return goal && /^(?:to|from)\b/i.test(words) ? `${goal} ${words}` : bare(words);
}
const GOALS: Readonly<Partial<Record<Relation, string>>> = {
  'nearest-to': 'closest',
  'farthest-from': 'farthest',
};

type Before = (rank: number, text?: string) => Piece;
type Behind = (rank: number, text: string, open?: boolean) => Piece;

function colourPiece(k: ColourConstraint, leading: boolean, before: Before, behind: Behind): Piece {
  if (k.part === 'whole') return k.negated ? behind(1, `that is not ${k.words}`) : before(4);
  if (PUTS_ON.test(k.words)) return behind(4, bare(k.words), true);
  const word = !/\s/.test(k.words);
  if (k.part === 'hair' && word && /haired$|^blond/i.test(k.words) && !k.negated) return before(4);
  const garment = leading || word ? ` ${GARMENTS[k.part]}` : '';
  return behind(4, `${k.part === 'hair' ? 'with' : 'in'} ${k.words}${garment}`, true);
}
const PUTS_ON =
  /^(?:and\s+|,\s*)?(?:w\/o?|(?:not|in|with|without|wearing|wears|wear|dressed|clothed|having|has|have|whose)\b)/i;

function superlativePiece(
  k: Extract<Constraint, { kind: 'superlative' }>,
  before: Before,
  behind: Behind,
): Piece {
  const words = k.words.replace(/^the\s+/i, '');
  if (k.negated) return behind(5, `not the ${words}`);
  if (/\b(?:to|from|away|us|me)\b/i.test(words)) return behind(2, words);
  return before(0, k.nth > 1 ? `${nthOf(k.nth)} ${words}` : words);
}

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
