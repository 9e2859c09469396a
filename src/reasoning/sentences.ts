import type { Region } from '../detector/detector.ts';
import { askedFor } from '../expression/lexicon/words.ts';
import type { NounPhrase, Query } from '../expression/query.ts';
import { lastWord, list } from '../text.ts';
import type { Candidate, ConstraintScore, Verdict } from '../verdict.ts';
import { isContradicted, SURELY_THERE, worst } from './candidates.ts';
import type { NounDetections, Scene } from './detections.ts';
import { canShow } from './pixels.ts';

/** Candidates shown when it is left to the person; with so many there may be more. */
export const MAX_SHOWN = 5;
/** Of what was surely seen, in a sentence and in a prompt. */
const MAX_KINDS_SEEN = 4;
const IRREGULAR: Record<string, string> = {
  person: 'people',
  mouse: 'mice',
  sheep: 'sheep',
  knife: 'knives',
  man: 'men',
  woman: 'women',
  child: 'children',
  skis: 'pairs of skis',
  scissors: 'pairs of scissors',
};

/** "a dog", "an apple", "2 dogs", "2 old men" */
export function counted(label: string, n: number): string {
  if (n === 1) return `${/^[aeiou]/.test(label) ? 'an' : 'a'} ${label}`;
  const last = lastWord(label);
  const many = IRREGULAR[last] ?? (/(s|sh|ch|x)$/.test(last) ? `${last}es` : `${last}s`);
  return `${n} ${label.slice(0, label.length - last.length)}${many}`;
}

export const quoted = (words: readonly string[]): string => list(words.map((w) => `"${w}"`));

/** With one of these before it, a noun phrase stands in a sentence as it was asked. */
const DETERMINED = /^(the|an?|all|both|every|each|his|her|their|its|this|that|these|those) [^.?!:;]+$/i;

