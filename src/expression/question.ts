import { PARTS } from './lexicon/colours.ts';
import { PRONOUNS, withoutCourtesy, words } from './lexicon/words.ts';
import { readCore } from './noun.ts';
import type { AskedOf, QuestionKind } from './query.ts';
import { Cursor, tokenise } from './tokens.ts';

/** A question, taken apart: what is asked, and the referring expression that it is asked about. */
export interface ReadQuestion extends Omit<AskedOf, 'text' | 'nameless'> {
  /** "the dogs on the couch"; empty where nothing says it ("how many are there?"), or a pronoun ("it"). */
  readonly about: string;
}

/** What stands in the slots of a form, by their names. */
type Slots = Readonly<Record<string, string>>;

/** A way to put a question. */
interface Form {
  readonly kind: AskedOf['kind'];
  /** Words, "(one|of|these)", "[one that may be missing]", "{slot}" of one word or more, "{slot?}" of any number. */
  readonly form: string;
  /** The referring expression, of words and slots; "{a}" unless told. */
  readonly about?: string;
  readonly axis?: AskedOf['axis'];
  /** Whether it is one, for what the form alone does not tell. */
  readonly only?: (slots: Slots) => boolean;
}

const first = (text = ''): string => text.split(' ', 1)[0]!.toLowerCase();
const startsWith =
  (set: ReadonlySet<string>) =>
  ({ a }: Slots): boolean =>
    set.has(first(a));
const isNoun = ({ a }: Slots): boolean => !ASKERS.has(first(a)) && !PRONOUNS.has(first(a));

const ASKERS = words('what which who whom whose where when why how whether if');
const PLACING = words(
  'on in under underneath behind left right above below next near between beside inside at to over',
);
const NAMED = words('the this that these those my your his her its our their both');
const INDEFINITE = words('a an any some');
const SUBJECTS = words(
  'the a an this that these those my your our he she it they you i we people everyone everybody anyone someone',
);

