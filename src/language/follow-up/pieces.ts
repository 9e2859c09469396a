import { PARTS } from '../lexicon/colours.ts';
import { REFERRING_BACK, SAYING } from '../lexicon/words.ts';
import type {
  ColourConstraint,
  Constraint,
  Part,
  Place,
  Query,
  Relation,
  RelationConstraint,
} from '../query.ts';
import { type Head, headOf } from './head.ts';

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
  ...{ head: 'hat', hair: 'hair', torso: 'shirt', legs: 'pants', feet: 'shoes', whole: 'clothes' },
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
const JOINING = new Set<Constraint['kind']>(['colour', 'relation', 'unresolved']);

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
