import { PATTERNS } from '../lexicon/colours.ts';
import { words } from '../lexicon/table.ts';
import { ING_NOUNS } from '../lexicon/things.ts';
import type { Constraint, Place, Relation, Side, SuperlativeConstraint } from '../query.ts';

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
const RELATIONS: Readonly<Record<Relation, Slot>> = {
  ...{ 'left-of': related('beside'), 'right-of': related('beside') },
  ...{ above: related('over'), below: related('over'), on: related('over'), under: related('over') },
  ...{ in: related('in'), behind: related('depth'), 'in-front-of': related('depth') },
  ...{ 'next-to': related('near'), near: related('near'), between: related('near') },
  ...{ 'far-from': related('near'), 'nearest-to': related('near'), 'farthest-from': related('near') },
  ...{ holding: related('holding'), riding: related('riding'), wearing: related('wearing') },
  ...{ with: related('with'), 'larger-than': related('compared'), 'smaller-than': related('compared') },
  ...{ 'taller-than': related('compared'), 'shorter-than': related('compared') },
};

/** Hair, head, legs and feet have colours of their own; "in red" and "red" are the same to somebody. */
const coloured = (part: string): Slot =>
  slot(`colour of ${part === 'torso' || part === 'whole' ? 'all' : part}`);

/** Whether a word before a noun says how the thing is, rather than what it is: "sitting", "striped", "old". */
export const isState = (word: string): boolean =>
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
      return [RELATIONS[k.relation]];
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
