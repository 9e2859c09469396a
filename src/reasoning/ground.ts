import { type Box, iou } from '../box.ts';
import type { Region } from '../detector/detector.ts';
import type { Constraint, NounPhrase, RelationConstraint } from '../expression/query.ts';
import type { Candidate, ConstraintScore } from '../verdict.ts';
import { darkness, scoreColour } from './colour.ts';
import type { DetectedRegion, NounDetections, Scene } from './detections.ts';
import {
  ageScore,
  countingOrder,
  ordinalScore,
  placeScore,
  rankingOrder,
  rowScore,
  sizeScore,
  superlativeScore,
} from './groups.ts';
import { scoreLikeness } from './likeness.ts';
import { judgeLooks, personAt, scorePose } from './people.ts';
import { type Other, scoreRelation } from './relations.ts';
import { scoreReading } from './writing.ts';

/** A candidate in the making. */
interface Draft {
  readonly region: DetectedRegion;
  readonly judgements: ConstraintScore[];
  fit: number;
}

/** Below this share of the best fit a candidate does not belong to the group that is counted and compared. */
const IN_GROUP = 0.35;
/** A contradicted constraint does not quite exclude: detectors and colours err. */
const FLOOR = 0.02;

/** A scene with the noun phrases that are grounded already: each once for all candidates, or for each that "it" may be. */
interface Grounding extends Scene {
  readonly known: Map<NounPhrase, Map<Box | undefined, readonly Candidate[]>>;
}

/**
 * Grounds a noun phrase: every region of its kind with a score per constraint, best first. How long that takes grows
 * with the words and the regions; what others write is grounded in a thread, see `groundInThread`.
 *
 * @example
 * const [best] = ground(query.target, await sight(query, picture, detector));
 */
export const ground = (phrase: NounPhrase, scene: Scene): Candidate[] =>
  groundAround(phrase, { ...scene, known: new Map() }, undefined);

/** @param self the candidate that "it" refers to */
function groundAround(phrase: NounPhrase, scene: Grounding, self: Box | undefined): Candidate[] {
  const detections = scene.detections.get(phrase);
  const drafts = (detections?.regions ?? []).map(
    (region): Draft => ({
      region,
      judgements: detections ? judgeName(detections, region, scene) : [],
      fit: 1,
    }),
  );
  weighLooks(drafts);
  for (const constraint of distinct(phrase.constraints).toSorted((a, b) => stageOf(a) - stageOf(b))) {
    const group = comparable(drafts);
    const scores = drafts.map((draft) => judge(constraint, draft.region, group, drafts, scene, self));
    // In "sitting on the bench" the place is enough for a person whose joints show no pose.
    const isLoose = constraint.kind === 'pose' && constraint.placed === true;
    const untold = isLoose && scores.some(({ score = 0 }) => score > 0.5) ? UNTOLD : 1;
    drafts.forEach((draft, i) => {
      const judgement = negate(constraint, scores[i]!);
      if (isLoose && judgement.score === undefined) {
        draft.fit *= untold;
        return;
      }
      draft.judgements.push(judgement);
      if (judgement.score !== undefined) draft.fit *= Math.max(judgement.score, FLOOR);
    });
  }
  return drafts
    .map(({ region, judgements, fit }) => ({
      box: region.box,
      label: region.label,
      detection: region.score,
      certainty: Math.max(
        region.certainty,
        personAt(region.box, scene.observed)?.woman === undefined ? 0 : FACE_SEEN,
      ),
      rival: region.rival,
      score: fit * region.rankWeight ** PROMINENCE_WEIGHT,
      judgements,
    }))
    .toSorted((a, b) => b.score - a.score);
}

/** Whose face is told is there, however little else of them the detector sees. */
const FACE_SEEN = 0.5;

/** What is said twice ("a red, red dog") counts once. */
const distinct = (constraints: readonly Constraint[]): Constraint[] => [
  ...new Map(constraints.map((constraint) => [JSON.stringify(constraint), constraint])).values(),
];

/** Beside people whose looks or pose are told, one of whom they are not may fit or not. */
const UNTOLD = 0.5;

