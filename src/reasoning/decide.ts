import type { Region } from '../detector/detector.ts';
import { SpotterError } from '../errors.ts';
import { SORTS_OF_PEOPLE } from '../expression/lexicon/things.ts';
import { askedFor } from '../expression/lexicon/words.ts';
import type { NounPhrase, Query } from '../expression/query.ts';
import { isLong, rasterScale } from '../picture/picture.ts';
import { lastWord, list } from '../text.ts';
import {
  type Candidate,
  type ConstraintScore,
  type Decision,
  isForChoosing,
  NO_COST,
  type QuestionAnswer,
  type Verdict,
} from '../verdict.ts';
import {
  type Calibration,
  featuresOf,
  isNameChecked,
  presenceOf,
  rightnessOf,
  type Scale,
  scaled,
  stands,
  unjudged,
  worst,
} from './calibration.ts';
import type { NounDetections, Scene } from './detections.ts';
import { hasColours } from './pixels.ts';

/** Of what was surely seen, in a sentence and in a prompt. */
const MAX_KINDS_SEEN = 4;
/** Candidates shown when it is left to the person; with so many there may be more. */
export const MAX_SHOWN = 5;
const SURELY_THERE = 0.4;

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

/** What was asked for as it stands in a sentence: "show me The dogs!" is the dogs, "dog left" is "dog left" in quotes. */
export function formatAsked({ text, english }: Pick<Query, 'text' | 'english'>): string {
  const asked = text.slice(...askedFor(text)).replace(/^[\s,]+|[\s.,?!:;]+$/g, '');
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
 * What nobody has checked is said first: "There is one person; whether it is a woman I cannot tell.", and where others are
 * there that do not fit: "One chair fits the rest; whether it is a stool I cannot tell."
 */
function formatUnchecked(
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

/** Whether the thing is surely there, and something that was said of it does not hold. */
const isContradicted = (candidate: Candidate): boolean =>
  candidate.certainty >= SURELY_THERE && (worst(candidate)?.score ?? 1) < 0.5;

/** @param absent what would be said of another picture: "Not present: I see no dog." */
const formatTooSmall = (absent: string): string =>
  `${absent.replace(/^Not present: /, 'Undecided: ')} But the picture is so long that small things in it may escape me; send a part of it.`;

/** "there is a bus, but it is blue" */
function contradiction(best: Candidate, against: ConstraintScore): string {
  const thing = counted(best.label, 1);
  if (against.negated) return `there is ${thing}, but "${against.words}" is so`;
  if (against.kind === 'category')
    return `there is ${thing}, but it does not look like ${counted(against.words, 1)}`;
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

const WORTH_SHOWING = 0.35;
/** Less certain regions are not taken for another one of the kind. */
const POSSIBLE = 0.2;
/** A second candidate this close fits as well: choosing the first would be a guess. */
const TIE = 0.93;
/** What fits less than this by the best is not what else may be meant, where the noun itself is not checked. */
const ALSO_FITS = 0.5;
/** Of a plural, all that fit at least this well by the best are meant. */
const ALSO_MEANT = 0.5;

/** Turns scored candidates into an outcome with its reason; never marks what it does not believe in. */
export function decide(
  query: Query,
  candidates: readonly Candidate[],
  scene: Scene,
  calibration: Calibration,
): Omit<Verdict, 'trace' | 'strategy'> {
  const detections = scene.detections.get(query.target)!;
  const features = featuresOf(query.target, candidates, detections, scene.picture);
  const unknown = detections.match === 'unknown';
  const presence = unknown ? calibration.unknown : presenceOf(calibration, features);
  const right = unknown ? 0 : rightnessOf(calibration, features);
  const shown = worthShowing(candidates);
  const unresolved = openWords(candidates[0]);
  const common = {
    considered: candidates,
    presence,
    right,
    unresolved,
    route: 'reasoning',
    cost: NO_COST,
  } as const;

  const meant = candidatesMeant(query.target, candidates);
  const short = query.target.count !== undefined && meant.length < query.target.count;
  const colourless = isColourless(query.target, scene);
  const isTurned = isOpen(query.target, candidates[0]);
  const open = isTurned || colourless;
  const absent =
    presence <= calibration.absent ||
    (short && certainCount(candidates) < query.target.count!) ||
    (!unknown && noneFits(candidates));
  const nothing = colourless && candidates.length === 0 && !isTurned;
  // "I see a bear, but no bear": the thing is surely there, and nothing speaks against it.
  const fits = !short && candidates.some((k) => k.certainty >= SURELY_THERE && !isContradicted(k));
  if (absent && !fits && (!open || nothing) && provesAbsence(detections, candidates)) {
    const sentence = formatAbsent(query, candidates, scene);
    if (isTooSmallToSee(scene))
      return { ...common, outcome: 'undecided', candidates: shown, sentence: formatTooSmall(sentence) };
    return { ...common, outcome: 'not-present', candidates: [], sentence };
  }
  if (
    right >= calibration.found &&
    !short &&
    !open &&
    !isUnread(candidates[0]) &&
    !isTied(query.target, candidates)
  ) {
    const unchecked = detections.match === 'narrower' && meant.some((candidate) => !isNameChecked(candidate));
    if (!unchecked)
      return {
        ...common,
        outcome: 'found',
        candidates: meant,
        sentence: formatFound(query, meant, unresolved),
      };
    const possible = candidates.filter(({ certainty }) => certainty >= POSSIBLE);
    const fitting = possible.filter(({ score }) => score >= ALSO_FITS * candidates[0]!.score);
    const isOnly = possible.length <= meant.length;
    // Of several people nobody has checked which one is a woman; of several chairs one may be the only red one.
    if (isOnly || (fitting.length <= meant.length && !SORTS_OF_PEOPLE.has(detections.noun)))
      return {
        ...common,
        outcome: 'found',
        candidates: meant,
        sentence: formatUnchecked(query, meant, detections, unresolved, isOnly),
      };
  }
  const sentence = formatUndecided(query, shown, scene, unresolved);
  return { ...common, outcome: 'undecided', candidates: shown, sentence };
}

/** A candidate does not fit where one of its constraints scores this or less. */
const FAILS = 0.2;
/** A region less certain than this is hardly there; more certain than that, it surely is. */
const [HARDLY, SURELY] = [0.1, 0.6];

/** Whether the best candidate is contradicted, or hardly there beside sure ones of its kind that are contradicted. */
function noneFits([best, ...others]: readonly Candidate[]): boolean {
  if (best === undefined) return false;
  if ((worst(best)?.score ?? 1) <= FAILS) return true;
  return best.certainty < HARDLY && others.some((k) => k.certainty >= SURELY && isContradicted(k));
}

/** What turns the question round or widens it ("except the woman", "or a dog") decides; unjudged, nothing is decided. */
const DECISIVE = /\b(not|no|never|neither|nor|none|without|except|but|other than|or|n't)\b/i;
const isOpen = ({ constraints }: NounPhrase, best: Candidate | undefined): boolean =>
  constraints.some((k) => k.kind === 'unresolved' && (k.negated || DECISIVE.test(k.words))) ||
  (best?.judgements.some((j) => j.kind === 'pose' && j.negated && j.score === undefined) ?? false);

/** What it is known by is written on it, and could not be read: any other one may be meant. */
const isUnread = (best: Candidate | undefined): boolean =>
  best?.judgements.some(({ kind, score }) => kind === 'reading' && score === undefined) ?? false;

/** A long picture was made smaller than it can be looked at in parts: what is small in it may not be seen. */
const isTooSmallToSee = ({ picture }: Scene): boolean => isLong(picture) && rasterScale(picture) < 1;

/** A colour is asked for that the picture cannot show. */
export const isColourless = ({ constraints }: NounPhrase, { picture }: Scene): boolean =>
  constraints.some(({ kind }) => kind === 'colour') && !hasColours(picture.raster);

/** Seeing no dog proves that there is no puppy; seeing no cat, dog or cow does not prove that there is no animal. */
const provesAbsence = (detections: NounDetections, candidates: readonly Candidate[]): boolean =>
  detections.match === 'same' || detections.match === 'narrower' || candidates.length > 0;

function isTied(target: NounPhrase, [first, second]: readonly Candidate[]): boolean {
  return !target.plural && first !== undefined && second !== undefined && second.score >= TIE * first.score;
}

/** The candidates that the phrase means: one, as many as it counts, or for a plural all that fit nearly as well. */
function candidatesMeant({ plural, count }: NounPhrase, candidates: readonly Candidate[]): Candidate[] {
  const best = candidates[0];
  if (!best) return [];
  if (count !== undefined)
    return candidates.slice(0, count).filter((k) => k.score >= ALSO_MEANT * best.score);
  if (!plural) return [best];
  return candidates.filter((k) => k.score >= ALSO_MEANT * best.score && k.certainty >= 0.5);
}

/** What the person may choose from: not what fits far worse than the best. */
const worthShowing = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter((k) => k.score >= WORTH_SHOWING * candidates[0]!.score).slice(0, MAX_SHOWN);

const certainCount = (candidates: readonly Candidate[]): number =>
  candidates.filter((k) => k.certainty >= 0.4).length;

/** The words that nothing could judge, for the best candidate. */
function openWords(best: Candidate | undefined): string[] {
  if (!best) return [];
  const named = best.judgements.filter((j) => j.kind === 'category' && j.score === undefined);
  const words = [...named, ...unjudged(best)].flatMap((j) => j.open ?? [j.words]);
  return [...new Set(words)].filter((w) => !words.some((other) => other !== w && other.includes(w)));
}

/**
 * Resolves an undecided verdict by the number of a candidate, counted from 1 as it was shown.
 * @throws SpotterError bad-pick
 */
export function pick(verdict: Verdict, number: number): Verdict {
  const shown = isForChoosing(verdict) ? verdict.candidates.length : 0;
  const chosen = verdict.candidates[number - 1];
  if (!chosen || number > shown) {
    throw new SpotterError(
      'bad-pick',
      `There is no candidate ${number}.`,
      shown === 0 ? 'There are no candidates to choose from.' : `Choose a number from 1 to ${shown}.`,
    );
  }
  return {
    ...verdict,
    outcome: 'found',
    candidates: [chosen],
    sentence: `Found: you chose candidate ${number}, a ${chosen.label}${formatPicked(verdict, number)}.`,
    route: 'picked',
    ...(verdict.question && { question: pickedAnswer(verdict.question, number) }),
  };
}

/** The answer to a question, where it is about that candidate. */
const pickedAnswer = ({ kind, each }: QuestionAnswer, number: number): QuestionAnswer => ({
  kind,
  value: each?.[number - 1] ?? null,
});

const formatPicked = ({ question }: Verdict, number: number): string => {
  const value = question?.kind === 'which' ? undefined : question?.each?.[number - 1];
  return value ? `: ${value}` : '';
};

/**
 * Scales the presence that a strategy reports, and leaves undecided what is not sure enough for its outcome. Nothing
 * becomes found or not present by it. What a person picked, and what had to do without its language model, is no answer
 * of the kind that the scale was fitted to, and stays as it is.
 */
export function applyCalibration(decision: Decision, scale: Scale, query: Query): Decision {
  if (decision.degraded || decision.route === 'picked') return decision;
  const presence = scaled(scale, decision.presence);
  const settled = { ...decision, presence, right: Math.min(decision.right, presence) };
  if (stands(decision.outcome, presence, scale)) return settled;
  const candidates = toChooseFrom(decision);
  const sentence = formatUnsure(query, decision, candidates.length);
  return { ...settled, outcome: 'undecided', candidates, sentence };
}

/** Several that were meant together stay together; else what was marked comes first. */
function toChooseFrom({ candidates, considered }: Decision): readonly Candidate[] {
  if (candidates.length > 1) return candidates.slice(0, MAX_SHOWN);
  return worthShowing([...new Set([...candidates, ...considered])]);
}

const NEEDS = {
  found: ({ found }: Scale) => `; found needs ${found} or more`,
  'not-present': ({ absent }: Scale) => `; not present needs ${absent} or less`,
  undecided: () => '',
} as const;

/** What the scale makes of a decision, for the trace. */
export const formatScaling =
  (before: Decision, scale: Scale) =>
  (after: Decision): string =>
    after === before
      ? 'left as it is'
      : `presence ${before.presence.toFixed(3)} is worth ${after.presence.toFixed(3)}${NEEDS[before.outcome](scale)}`;
