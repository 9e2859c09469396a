import { area, type Box, centre, containment, height, intersection, isSame, ramp, width } from '../box.ts';
import type { MatchKind, Region } from '../detector/detector.ts';
import type { NounPhrase, Relation, RelationConstraint } from '../expression/query.ts';
import type { Candidate, ConstraintScore } from '../verdict.ts';

/** What lies between two boxes across and down, in pixels. */
const gaps = (a: Box, b: Box): readonly [dx: number, dy: number] => [
  Math.max(0, Math.max(a[0], b[0]) - Math.min(a[2], b[2])),
  Math.max(0, Math.max(a[1], b[1]) - Math.min(a[3], b[3])),
];

/** Gap between two boxes in units of their mean size; 0 when they touch or overlap. */
export function gap(a: Box, b: Box): number {
  const size = (Math.sqrt(area(a)) + Math.sqrt(area(b))) / 2;
  return size > 0 ? Math.hypot(...gaps(a, b)) / size : Number.POSITIVE_INFINITY;
}

/** A length in units of another, which is 0 for a box without extent. */
const ratio = (length: number, unit: number): number => length / Math.max(1e-6, unit);

/** Share of the narrower one's width that both have in common. */
function overlapX(a: Box, b: Box): number {
  const shared = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  return ratio(Math.max(0, shared), Math.min(width(a), width(b)));
}
const flip = (b: Box): Box => [b[1], b[0], b[3], b[2]];
const overlapY = (a: Box, b: Box): number => overlapX(flip(a), flip(b));
const mirror = (b: Box): Box => [-b[2], b[1], -b[0], b[3]];
const upend = (b: Box): Box => [b[0], -b[3], b[2], -b[1]];

/** How far the middle of `a` lies left of the middle of `b`, in units of their mean width. */
const shift = (a: Box, b: Box): number => ratio(centre(b)[0] - centre(a)[0], (width(a) + width(b)) / 2);

function leftOf(a: Box, b: Box): number {
  const direction = ramp(shift(a, b), 0.05, 0.45);
  const aligned = 0.6 + 0.4 * ramp(overlapY(a, b), 0, 0.3);
  return direction * aligned * (0.7 + 0.3 * ramp(gap(a, b), 4, 0.5));
}

const above = (a: Box, b: Box): number => leftOf(flip(a), flip(b));

/** Resting on: over the same ground, with the lower edge of `a` between the upper and lower edge of `b`. */
function on(a: Box, b: Box): number {
  const supported = ramp(overlapX(a, b), 0.15, 0.55);
  const lower = (a[3] - b[1]) / Math.max(1, height(b));
  const rests = ramp(lower, -0.25, 0.02) * ramp(lower, 1.35, 1.02);
  const higher = ramp(ratio(centre(b)[1] - centre(a)[1], height(b)), 0, 0.3);
  return supported * rests * Math.max(higher, 0.9 * ramp(containment(a, b), 0.5, 0.85));
}

const under = (a: Box, b: Box): number => {
  const lower = ramp(ratio(centre(a)[1] - centre(b)[1], (height(a) + height(b)) / 2), 0.05, 0.35);
  return lower * ramp(overlapX(a, b), 0.1, 0.5) * ramp(gap(a, b), 1.2, 0.3);
};

const inside = (a: Box, b: Box): number => {
  const seated = on(a, b) * ramp(containment(a, b), 0.1, 0.35);
  return Math.max(ramp(containment(a, b), 0.4, 0.75), seated);
};

/** Aboard what stands on the same ground: who ends as low as it does stands in front of it. */
const aboard = (a: Box, b: Box): number => inside(a, b) * ramp(ratio(b[3] - a[3], height(b)), 0, 0.12);

function beside(a: Box, b: Box): number {
  const covered = Math.max(containment(a, b), containment(b, a));
  return ramp(gap(a, b), 1.5, 0.35) * (1 - 0.6 * ramp(covered, 0.6, 0.95));
}

const nextTo = (a: Box, b: Box): number => beside(a, b) * (1 - 0.8 * Math.max(riding(a, b), riding(b, a)));

const near = (a: Box, b: Box): number => ramp(gap(a, b), 3, 0.8);

