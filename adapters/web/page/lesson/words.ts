import type { Exchange, ReadAs } from '../../../../src/explanation.ts';
import { percent } from '../../../../src/text.ts';
import type { Outcome } from '../../../../src/verdict.ts';

/** What the lesson calls things, and how it defines them. */

/** A kind of part of an expression: its name, what it means, and the CSS variable of its colour. */
interface Kind {
  readonly name: string;
  readonly meaning: string;
  readonly colour: string;
}

const about = (name: string, meaning: string, colour: string): Kind => ({ name, meaning, colour });

export const KINDS: Readonly<Record<ReadAs, Kind>> = {
  target: about('target', 'the thing that is looked for', '--mark-5'),
  other: about('other thing', 'a thing that the target is related to', '--mark-2'),
  relation: about('relation', 'how two things lie to each other', '--mark-3'),
  colour: about('colour', 'read from the pixels of a region', '--mark-1'),
  place: about('place', 'where in the picture it is', '--mark-7'),
  row: about('row', 'in which row of its kind it stands', '--mark-7'),
  ordinal: about('count', 'which one it is, counted from a side', '--mark-7'),
  superlative: about('superlative', 'the most of its kind in some respect', '--mark-4'),
  size: about('size', 'compared with others of its kind', '--mark-4'),
  age: about('age', 'judged by height among its kind', '--mark-4'),
  reading: about('writing', 'letters that are read in the picture', '--mark-6'),
  pose: about('pose', 'how a person holds the body', '--mark-6'),
  unresolved: about('not understood', 'no rule can judge it', '--wrong'),
};

/** How the noun relates to what the detector was trained to name. */
export const MATCHES: Readonly<Record<string, string>> = {
  same: 'The detector knows this word.',
  narrower: 'The detector knows only a wider word, and cannot tell whether a region is of this kind.',
  broader: 'The detector knows kinds of it: seeing one proves it, seeing none proves nothing.',
  unknown: 'The detector does not know this word, and proposes nothing for it.',
};

/** What each feature of the weighing says of the best candidate; see `featuresOf` in src/reasoning/calibration.ts. */
export const FEATURE_WORDS: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  certainty: ['certainty', 'log odds that such a thing is in the region at all'],
  doubt: ['doubt', 'by how much that probability falls short of 0.6'],
  rival: [
    'look-alike',
    '0 where nothing else was seen at the same place, towards 1 where something else scores better',
  ],
  size: ['size', "natural logarithm of the region's share of the picture"],
  fit: ['fit', 'natural logarithm of the product of all judged constraints'],
  worst: ['worst', 'the lowest score of its constraints, 1 where there are none'],
  colour: ['colour misfit', 'how far the colour falls short of holding'],
  relation: ['relation misfit', 'how far the relation falls short of holding'],
  place: ['place misfit', 'how far place, row, count or superlative fall short of holding'],
  hasColour: ['a colour is asked for', '1 if so'],
  hasRelation: ['a relation is asked for', '1 if so'],
  hasPlace: ['a place is asked for', '1 if so'],
  unresolved: ['unjudged', 'how many constraints could not be judged, at most 2'],
  narrower: ['wider word', '1 where only a wider word than the noun was detected'],
  ambiguity: ['ambiguity', '0 where the best candidate leads clearly, 1 where the next one fits as well'],
  clear: ['clear', '1 where no other one fits as well, and what was said is judged and holds'],
};

export const OUTCOME_COLOURS: Readonly<Record<Outcome, string>> = {
  found: '--found',
  'not-present': '--absent',
  undecided: '--undecided',
};

/** "−0.39": two digits, and a minus sign that is as wide as a plus. */
export const two = (n: number): string => (Math.abs(n) < 0.005 ? '0.00' : n.toFixed(2).replace('-', '−'));
/** "0.235": three digits, for what is calculated with. */
export const three = (n: number): string => (Math.abs(n) < 0.0005 ? '0.000' : n.toFixed(3).replace('-', '−'));
export const signed = (n: number): string => (n >= 0.005 ? `+${two(n)}` : two(n));

/** "1 region", "5 regions". */
export const counted = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;

/** A reason without the words that stand above it already. */
export const briefReason = (reason: string, words: string): string =>
  reason.startsWith(`${words}: `) ? reason.slice(words.length + 2) : reason;

/** What follows from the choice, and from how likely None was. */
export function cameOf({ options = [], choice }: Exchange): string {
  if (!choice) return '';
  const none = options.find(({ box }) => box === undefined);
  const presence =
    choice.presence === undefined
      ? ' None was not on offer, or nothing is known of it: this says nothing of whether it is there.'
      : ` Presence = 1 − P(None) = 1 − ${two(1 - choice.presence)} = ${two(choice.presence)}.`;
  if (choice.kind === 'unreadable')
    return 'The reply is no letter that was on offer, so it does not count: everything stays as it was.';
  if (choice.kind === 'none') return `It takes None${none ? ` (${none.letter})` : ''}.${presence}`;
  const chosen = options.find(({ letter }) => letter === choice.letter);
  const sure = chosen?.probability === undefined ? '' : `, with ${percent(chosen.probability)}`;
  return `It chooses ${choice.letter}${sure}.${presence}`;
}
