import type { Explanation, ReadPart, Scaling, Weighing } from './explanation.ts';
import type { Constraint, NounPhrase, Query } from './expression/query.ts';
import { nounPhrases } from './expression/query.ts';
import { type Calibration, FEATURES, type Scale } from './reasoning/calibration.ts';
import { featuresIn } from './reasoning/decide.ts';
import type { Scene } from './reasoning/detections.ts';
import type { Noted } from './tracer.ts';
import type { Decision } from './verdict.ts';

/** What an explanation is made of. */
export interface Explained {
  readonly query: Query;
  readonly noted: Noted;
  /** Before it is scaled. */
  readonly decision: Decision;
  readonly calibration: Calibration;
  /** What the strategy's presence is worth, where that was fitted, and what came of it. */
  readonly scaled?: { readonly scale: Scale; readonly presence: number } | undefined;
}

/**
 * The explanation of an answer, from what its strategy has noted.
 *
 * @example
 * const { reading } = explain({ query, noted: tracer.noted, decision, calibration });
 * // reading.parts: [{ start: 4, end: 7, as: 'colour' }, { start: 8, end: 11, as: 'target' }]
 */
export function explain({ query, noted, decision, calibration, scaled }: Explained): Explanation {
  const { scene, reasoned, routing, exchanges } = noted;
  const weighing = scene && reasoned && weigh(query, scene, reasoned, calibration);
  return {
    reading: {
      text: query.text,
      parts: readParts(query),
      english: query.english,
      taken: query.taken ?? [],
      ...(query.question && { question: query.question.kind }),
    },
    nouns: scene ? nounRegions(query, scene) : [],
    seen: scene?.seen.map(({ box, label, score }) => ({ box, label, score })) ?? [],
    ...(routing && { routing }),
    exchanges,
    ...(weighing && { weighing }),
    ...(scaled && { scaling: scalingOf(decision, scaled) }),
  };
}

type Mark = Pick<ReadPart, 'as' | 'negated'>;
type Range = readonly [start: number, end: number];

/** What each part of the expression was read as; what is said of a thing stands out from the thing's own phrase. */
export function readParts({ text, target, span }: Query): ReadPart[] {
  const marks = new Array<Mark | undefined>(text.length);
  const paint = (words: string, within: Range, mark: Mark): Range => {
    const at = placesOf(words, text, within);
    for (const place of at) marks.fill(mark, ...place);
    return at.length > 0 ? [at[0]![0], at.at(-1)![1]] : within;
  };
  const readPhrase = (phrase: NounPhrase, as: 'target' | 'other', within: Range) => {
    if (!phrase.pronoun) paint(phrase.words, within, { as });
    for (const constraint of phrase.constraints) readConstraint(constraint, within);
  };
  const readConstraint = (constraint: Constraint, within: Range) => {
    const mark = { as: constraint.kind, ...(constraint.negated && { negated: true as const }) };
    const at = paint(constraint.words, within, mark);
    if (constraint.kind === 'relation') for (const other of constraint.to) readPhrase(other, 'other', at);
  };
  marks.fill({ as: 'target' }, ...span);
  readPhrase(target, 'target', [0, text.length]);
  return runs(marks).map((part) => ({ ...part, ...trimmed(text, part) }));
}

/**
 * Where some words stand, in their order, as few pieces as there are: "second from the right" is two in "the second dog
 * from the right". None where they do not stand there.
 */
function placesOf(words: string, text: string, [from, to]: Range): Range[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const lower = text.toLowerCase();
  let best: Range[] = [];
  // "the brown dog" does not begin with the first "the" of "to the left of the brown dog".
  for (let start = from; wanted[0] !== undefined; start += 1) {
    start = lower.indexOf(wanted[0], start);
    const places = start < 0 ? [] : placesFrom(start, wanted, lower, to);
    if (places.length === 0) break;
    if (best.length === 0 || places.length < best.length) best = places;
  }
  return best;
}

/** Where some words stand from a place on, in their order; none where they do not all stand there. */
function placesFrom(from: number, words: readonly string[], text: string, to: number): Range[] {
  const places: Range[] = [];
  let at = from;
  for (const word of words) {
    const start = text.indexOf(word, at);
    if (start < 0 || start + word.length > to) return [];
    const last = places.at(-1);
    if (last && text.slice(last[1], start).trim() === '')
      places[places.length - 1] = [last[0], start + word.length];
    else places.push([start, start + word.length]);
    at = start + word.length;
  }
  return places;
}

/** Neighbours with the same mark are one part. */
function runs(marks: readonly (Mark | undefined)[]): ReadPart[] {
  const parts: ReadPart[] = [];
  for (let start = 0, end = 1; start < marks.length; start = end, end += 1) {
    while (end < marks.length && marks[end] === marks[start]) end += 1;
    const mark = marks[start];
    if (mark) parts.push({ start, end, ...mark });
  }
  return parts;
}

/** A part without the blanks around it. */
function trimmed(text: string, { start, end }: ReadPart): { start: number; end: number } {
  const words = text.slice(start, end);
  return { start: end - words.trimStart().length, end: start + words.trimEnd().length };
}

const nounRegions = (query: Query, { detections }: Scene): Explanation['nouns'] =>
  nounPhrases(query).flatMap((phrase) => {
    const found = detections.get(phrase);
    if (!found || phrase.pronoun) return [];
    const regions = found.regions.map(({ box, label, score, certainty }) => ({
      ...{ box, label, score, certainty },
    }));
    return [{ words: phrase.words, noun: found.noun, match: found.match, regions }];
  });

/** As `decide` weighs; nothing where the detector does not know the noun, whose presence is a constant. */
function weigh(
  { target }: Query,
  scene: Scene,
  { considered, presence, right }: Decision,
  { presence: model, found, absent }: Calibration,
): Weighing | undefined {
  const detections = scene.detections.get(target);
  if (!detections || detections.match === 'unknown') return undefined;
  const values = featuresIn(target, considered, scene);
  const features = FEATURES.map((name, i) => ({
    ...{ name, value: values[name], weight: model.weights[i] ?? 0 },
  }));
  const logOdds = features.reduce((sum, { value, weight }) => sum + value * weight, model.bias);
  return { bias: model.bias, features, logOdds, presence, right, thresholds: { found, absent } };
}

const scalingOf = (
  { presence: raw }: Decision,
  { scale: { bias, weight, found, absent }, presence }: NonNullable<Explained['scaled']>,
): Scaling => ({ raw, bias, weight, presence, thresholds: { found, absent } });