/** Touching with a part inside the other: what is held, ridden, worn or had. */
const touching = (a: Box, b: Box): number => ramp(gap(a, b), 0.25, 0.02);

function holding(a: Box, b: Box): number {
  const smaller = ramp(area(b) / Math.max(1, area(a)), 2.5, 0.9);
  return touching(a, b) * smaller * (0.5 + 0.5 * ramp(containment(b, a), 0, 0.5));
}

function riding(a: Box, b: Box): number {
  const lifted = ramp(ratio(b[3] - a[3], height(b)), -0.05, 0.12);
  // A rider's feet hang down beside what is ridden; a person who ends high above its lower end is farther away.
  const beside = ramp(ratio(b[3] - a[3], height(b)), 0.95, 0.6);
  const over = lifted * beside * ramp(ratio(centre(b)[1] - centre(a)[1], height(b)), -0.25, 0.12);
  return (
    over *
    ramp(overlapX(a, b), 0.2, 0.6) *
    ramp(ratio(intersection(a, b), Math.min(area(a), area(b))), 0.02, 0.2)
  );
}

/** What is worn sits on the body, not at its edge where the next person begins. */
const wearing = (a: Box, b: Box): number =>
  ramp(containment(b, a), 0.25, 0.7) *
  ramp(ratio(Math.abs(centre(a)[0] - centre(b)[0]), width(a)), 0.55, 0.35) *
  ramp(area(b) / Math.max(1, area(a)), 1.2, 0.6);

/** What is worn on the trunk is below the head of who wears it. */
const wearingOnTrunk = (a: Box, b: Box): number =>
  wearing(a, b) * ramp(ratio(centre(b)[1] - a[1], height(a)), 0.1, 0.2);

/** The upper lower edge is farther away on common ground; things behind are near it in the picture. */
function behind(a: Box, b: Box): number {
  const farther = ramp(ratio(b[3] - a[3], (height(a) + height(b)) / 2), -0.12, 0.12);
  return farther * (0.35 + 0.65 * ramp(overlapX(a, b), 0, 0.3)) * ramp(gap(a, b), 2.5, 0.4);
}

const more = (a: number, b: number): number => ramp(Math.log(ratio(a, b)), -0.05, 0.2);
const larger = (a: Box, b: Box): number => more(area(a), area(b));
const taller = (a: Box, b: Box): number => more(height(a), height(b));

/** "Closest to" says nothing of how far that is: only that the others of the kind are farther. */
export type Comparing = 'nearest-to' | 'farthest-from';

/** How well a relation holds from box `a` to box `b`, 0..1, from their geometry alone; `between` needs two others. */
export const RELATION_SCORES: Record<Exclude<Relation, 'between' | Comparing>, (a: Box, b: Box) => number> = {
  'left-of': leftOf,
  'right-of': (a, b) => leftOf(mirror(a), mirror(b)),
  above,
  below: (a, b) => above(upend(a), upend(b)),
  on,
  under,
  in: inside,
  'next-to': nextTo,
  near,
  'far-from': (a, b) => 1 - near(a, b),
  behind,
  'in-front-of': (a, b) => behind(b, a),
  holding,
  riding,
  driving: aboard,
  wearing,
  with: (a, b) => ramp(gap(a, b), 0.8, 0.05),
  'larger-than': larger,
  'smaller-than': (a, b) => larger(b, a),
  'taller-than': taller,
  'shorter-than': (a, b) => taller(b, a),
};

/** How well a comparison of distances to `b` holds for box `a` among its rivals, 0..1. */
export const COMPARISON_SCORES: Record<Comparing, (a: Box, b: Box, rivals: readonly Box[]) => number> = {
  'nearest-to': (a, b, rivals) => lead(Math.min(...rivals.map((r) => distance(r, b))), distance(a, b)),
  'farthest-from': (a, b, rivals) => lead(distance(a, b), Math.max(...rivals.map((r) => distance(r, b)))),
};

/** From edge to edge, and a little from middle to middle, so that of two that touch it one is closer; in pixels. */
function distance(a: Box, b: Box): number {
  const apart = Math.hypot(centre(a)[0] - centre(b)[0], centre(a)[1] - centre(b)[1]);
  return Math.hypot(...gaps(a, b)) + 0.25 * apart;
}

