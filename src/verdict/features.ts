import type { NounPhrase } from '../language/query.ts';
import type { Candidate, Judgement } from '../reasoning/candidate.ts';
import type { Sighting } from '../reasoning/sighting.ts';

/** What the calibration weighs, each on a scale where 0 is unremarkable. */
export const FEATURES = [
  'certainty',
  'doubt',
  'rival',
  'size',
  'fit',
  'worst',
  'colour',
  'relation',
  'place',
  'hasColour',
  'hasRelation',
  'hasPlace',
  'unresolved',
  'narrower',
  'ambiguity',
] as const;
export type Features = Readonly<Record<(typeof FEATURES)[number], number>>;

const LEAST_CERTAIN = 0.02;
const PLACING: readonly Judgement['kind'][] = ['place', 'row', 'ordinal', 'superlative'];

/** Things said about a candidate that nothing could judge, without what its name leaves open. */
export const unjudged = (candidate: Candidate | undefined): Judgement[] =>
  candidate?.judgements.filter((j) => (j.score === undefined && j.kind !== 'category') || j.open) ?? [];

/** The judgement that speaks most against a candidate, if any could be made. */
export const worst = (candidate: Candidate): Judgement | undefined =>
  candidate.judgements.filter((j) => j.score !== undefined).toSorted((a, b) => a.score! - b.score!)[0];

/**
 * Describes the best candidate for the calibration; without any candidate it is the least certain one.
 * - certainty: log odds that such a thing is there; doubt: how far its probability falls short of .6
 * - rival: 0 where nothing else was seen at the same place, .5 where it scores as well, towards 1 where better
 * - size: natural logarithm of the region's share of the picture
 * - fit: natural logarithm of the product of all judged constraints; worst: the least of them, 0..1
 * - colour, relation, place: how far the least of that kind falls short of 1; has…: whether there is one
 * - unresolved: number of constraints that could not be judged (0..2)
 * - narrower: 1 when the noun is a kind of what was detected
 * - ambiguity: 0 where the best candidate (of a plural all that are meant) leads clearly, 1 where the next fits as well
 */
export function featuresOf(
  { plural, count }: Pick<NounPhrase, 'plural' | 'count'>,
  candidates: readonly Candidate[],
  sighting: Pick<Sighting, 'match'>,
  picture: { readonly width: number; readonly height: number },
): Features {
  const first = candidates[0];
  const meant = count ?? (plural ? candidates.length : 1);
  const last = candidates[meant - 1];
  const next = candidates[meant];
  const p = Math.min(Math.max(first?.certainty ?? 0, LEAST_CERTAIN), 1 - LEAST_CERTAIN);
  const judgements = first?.judgements.filter((j) => j.score !== undefined) ?? [];
  const least = (kinds: readonly Judgement['kind'][]) =>
    Math.min(1, ...judgements.filter((j) => kinds.includes(j.kind)).map((j) => j.score!));
  const has = (kinds: readonly Judgement['kind'][]) =>
    judgements.some((j) => kinds.includes(j.kind)) ? 1 : 0;
  const [x1, y1, x2, y2] = first?.box ?? [0, 0, 0, 0];
  const share = ((x2 - x1) * (y2 - y1)) / (picture.width * picture.height);
  return {
    certainty: Math.log(p / (1 - p)),
    doubt: Math.max(0, 0.6 - p),
    rival: first ? first.rival ** 10 / (1 + first.rival ** 10) : 0,
    size: first ? Math.log(Math.max(share, 1e-4)) : Math.log(0.05),
    fit: judgements.reduce((sum, j) => sum + Math.log(Math.max(j.score!, 0.02)), 0),
    worst: Math.min(1, ...judgements.map((j) => j.score!)),
    colour: 1 - least(['colour']),
    relation: 1 - least(['relation']),
    place: 1 - least(PLACING),
    hasColour: has(['colour']),
    hasRelation: has(['relation']),
    hasPlace: has(PLACING),
    unresolved: Math.min(unjudged(first).length, 2),
    narrower: sighting.match === 'narrower' ? 1 : 0,
    ambiguity: last && next ? (next.score / Math.max(last.score, 1e-9)) ** 4 : 0,
  };
}

/** Where nothing at all was proposed for a thing that can be named. */
export const NOTHING: Features = featuresOf(
  { plural: false },
  [],
  { match: 'same' },
  { width: 1, height: 1 },
);