/** Questions that a picture answers; the first form that fits is meant. */
const FORMS: readonly Form[] = [
  { kind: 'count', form: 'how many (are|is) (there|here) {a?}' },
  { kind: 'count', form: 'how many of (them|those|these) [are|is] {a?}' },
  { kind: 'count', form: 'how many {a} (are|is|were) (there|here) {b?}', about: '{a} {b}' },
  { kind: 'count', form: 'how many {a} there (are|is) {b?}', about: '{a} {b}' },
  {
    kind: 'count',
    form: 'how many {a} (can|do|could) (you|we|i) (see|count|find|spot) {b?}',
    about: '{a} {b}',
  },
  { kind: 'count', form: 'how many {a} (does|do) (the|this) (picture|image|photo) (have|show|contain)' },
  { kind: 'count', form: 'how many of {a} (are|is) {b}', about: '{a} that are {b}' },
  { kind: 'count', form: 'how many (are|is) {a}' },
  { kind: 'count', form: 'how many {a} (are|is|were) {b}', about: '{a} that are {b}' },
  { kind: 'count', form: 'how many {a} (have|has) {b}', about: '{a} with {b}' },
  { kind: 'count', form: 'how many {a?}' },
  { kind: 'count', form: 'count {a}', only: startsWith(NAMED) },

  ...sides('left', 'right', 'across'),
  ...sides('top', 'bottom', 'upright'),
  { kind: 'side', form: '(which|what) side is {a} on' },
  { kind: 'side', form: '(which|what) side of (the|this) (picture|image|photo) is {a} on' },
  { kind: 'side', form: 'on (which|what) side is {a}' },
  { kind: 'side', form: 'on (which|what) side of (the|this) (picture|image|photo) is {a}' },

  { kind: 'colour', form: '(what|which) (colour|color) (is|are) {a} wearing', about: "{a}'s clothes" },
  { kind: 'colour', form: '(what|which) (colour|color) {garment} (is|does) {a} (wearing|wear)' },
  { kind: 'colour', form: '(what|which) (colour|color|colours|colors) (is|are|was) {a}' },
  { kind: 'colour', form: '(what|which) (colour|color|colours|colors) (does|do) {a} have' },
  { kind: 'colour', form: '(what|which) (colour|color|colours|colors) {a} (is|are)' },
  { kind: 'colour', form: 'what (is|are) the (colour|color|colours|colors) of {a}' },

  { kind: 'reads', form: 'what (does|do) it say [on] {a?}' },
  { kind: 'reads', form: 'what (does|do) {a} (say|read)' },
  { kind: 'reads', form: 'what (is|are) (written|printed|painted|spelled) [on|in|across] {a?}' },
  {
    kind: 'reads',
    form: '(what|which) (word|words|text|number|numbers|letter|letters) (is|are) [written] (on|in) {a}',
  },
  { kind: 'reads', form: '(what|which) (number|name|text) (does|do) {a} (have|wear|show)' },
  { kind: 'reads', form: 'what is the (text|word|number|writing|inscription|name) (on|of) {a}' },
  { kind: 'reads', form: 'read {a}', only: startsWith(NAMED) },

  { kind: 'seen', form: 'what (do|can|could) (you|we|i|one) see {a?}' },
  { kind: 'seen', form: 'what (is|are) (there|here) {a?}' },
  { kind: 'seen', form: 'what {a} (do|can|could) (you|we|i) see {b?}', about: '{a} {b}', only: isNoun },
  { kind: 'seen', form: 'what {a} (are|is) (there|here) {b?}', about: '{a} {b}', only: isNoun },
  { kind: 'seen', form: 'what is [in|on] [the|this|that|it] [picture|image|photo|photograph]', about: '' },
  { kind: 'seen', form: 'what is (going|happening) [on] [here|there]', about: '' },
  { kind: 'seen', form: 'what (does|do) (the|this|it) [picture|image|photo] (show|contain)', about: '' },
  { kind: 'seen', form: 'describe [the|this|it|what] [picture|image|photo|scene|you] [see]', about: '' },
  { kind: 'seen', form: 'what (is|are) {a}', only: startsWith(PLACING) },
  ...(['holding', 'carrying', 'riding', 'driving'] as const).map(
    (deed): Form => ({
      kind: 'seen',
      form: `what (is|are) {a} (${deed})`,
      about: `what {a} is ${deed}`,
      only: isNoun,
    }),
  ),

  { kind: 'which', form: 'which one (is|are) {a}' },
  { kind: 'which', form: 'which {a} (is|are|has|have|stands|sits|lies) {b}', about: '{a} {is} {b}' },

  { kind: 'exists', form: '(is|are|was|were) there {a}' },
  { kind: 'exists', form: '(can|do|could|did) you see {a}', only: isNoun },
  { kind: 'exists', form: '(does|do) (the|this) (picture|image|photo) (have|show|contain|include) {a}' },
  { kind: 'exists', form: '(is|are) (this|that|these|those|it) (a|an) {a}', about: 'a {a}' },
  { kind: 'exists', form: '(is|are) (anyone|anybody|someone|somebody) {a}', about: 'person {a}' },
  { kind: 'exists', form: '(is|are) {a}', only: startsWith(INDEFINITE) },
  { kind: 'exists', form: '(does|do) {a} have {b}', about: '{a} with {b}', only: startsWith(NAMED) },
  { kind: 'exists', form: '(is|are) {a}', about: '{predicate}', only: startsWith(NAMED) },
];

/** "Is it on the left or on the right?", both ways round. */
function sides(one: string, other: string, axis: AskedOf['axis']): Form[] {
  const at = (side: string): string => `[on|at|to] [the] ${side} [side]`;
  return [
    { kind: 'side', axis, form: `(is|are) {a} ${at(one)} or ${at(other)}` },
    { kind: 'side', axis, form: `(is|are) {a} ${at(other)} or ${at(one)}` },
  ];
}

/** Questions whose answer is in no picture, or not for a detector to see. */
const UNSEEN: readonly Form[] = [
  { kind: 'unseen', form: '(when|why|whose|how) {a?}', only: ({ a }) => first(a) !== 'about' },
  { kind: 'unseen', form: 'what (time|day|date|year|month|season|country|city|brand|breed|kind|type) {a?}' },
  {
    kind: 'unseen',
    form: 'what (is|was) the (time|date|weather|temperature|price|meaning|reason|score|year|day|age|weight|mood) {a?}',
  },
  { kind: 'unseen', form: 'what (is|are) {a} (doing|wearing)' },
  { kind: 'unseen', form: 'what (happened|happens|will|did|would|should|could|does|do|if) {a?}' },
  { kind: 'unseen', form: 'what (is|are) (he|she|they|you|we) {a?}' },
  { kind: 'unseen', form: 'who (is|are|was|were) (he|she|it|this|that|they|you|these)' },
  {
    kind: 'unseen',
    form: 'who {a}',
    only: ({ a }) => !SEEN_OF_SOMEBODY.has(first(a)) && !/ing$/.test(first(a)),
  },
  { kind: 'unseen', form: '(is|are|was|were|am) (he|she|it|they|you|i|we) {a?}' },
  {
    kind: 'unseen',
    form: '(does|do|did|has|have|will|would|should|can|could|may|might|must) {a}',
    only: startsWith(SUBJECTS),
  },
  // "are all dogs brown?"
  { kind: 'unseen', form: '(is|are|was|were) {a}', only: ({ a = '' }) => a.includes(' ') },
];
const SEEN_OF_SOMEBODY = words('is are has have holds wears rides sits stands lies in on at with else');