/** 1 for the one that is best or as good, falling to 0 where it is half as far again. */
const lead = (less: number, more: number): number => ramp(ratio(more, less), 1.5, 1);

/** How well `a` lies between two others: near the line from one to the other, and not beyond either. */
export function between(a: Box, b: Box, c: Box): number {
  const [ax, ay] = centre(a);
  const [bx, by] = centre(b);
  const [cx, cy] = centre(c);
  const length = Math.hypot(cx - bx, cy - by);
  if (length === 0) return 0;
  const along = ((ax - bx) * (cx - bx) + (ay - by) * (cy - by)) / (length * length);
  const off = Math.abs((ax - bx) * (cy - by) - (ay - by) * (cx - bx)) / length;
  const size = (Math.sqrt(area(a)) + Math.sqrt(area(b)) + Math.sqrt(area(c))) / 3;
  return ramp(along, 0, 0.2) * ramp(along, 1, 0.8) * ramp(off / Math.max(1, size), 1.6, 0.6);
}

/** What is left of "next to" where another one stands in between. */
const FARTHER = 0.5;

/** How well one of the group lies between two others. */
const halfway = (group: readonly Box[], a: Box, b: Box): number =>
  Math.max(
    0,
    ...group.filter((each) => !isSame(each, a) && !isSame(each, b)).map((each) => between(each, a, b)),
  );

/** Another noun of a relation with the regions it may mean. */
export interface Other {
  readonly phrase: NounPhrase;
  readonly match: MatchKind;
  /** One that a pronoun stands for has no label. */
  readonly candidates: ReadonlyArray<
    Pick<Candidate, 'box' | 'score' | 'judgements'> & Partial<Pick<Candidate, 'label'>>
  >;
}

/** What is left of a relation whose other thing was not detected: detectors miss small and hidden things. */
const UNSEEN = 0.12;
/** A part of a plural ("both dogs") is believed from this score. */
const BELIEVED = 0.25;

/**
 * Judges a relation by grounding the other noun jointly: the best pair counts, weighing how well the other region
 * fits its own words and how well the relation holds.
 * @param group those of the box's own kind that it is compared with, for "closest to"
 */
export function scoreRelation(
  constraint: RelationConstraint,
  { box, label }: Pick<Region, 'box' | 'label'>,
  others: readonly Other[],
  group: readonly Box[],
): ConstraintScore {
  const { words, kind } = constraint;
  const unknown = others.find((o) => o.match === 'unknown');
  if (unknown)
    return { words, kind, score: undefined, reason: `cannot tell what "${unknown.phrase.words}" is` };
  const missing = others.find((o) => o.candidates.length === 0);
  if (missing) {
    const score = missing.match === 'broader' ? undefined : UNSEEN;
    return {
      words,
      kind,
      score,
      reason: `${missing.phrase.words} is not to be seen`,
      missing: missing.phrase.words,
    };
  }
  const { score, boxes } =
    constraint.relation === 'between'
      ? inBetween(box, others)
      : related(constraint, (labels) => measureOf(constraint, group, label, labels), box, others);
  const open = others.flatMap(openWords);
  if (constraint.relation === 'driving' && !constraint.inverse && score >= BELIEVED) {
    const inIt = group.filter((each) => aboard(each, boxes[0]!) >= BELIEVED).length;
    if (inIt > 1)
      return { words, kind, score: undefined, reason: `${inIt} may be in it; who drives cannot be told` };
  }
  return {
    words,
    kind,
    score,
    reason: score >= 0.5 ? `${words}: holds` : `${words}: does not hold`,
    ...(open.length > 0 ? { open } : {}),
    ...(boxes.length > 0 && { evidence: { others: boxes } }),
  };
}

/** What is said about the other thing and could not be judged, where there is more than one that it may be. */
function openWords({ candidates }: Other): string[] {
  const [first, second] = candidates;
  if (!first || !second || second.score < 0.3 * first.score) return [];
  return first.judgements.filter((j) => j.score === undefined).map((j) => j.words);
}

/** Of several that may well be meant, the one that fits best is a little more credible. */
const SLOPE = 0.15;

