import type { Box } from '../box.ts';
import type { MatchKind } from '../detector/detector.ts';
import type { NounPhrase, RelationConstraint } from '../expression/query.ts';
import type { Candidate, ConstraintScore } from '../verdict.ts';
import { between, COMPARISON_SCORES, gap, RELATION_SCORES, ramp } from './geometry.ts';

/** Another noun of a relation with the regions it may mean. */
export interface Other {
  readonly phrase: NounPhrase;
  readonly match: MatchKind;
  readonly candidates: ReadonlyArray<Pick<Candidate, 'box' | 'score' | 'judgements'>>;
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
  box: Box,
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
  const score =
    constraint.relation === 'between'
      ? inBetween(box, others)
      : related(constraint, measureOf(constraint, group), box, others);
  const open = others.flatMap(openWords);
  return {
    words,
    kind,
    score,
    reason: score >= 0.5 ? `${words}: holds` : `${words}: does not hold`,
    ...(open.length > 0 ? { open } : {}),
  };
}

/** What is said about the other thing and could not be judged, where there is more than one that it may be. */
function openWords({ candidates }: Other): string[] {
  const [first, second] = candidates;
  if (!first || !second || second.score < 0.3 * first.score) return [];
  return first.judgements.filter((j) => j.score === undefined).map((j) => j.words);
}

/** Relative credibility of one of several candidates for the other noun. */
function weights(other: Other): readonly number[] {
  const best = Math.max(...other.candidates.map((k) => k.score));
  // A believable best candidate is taken at its word; a weak one makes the whole relation weak.
  const trust = ramp(best, 0.02, 0.35);
  return other.candidates.map((k) => trust * ramp(k.score / Math.max(best, 1e-6), 0.1, 0.75));
}

type Measure = (box: Box, other: Box) => number;

function measureOf({ relation, inverse }: RelationConstraint, group: readonly Box[]): Measure {
  if (relation === 'between') return () => 0;
  if (relation === 'nearest-to' || relation === 'farthest-from') {
    return (box, other) =>
      COMPARISON_SCORES[relation](
        box,
        other,
        group.filter((b) => b !== other),
      );
  }
  const measure = RELATION_SCORES[relation];
  return inverse ? (box, other) => measure(other, box) : measure;
}

function related(
  { close }: RelationConstraint,
  measure: Measure,
  box: Box,
  others: readonly Other[],
): number {
  const scores = others.map((other) => {
    const credible = weights(other);
    const pairs = other.candidates.map((k, i) => {
      const beside = close ? ramp(gap(box, k.box), 1.6, 0.3) : 1;
      return { score: measure(box, k.box) * beside * (credible[i] ?? 0), credible: credible[i] ?? 0 };
    });
    if (!other.phrase.plural) return Math.max(...pairs.map((p) => p.score));
    const meant = pairs.filter((p) => p.credible > BELIEVED).map((p) => p.score);
    return meant.length > 0 ? Math.min(...meant.toSorted((a, b) => b - a).slice(0, other.phrase.count)) : 0;
  });
  return Math.min(...scores);
}

function inBetween(box: Box, others: readonly Other[]): number {
  const [first, second = first] = others;
  if (!first || !second) return 0;
  const a = weights(first);
  const b = weights(second);
  let best = 0;
  first.candidates.forEach((p, i) => {
    second.candidates.forEach((q, j) => {
      if (p.box === q.box) return;
      best = Math.max(best, between(box, p.box, q.box) * Math.min(a[i] ?? 0, b[j] ?? 0));
    });
  });
  return best;
}
