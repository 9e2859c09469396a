import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';

/** One word, quoted text or punctuation mark of the expression. */
export interface Token {
  readonly text: string;
  /** Lower case, with shorthand spelled out ("w/" -> "with"). */
  readonly lower: string;
  /** Singular noun or base verb. */
  readonly lemma: string;
  /** Universal part of speech; QUOTE for quoted text. */
  readonly pos: string;
  readonly start: number;
  readonly end: number;
}

const SHORTHAND: Record<string, string> = { 'w/': 'with', 'w/o': 'without', '&': 'and', pic: 'picture' };
const SINGULARS: Record<string, string> = {
  people: 'person',
  ppl: 'person',
  persons: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  buses: 'bus',
  knives: 'knife',
  scissors: 'scissors',
  skis: 'skis',
  geese: 'goose',
  mice: 'mouse',
  feet: 'foot',
  leaves: 'leaf',
  teeth: 'tooth',
  oxen: 'ox',
  wolves: 'wolf',
  calves: 'calf',
  policemen: 'policeman',
  firemen: 'fireman',
  fishermen: 'fisherman',
  businessmen: 'businessman',
  gentlemen: 'gentleman',
  snowmen: 'snowman',
};
const PIECES =
  /"[^"]*"|“[^”]*”|(?<=^|\s)['‘][^'’]+['’](?=\s|$)|w\/o?(?=\s|$)|[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*|[^\s]/gu;

let tagger: ReturnType<typeof winkNLP> | undefined;

/** Part of speech and lemma by the end of each word, as wink-nlp sees them. */
function tagged(text: string): Map<number, { pos: string; lemma: string }> {
  tagger ??= winkNLP(model, ['sbd', 'pos']);
  const { its } = tagger;
  const tokens = tagger.readDoc(text).tokens();
  const values = tokens.out() as string[];
  const spaces = tokens.out(its.precedingSpaces) as string[];
  const pos = tokens.out(its.pos) as string[];
  // wink-nlp declares its.lemma with an argument too many for a collection.
  const lemmas = tokens.out(its.lemma as never) as string[];
  const byEnd = new Map<number, { pos: string; lemma: string }>();
  let at = 0;
  values.forEach((value, i) => {
    at += (spaces[i] ?? '').length + value.length;
    byEnd.set(at, { pos: pos[i] ?? 'X', lemma: lemmas[i] ?? value.toLowerCase() });
  });
  return byEnd;
}

function singular(lower: string, lemma: string): string {
  const known = SINGULARS[lower];
  if (known) return known;
  // The lemma of "lighter" is an adjective's; only a plural needs another form.
  if (!lower.endsWith('s')) return lower;
  const dash = lower.lastIndexOf('-');
  return dash < 0 || lemma.includes('-') ? lemma : lower.slice(0, dash + 1) + lemma;
}

interface Piece {
  readonly piece: string;
  readonly quoted: boolean;
  readonly first: boolean;
  readonly tag: string;
}

function partOfSpeech({ piece, quoted, first, tag }: Piece): string {
  if (quoted) return 'QUOTE';
  if (/^\p{P}$/u.test(piece) && piece !== '&') return 'PUNCT';
  // The tagger takes "can" for the auxiliary wherever it stands; after a first word it is the thing.
  return tag === 'AUX' && piece.toLowerCase() === 'can' && !first ? 'NOUN' : tag;
}

/** Splits an expression into tokens whose spans are character offsets of `text`. */
export function tokenise(text: string): Token[] {
  const tags = tagged(text);
  return [...text.matchAll(PIECES)].map((match) => {
    const piece = match[0];
    const start = match.index;
    const end = start + piece.length;
    const quoted = /^["“'‘].+["”'’]$/u.test(piece);
    const folded = piece.toLowerCase().replace('’', "'");
    const lower = SHORTHAND[folded] ?? folded;
    const tag = tags.get(end);
    const pos = partOfSpeech({ piece, quoted, first: match.index === 0, tag: tag?.pos ?? 'X' });
    return {
      text: piece,
      lower,
      lemma: singular(lower, (tag?.lemma ?? lower).toLowerCase()),
      pos,
      start,
      end,
    };
  });
}