/** Relative credibility of one of several candidates for the other noun. */
function weights(other: Other): readonly number[] {
  const best = Math.max(...other.candidates.map((k) => k.score));
  // A believable best candidate is taken at its word; a weak one makes the whole relation weak.
  const trust = ramp(best, 0.02, 0.35);
  return other.candidates.map((k) => {
    const share = k.score / Math.max(best, 1e-6);
    return trust * ramp(share, 0.1, 0.75) * (1 - SLOPE * (1 - share));
  });
}

type Measure = (box: Box, other: Box) => number;

/** Relations of which more is known where the other thing has one of these labels. */
const OF_LABELS: ReadonlyArray<{
  readonly relation: Relation;
  readonly labels: ReadonlySet<string>;
  readonly measure: Measure;
}> = [
  { relation: 'in', labels: new Set(['car', 'bus', 'truck', 'train', 'airplane']), measure: aboard },
  { relation: 'wearing', labels: new Set(['backpack', 'handbag', 'tie']), measure: wearingOnTrunk },
];

/**
 * @param label of the box
 * @param other labels of what it is related to: a person beside another one who is partly hidden does not ride on them
 */
function measureOf(
  { relation, inverse }: RelationConstraint,
  group: readonly Box[],
  label: string,
  other: ReadonlyArray<string | undefined>,
): Measure {
  if (relation === 'between') return () => 0;
  if (relation === 'nearest-to' || relation === 'farthest-from') {
    return (box, other) =>
      COMPARISON_SCORES[relation](
        box,
        other,
        group.filter((b) => b !== other),
      );
  }
  if (relation === 'next-to') {
    const measure = other.every((each) => each === label) ? beside : nextTo;
    return (box, other) => measure(box, other) * (1 - FARTHER * halfway(group, box, other));
  }
  const objects = inverse ? [label] : other;
  const known = OF_LABELS.find(
    (of) => of.relation === relation && objects.every((each) => each !== undefined && of.labels.has(each)),
  );
  const measure = known?.measure ?? RELATION_SCORES[relation];
  return inverse ? (box, other) => measure(other, box) : measure;
}

/** How well a relation holds with the others that fit it best, and where those are. */
interface Related {
  readonly score: number;
  readonly boxes: readonly Box[];
}

function related(
  { close }: RelationConstraint,
  measure: (labels: ReadonlyArray<string | undefined>) => Measure,
  box: Box,
  others: readonly Other[],
): Related {
  const each = others.map((other): Related => {
    const credible = weights(other);
    const measured = measure(other.candidates.map((k) => k.label));
    const scoreOf = (other: Box, trust: number): number => {
      const near = close ? ramp(gap(box, other), 1.6, 0.3) : 1;
      return measured(box, other) * near * trust;
    };
    if (other.phrase.plural) return allOf(other, credible, scoreOf);
    let best: Related = { score: 0, boxes: [] };
    other.candidates.forEach((k, i) => {
      const score = scoreOf(k.box, credible[i] ?? 0);
      if (score > best.score || i === 0) best = { score, boxes: [k.box] };
    });
    return best;
  });
  return { score: Math.min(...each.map(({ score }) => score)), boxes: each.flatMap(({ boxes }) => boxes) };
}

/** Of a plural ("both dogs") the one that fits worst decides. */
function allOf(
  { phrase, candidates }: Other,
  credible: readonly number[],
  scoreOf: (box: Box, trust: number) => number,
): Related {
  const meant = candidates
    .flatMap(({ box }, i) => {
      const trust = credible[i] ?? 0;
      return trust > BELIEVED ? [{ box, score: scoreOf(box, trust) }] : [];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, phrase.count);
  return { score: meant.at(-1)?.score ?? 0, boxes: meant.map(({ box }) => box) };
}

function inBetween(box: Box, others: readonly Other[]): Related {
  const [first, second = first] = others;
  if (!first || !second) return { score: 0, boxes: [] };
  const a = weights(first);
  const b = weights(second);
  let best: Related = { score: 0, boxes: [] };
  first.candidates.forEach((p, i) => {
    second.candidates.forEach((q, j) => {
      if (p.box === q.box) return;
      const score = between(box, p.box, q.box) * Math.min(a[i] ?? 0, b[j] ?? 0);
      if (score > best.score) best = { score, boxes: [p.box, q.box] };
    });
  });
  return best;
}