const WHO = /^who((?:['’]s)? [a-z]+)/i;

/**
 * What was asked for as it stands in a sentence: "show me The dogs!" is the dogs, "who sits?" the person who sits, "dog left" is
 * "dog left" in quotes.
 */
export function formatAsked({ text, english }: Pick<Query, 'text' | 'english'>): string {
  const asked = text.slice(...askedFor(text)).replace(/^[\s,]+|[\s.,?!:;]+$/g, '');
  if (english && WHO.test(asked))
    return asked.replace(
      WHO,
      (_, verb: string) => `the ${/^ are/i.test(verb) ? 'people' : 'person'} who${verb}`,
    );
  if (!english || !DETERMINED.test(asked)) return `"${asked || text}"`;
  return asked.charAt(0).toLowerCase() + asked.slice(1);
}

/** What was not read as it was said: words taken for others, another language. */
export const misread = ({ english, taken = [] }: Query): string =>
  taken.map(({ said, meant }) => ` I took "${said}" for "${meant}".`).join('') +
  (english ? '' : ' I read English only, so I may have misunderstood.');

/** What was surely seen, most frequent first: "2 dogs and a couch". */
export function whatWasSeen(seen: readonly Region[]): string {
  const counts = new Map<string, number>();
  for (const { label } of seen) counts.set(label, (counts.get(label) ?? 0) + 1);
  const named = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_KINDS_SEEN);
  return list(named.map(([label, n]) => counted(label, n)));
}

export function formatFound(
  query: Query,
  meant: readonly Candidate[],
  unresolved: readonly string[],
): string {
  const many = meant.length > 1 ? ` (${meant.length})` : '';
  const open = unresolved.length > 0 ? ` I could not check ${quoted(unresolved)}.` : '';
  return `Found ${formatAsked(query)}${many}.${open}${misread(query)}`;
}

/**
 * States what was not checked: "There is one person; whether it is a woman I cannot tell.", or, where others of the kind do not
 * fit, "One chair fits the rest of what you said; whether it is a stool I cannot tell."
 */
export function formatUnchecked(
  query: Query,
  meant: readonly Candidate[],
  { noun }: NounDetections,
  unresolved: readonly string[],
  isOnly: boolean,
): string {
  const { label } = meant[0]!;
  const one = meant.length === 1;
  const many = counted(label, meant.length);
  const there = isOnly
    ? `There ${one ? `is one ${label}` : `are ${many}`}`
    : `${one ? `One ${label} fits` : `${many.charAt(0).toUpperCase()}${many.slice(1)} fit`} the rest of what you said`;
  const whether = meant.length === 1 ? `it is ${counted(noun, 1)}` : `they are ${counted(noun, 2).slice(2)}`;
  const others = unresolved.filter((words) => words !== noun);
  const open = others.length > 0 ? ` I could not check ${quoted(others)}.` : '';
  return `${there}; whether ${whether} I cannot tell.${open}${misread(query)}`;
}

export function formatAbsent(query: Query, candidates: readonly Candidate[], scene: Scene): string {
  const best = candidates.toSorted((a, b) => b.certainty - a.certainty)[0];
  const against = best && worst(best);
  const why =
    best && against && isContradicted(best)
      ? contradiction(best, against)
      : instead(query, candidates, scene);
  return `Not present: ${why}.${misread(query)}`;
}

/** @param absent what would be said of another picture: "Not present: I see no dog." */
export const formatTooSmall = (absent: string): string =>
  `${absent.replace(/^Not present: /, 'Undecided: ')} But the picture is so long that small things in it may escape me; send a part of it.`;

/** "there is a bus, but it is blue" */
function contradiction(best: Candidate, against: ConstraintScore): string {
  const thing = counted(best.label, 1);
  if (against.negated) return `there is ${thing}, but "${against.words}" is so`;
  if (against.kind === 'category')
    return `there is ${thing}, but nobody who looks like ${counted(against.words, 1)}`;
  if (against.kind === 'ordinal') return `I see only ${counted(best.label, Number(against.seen))} that fit`;
  if (against.kind === 'reading') return `there is ${thing}, but it ${against.reason}`;
  if (against.missing) return `there is ${thing}, but I see no ${bare(against.missing)}`;
  if (against.kind === 'colour' && against.seen) return `there is ${thing}, but it looks ${against.seen}`;
  return `there is ${thing}, but not "${against.words}"`;
}

const bare = (words: string): string => words.replace(/^(the|a|an|his|her|its|their)\s+/i, '');

function instead({ target }: Query, candidates: readonly Candidate[], { seen }: Scene): string {
  const sure = candidates.filter((k) => k.certainty >= SURELY_THERE);
  if (target.count !== undefined && sure[0]) return `I see only ${counted(sure[0].label, sure.length)}`;
  const other = whatWasSeen(seen);
  const wanted = target.nouns[0] === 'thing' ? 'nothing that fits' : `no ${target.nouns[0]}`;
  return other ? `I see ${other}, but ${wanted}` : `I see ${wanted}`;
}

export function formatUndecided(
  query: Query,
  shown: readonly Candidate[],
  scene: Scene,
  unresolved: readonly string[],
): string {
  const { match, noun } = scene.detections.get(query.target)!;
  const other = whatWasSeen(scene.seen);
  const seen = other ? ` I see ${other}.` : '';
  if (match === 'unknown') {
    return `Undecided: I cannot tell, since I do not know what "${noun}" is.${seen}${misread(query)}`;
  }
  if (shown.length > 0 && isColourless(query.target, scene)) {
    const colours = query.target.constraints.filter((k) => k.kind === 'colour').map((k) => k.words);
    return `Undecided: the picture has no colours, so I cannot tell what is ${quoted(colours)}.${misread(query)}`;
  }
  if (shown.length === 0)
    return `Undecided: I see nothing that could be "${query.phrase}".${seen}${misread(query)}`;
  const open = unresolved.length > 0 ? ` I cannot judge ${quoted(unresolved)}.` : '';
  const asked = formatAsked(query);
  const what =
    shown.length > 1
      ? `${shown.length === MAX_SHOWN ? 'At least ' : ''}${shown.length} could be ${asked}.`
      : `I am not sure whether this is ${asked}.`;
  return `Undecided: ${what}${open}${misread(query)}`;
}

/** What was decided, of which the presence is not enough. @param shown candidates to choose from */
export function formatUnsure(
  query: Query,
  { outcome, candidates }: Pick<Verdict, 'outcome' | 'candidates'>,
  shown: number,
): string {
  const unsure = 'but I am not sure enough';
  const asked = formatAsked(query);
  const what =
    outcome === 'not-present'
      ? `${asked} may not be there, ${unsure}`
      : candidates.length > 1
        ? `these may be ${asked}, ${unsure}`
        : shown > 1
          ? `${shown} could be ${asked}, and I am not sure enough of the first`
          : `this may be ${asked}, ${unsure}`;
  return `Undecided: ${what}.${misread(query)}`;
}

/** A colour is asked for that the picture cannot show. */
export const isColourless = ({ constraints }: NounPhrase, { picture }: Scene): boolean =>
  constraints.some((k) => k.kind === 'colour' && !canShow(picture.raster, k.colours));