/** What is told of looks counts as a constraint does; nothing changes where nobody's looks are told. */
function weighLooks(drafts: readonly Draft[]): void {
  const scoreOf = ({ judgements }: Draft) => judgements.find(({ kind }) => kind === 'category')?.score;
  if (drafts.every((draft) => scoreOf(draft) === undefined)) return;
  for (const draft of drafts) draft.fit *= Math.max(scoreOf(draft) ?? UNTOLD, FLOOR);
}

/** What of the name the detection does not prove: "a woman" of a person, "wooden" of a chair. */
function judgeName(
  { noun, match, dropped }: NounDetections,
  region: Region,
  { observed }: Scene,
): ConstraintScore[] {
  const open = (words: string, reason: string): ConstraintScore => ({
    kind: 'category',
    words,
    score: undefined,
    reason,
  });
  const judgements: ConstraintScore[] = [];
  const looks = judgeLooks(noun, personAt(region.box, observed));
  if (match === 'unknown') judgements.push(open(noun, `cannot tell what "${noun}" looks like`));
  else if (looks) judgements.push(looks);
  else if (match === 'narrower')
    judgements.push(open(noun, `a ${region.label}; whether it is a ${noun} cannot be told`));
  if (dropped) {
    // What a thing is called may be written on it; that it cannot be read there says nothing.
    const written = scoreReading({ words: dropped, text: dropped }, region.box, [], observed?.lines);
    const isRead = (written.score ?? 0) > 0.5;
    const unjudged = { kind: 'unresolved', words: dropped } as const;
    judgements.push(isRead ? written : scoreLikeness(unjudged, region.box, observed?.likenesses));
  }
  return judgements;
}

/** How much the detection counts beside the constraints when candidates are ranked. */
const PROMINENCE_WEIGHT = 0.6;

/**
 * The order in which people narrow down. "The smallest on the far right" is the smallest of all and must be there,
 * while "the tallest on the left" is the tallest of those on the left.
 */
const STAGES: readonly Constraint['kind'][][] = [
  ['colour', 'reading', 'pose', 'unresolved'],
  ['relation'],
  ['size', 'age'],
  ['row'],
  ['place'],
  ['ordinal', 'superlative'],
];
const stageOf = (k: Constraint): number =>
  k.kind === 'place' && k.far ? STAGES.length : STAGES.findIndex((kinds) => kinds.includes(k.kind));

/** Regions sure enough, and fitting enough so far, to be counted and compared with. */
function comparable(drafts: readonly Draft[]): Draft[] {
  const best = Math.max(...drafts.map((d) => d.fit), 0);
  return counted(drafts).filter((d) => d.fit >= IN_GROUP * best);
}

/** How many there may be at most. */
function plausible(drafts: readonly Draft[]): number {
  const best = Math.max(...drafts.map((d) => d.fit), 0);
  return drafts.filter((d) => d.region.certainty >= POSSIBLE && d.fit >= IN_GROUP * best).length;
}
const POSSIBLE = 0.2;

/** Detections less certain than this, and much less than the surest, are not counted. */
const COUNTED = 0.45;

function counted(drafts: readonly Draft[]): Draft[] {
  const surest = Math.max(...drafts.map((d) => d.region.certainty), 0);
  return drafts.filter((d) => d.region.certainty >= Math.min(COUNTED, 0.6 * surest));
}

function negate(constraint: Constraint, judgement: ConstraintScore): ConstraintScore {
  if (!constraint.negated) return judgement;
  const { score, reason } = judgement;
  if (score === undefined) return { ...judgement, negated: true };
  return { ...judgement, negated: true, score: 1 - score, reason: `not asked for: ${reason}` };
}