/** Only these may begin a question, so that no form is tried on anything else. */
const OPENERS = words(
  `how count is are was were am which what on read describe can could do does did has have will would should may might must
   when why whose who any`,
);

/** "what's", "who's" as two words; "isn't there …" asks the same as "is there …". */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/\b(what|who|how|which|it|he|she|that|there)'s\b/gi, '$1 is'],
  [/^(is|are|does|do|was|were|can)n't\b/i, '$1'],
];

/**
 * Takes a question apart; undefined for whatever is none, such as a referring expression. Never throws.
 *
 * @example
 * readQuestion('How many dogs are there on the couch?'); // { kind: 'count', about: 'dogs on the couch' }
 */
export function readQuestion(text: string): ReadQuestion | undefined {
  const asks = /\?\s*$/.test(text);
  // "Do you see a dog?" begins like a courtesy.
  for (const said of new Set([spelledOut(text), spelledOut(withoutCourtesy(text))])) {
    if (!OPENERS.has(first(said))) continue;
    const found = fitting(said, FORMS);
    if (found) return found;
    if (asks && first(said) === 'any') return { kind: 'exists', about: said };
  }
  const said = spelledOut(withoutCourtesy(text));
  return OPENERS.has(first(said)) ? fitting(said, UNSEEN) : undefined;
}

function spelledOut(text: string): string {
  const plain = text.replaceAll('’', "'").replace(/\s+/g, ' ').trim();
  const spelled = SHORT.reduce((said, [short, long]) => said.replace(short, long), plain);
  return spelled.replace(/[\s.!?,;:]+$/, '');
}

function fitting(said: string, forms: readonly Form[]): ReadQuestion | undefined {
  const heard = said.split(' ');
  for (const form of forms) {
    const slots = match(partsOf(form.form), heard);
    if (!slots || form.only?.(slots) === false) continue;
    const about = aboutOf(form, slots, heard);
    if (about === undefined) continue;
    const { kind, axis } = form;
    const garment = slots.garment ?? garmentOf(kind, about)?.garment;
    return {
      ...{ kind, about: garment ? (garmentOf(kind, about)?.owner ?? about) : about },
      ...(axis && { axis }),
      ...(garment && { garment }),
    };
  }
  return undefined;
}