function judge(
  constraint: Constraint,
  region: Region,
  group: readonly Draft[],
  drafts: readonly Draft[],
  scene: Grounding,
  self: Box | undefined,
): ConstraintScore {
  const { picture } = scene;
  const { box } = region;
  const { words, kind } = constraint;
  const fitting = withSelf(group, box);
  const said = (score: number | undefined, reason: string, compared?: readonly Box[]): ConstraintScore => ({
    words,
    kind,
    score,
    reason,
    ...(compared && { evidence: { group: compared } }),
  });
  switch (constraint.kind) {
    case 'colour':
      return {
        words,
        kind,
        ...scoreColour(picture, region, constraint, personAt(box, scene.observed)),
      };
    case 'relation':
      return scoreRelation(constraint, region, others(constraint, box, scene, self), fitting);
    case 'size': {
      const score = sizeScore(box, fitting, constraint);
      if (score === undefined) return said(score, 'nothing to compare its size with');
      return said(score, 'compared with its kind', fitting);
    }
    case 'age':
      return said(ageScore(box, fitting, constraint), 'judged by height alone', fitting);
    case 'place': {
      const all = kindOf(drafts, box);
      return said(placeScore(box, all, constraint, picture), 'by its position', all);
    }
    case 'row':
      return said(rowScore(box, fitting, constraint), 'by its row', fitting);
    case 'ordinal':
      if (constraint.nth > fitting.length && constraint.nth <= plausible(drafts)) {
        return said(undefined, `sure of only ${fitting.length}, but there may be more`);
      }
      return {
        ...said(
          inGroup(group, box) * ordinalScore(box, fitting, constraint, picture),
          `counted among ${fitting.length}`,
          countingOrder(fitting, constraint.from, picture),
        ),
        seen: String(fitting.length),
      };
    case 'superlative': {
      const dark = (b: Box) => darkness(picture, b);
      return said(
        inGroup(group, box) * superlativeScore(box, fitting, constraint, picture, dark),
        `compared among ${fitting.length}`,
        rankingOrder(fitting, constraint, picture, dark),
      );
    }
    case 'reading': {
      const all = drafts.map((draft) => draft.region.box);
      return scoreReading(constraint, box, all, scene.observed?.lines);
    }
    case 'pose':
      return { words, kind, ...scorePose(constraint, personAt(box, scene.observed)) };
    case 'unresolved':
      return scoreLikeness(constraint, box, scene.observed?.likenesses);
  }
}

const inGroup = (group: readonly Draft[], box: Box): number =>
  group.some((d) => d.region.box === box) ? 1 : 0.1;

function withSelf(group: readonly Draft[], box: Box): Box[] {
  const boxes = group.map((d) => d.region.box);
  return boxes.includes(box) ? boxes : [...boxes, box];
}

/** All sure regions of the kind, whatever else fits them: "on the far left" means among all of them. */
const kindOf = (drafts: readonly Draft[], box: Box): Box[] => withSelf(counted(drafts), box);

const SAME_THING = 0.85;

/** Grounds another noun once for all candidates, unless it speaks of the candidate itself ("a man standing on it"). */
function groundOther(phrase: NounPhrase, scene: Grounding, box: Box): readonly Candidate[] {
  const self = mentionsPronoun(phrase) ? box : undefined;
  const known = scene.known.get(phrase) ?? new Map<Box | undefined, readonly Candidate[]>();
  scene.known.set(phrase, known);
  const found = known.get(self) ?? groundAround(phrase, scene, self);
  known.set(self, found);
  return found;
}

const mentionsPronoun = (phrase: NounPhrase): boolean =>
  phrase.constraints.some(
    (k) => k.kind === 'relation' && k.to.some((to) => to.pronoun || mentionsPronoun(to)),
  );

/** The candidates for each other noun of a relation, without the region itself; "it" is the candidate asked about. */
function others(constraint: RelationConstraint, box: Box, scene: Grounding, self: Box | undefined): Other[] {
  return constraint.to.map((phrase) => {
    if (phrase.pronoun)
      return { phrase, candidates: [{ box: self ?? box, score: 1, judgements: [] }], match: 'same' as const };
    const match = scene.detections.get(phrase)?.match ?? 'unknown';
    const candidates = groundOther(phrase, scene, box).filter((other) => iou(other.box, box) < SAME_THING);
    return { phrase, candidates, match };
  });
}