function aboutOf({ about = '{a}' }: Form, slots: Slots, heard: readonly string[]): string | undefined {
  if (about === '{predicate}') return withPredicate(slots.a!);
  // "which dog is higher": as it was said.
  if (about === '{a} {is} {b}') return heard.slice(1).join(' ');
  return about
    .replace(/\{(\w)\}/g, (_, name: string) => slots[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** "the bus red" -> "the bus that is red"; undefined where nothing is said of it. */
function withPredicate(said: string): string | undefined {
  const c = new Cursor(said, tokenise(said));
  const core = readCore(c);
  if (!core || c.done || c.at === 0) return undefined;
  const subject = c.said(0, c.at);
  const rest = said.slice(subject.length).trim();
  if (rest === '' || /^(?:of|and|or)\b/i.test(rest)) return undefined;
  return /^(?:here|there|visible)$/i.test(rest)
    ? subject
    : `${subject} that ${core.plural ? 'are' : 'is'} ${rest}`;
}

/** "the man's shirt", "the shirt of the man": what is worn is looked at on who wears it. */
function garmentOf(kind: Form['kind'], about: string): { owner: string; garment: string } | undefined {
  if (kind !== 'colour') return undefined;
  const parts = about.split(' ');
  const owner = parts.findIndex((word) => /(?:'s|s')$/.test(word));
  const worn = parts.at(-1)!.toLowerCase();
  if (owner >= 0 && owner < parts.length - 1 && isWorn(worn)) {
    const name = [...parts.slice(0, owner), parts[owner]!.replace(/'s?$/, '')].join(' ');
    return { owner: name, garment: worn };
  }
  const of = parts.indexOf('of');
  return of > 0 && of < parts.length - 1 && isWorn(parts[of - 1]!.toLowerCase())
    ? { owner: parts.slice(of + 1).join(' '), garment: parts[of - 1]!.toLowerCase() }
    : undefined;
}
const isWorn = (word: string): boolean => PARTS.has(word) || PARTS.has(word.replace(/s$/, ''));

/** A piece of a form: words of which one must stand there, or a slot. */
type Part =
  | { readonly any: ReadonlySet<string>; readonly optional: boolean }
  | { readonly slot: string; readonly least: 0 | 1 };

const parsed = new Map<string, readonly Part[]>();

function partsOf(form: string): readonly Part[] {
  const known = parsed.get(form) ?? form.split(' ').map(partOf);
  parsed.set(form, known);
  return known;
}

function partOf(piece: string): Part {
  const inner = piece.replace(/^[([{]|[)\]}?]+$/g, '');
  if (piece.startsWith('{')) return { slot: inner, least: piece.endsWith('?}') ? 0 : 1 };
  return { any: new Set(inner.split('|')), optional: piece.startsWith('[') };
}

/** Slots take as few words as they can. A form has two of them at most, so this is quadratic at worst. */
function match(parts: readonly Part[], heard: readonly string[], at = 0): Slots | undefined {
  const [part, ...rest] = parts;
  if (!part) return at === heard.length ? {} : undefined;
  if ('any' in part) {
    const taken = part.any.has(heard[at]?.toLowerCase().replace(/[,;:]$/, '') ?? '')
      ? match(rest, heard, at + 1)
      : undefined;
    return taken ?? (part.optional ? match(rest, heard, at) : undefined);
  }
  for (let end = at + part.least; end <= heard.length; end++) {
    const others = match(rest, heard, end);
    if (others) return { ...others, [part.slot]: heard.slice(at, end).join(' ') };
  }
  return undefined;
}

const NO_SUBJECT: ReadonlySet<AskedOf['kind']> = new Set(['count', 'reads', 'seen']);

/** Whether a question says what it is about, or may do without: all there is can be counted, read and told. */
export const isNameless = ({ kind, about }: ReadQuestion): boolean =>
  kind !== 'unseen' && !NO_SUBJECT.has(kind) && (about === '' || refersBack(about));

/** "it", "they", "them": something found before. */
export const refersBack = (about: string): boolean =>
  about === '' || PRONOUNS.has(about.toLowerCase()) || /^(?:this|that|these|those)(?: ones?)?$/i.test(about);

/** What a question is put to. */
interface Subject {
  readonly about: string;
  readonly plural?: boolean;
}

/** The question of a kind, asked of another thing; so that it can be asked, and read again. */
const PUT: Readonly<Record<QuestionKind, (subject: Subject) => string>> = {
  exists: ({ about, plural }) => (plural ? `are there ${bare(about)}?` : `is there ${indefinite(about)}?`),
  count: ({ about }) => `how many ${bare(about)} are there?`,
  which: ({ about }) => `which one is ${about}?`,
  side: ({ about, plural }) => `${plural ? 'are' : 'is'} ${definite(about)} on the left or on the right?`,
  colour: ({ about, plural }) => `what colour ${plural ? 'are' : 'is'} ${definite(about)}?`,
  reads: ({ about, plural }) => `what ${plural ? 'do' : 'does'} ${definite(about)} say?`,
  seen: ({ about }) => (PLACING.has(first(about)) ? `what is ${about}?` : `what ${bare(about)} do you see?`),
};

const bare = (about: string): string => about.replace(/^(?:all the|all|the|a|an|any|both) /i, '');
const definite = (about: string): string => (NAMED.has(first(about)) ? about : `the ${bare(about)}`);
const indefinite = (about: string): string => {
  const noun = bare(about);
  return NAMED.has(first(noun)) ? noun : `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
};

/** A question about something else: the same kind, in words that `readQuestion` reads alike. */
export function putQuestion({ kind, axis, garment }: ReadQuestion, subject: Subject): string {
  if (kind === 'unseen') return subject.about;
  if (kind === 'side' && axis === 'upright')
    return `is ${definite(subject.about)} at the top or at the bottom?`;
  return PUT[kind](garment ? { about: `the ${garment} of ${definite(subject.about)}` } : subject);
}
