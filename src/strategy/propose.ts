import { type Box, iou, nms } from '../box.ts';
import type { Detector, Region } from '../detector/detector.ts';
import { bestReading } from '../reasoning/detections.ts';
import type { Tracer } from '../tracer.ts';
import type { Candidate } from '../verdict.ts';
import type { Asked } from './strategy.ts';

/** Regions that are considered where nobody has to choose among them. */
export const CONSIDERED = 10;

/** What a detector proposes for a text as the published methods ask it: without any reasoning. */
export interface Proposed {
  /** Best first, none of them twice. */
  readonly candidates: readonly Candidate[];
  /** Whether the detector knows what was asked for. */
  readonly known: boolean;
  /** Whether proposing nothing means that it is not there: seeing no cat, dog or cow does not prove it of animals. */
  readonly provesAbsence: boolean;
}

/**
 * The best `k` regions for the whole expression; where the detector's vocabulary is closed, for the noun in it; and
 * where it does not know that either, whatever it sees at all. Traced.
 */
export function proposeCandidates(
  asked: Asked,
  detector: Detector,
  { k, focus = false }: { readonly k: number; readonly focus?: boolean | undefined },
  tracer: Tracer,
): Promise<Proposed> {
  return tracer.step(
    'specialist',
    () => look(asked, detector, k, focus),
    ({ candidates }) => `${detector.id} proposes ${candidates.length} regions`,
  );
}

async function look(
  { query, picture, options }: Asked,
  detector: Detector,
  k: number,
  focus: boolean,
): Promise<Proposed> {
  const { noun, match } = bestReading(query.target, detector);
  const phrase = detector.open ? query.text : match === 'unknown' ? undefined : noun;
  const [start, end] = query.span;
  const focused = focus && detector.open ? { ...options, focus: [{ start, end }] } : options;
  const regions =
    phrase === undefined
      ? await (detector.detectAll?.(picture, options) ?? [])
      : ((await detector.propose(picture, [phrase], focused))[0] ?? []);
  return {
    candidates: proposals(regions, k).map((region) => asCandidate(region, detector)),
    known: phrase !== undefined,
    provesAbsence: detector.open === true || match === 'same' || match === 'narrower',
  };
}

/** The regions of the target phrase alone, any order, for the router. */
export async function proposeTarget(
  { query, picture, options }: Asked,
  detector: Detector,
): Promise<readonly Region[]> {
  const { noun, match } = bestReading(query.target, detector);
  if (!detector.open && match === 'unknown') return [];
  return (await detector.propose(picture, [detector.open ? query.phrase : noun], options))[0] ?? [];
}

/** A region that nothing has been judged of. */
export const asCandidate = ({ box, label, score }: Region, detector: Detector): Candidate => ({
  box,
  label,
  detection: score,
  certainty: detector.certainty(score),
  rival: 0,
  score,
  judgements: [],
});

/** 1: easy, the detector answers; 2: hard, the MLLM is asked. */
export type Level = 1 | 2;

interface Scored {
  readonly box: Box;
  readonly score: number;
}

export interface Routed<T extends Scored> {
  readonly level: Level;
  /** The regions of the target's kind that were left, best first. */
  readonly kept: readonly T[];
}

export interface RouteOptions {
  /**
   * Repeats a fault of the published code, for comparing numbers: corners are taken for a corner and a size, so that
   * regions far from the upper left corner seem to overlap and hard cases are taken for easy ones.
   */
  readonly paperNms?: boolean;
}

const MAX_CANDIDATES = 10;
const LEAST_SCORE = 0.2;
/** Overlap from which two regions are one thing, here and among candidates. */
const CANDIDATE_NMS_IOU = 0.7;

/**
 * How hard a question is, by how many regions the detector finds for its target phrase alone: with one or none it
 * is easy, whatever else is said.
 * @param regions for the target phrase, in pixels of the oriented picture, any order
 */
export function route<T extends Scored>(
  regions: readonly T[],
  { paperNms = false }: RouteOptions = {},
): Routed<T> {
  const likely = regions
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES)
    .filter(({ score }) => score > LEAST_SCORE);
  const kept = paperNms ? misreadNms(likely) : nms(likely, CANDIDATE_NMS_IOU);
  return { level: kept.length <= 1 ? 1 : 2, kept };
}

/** The best `k` regions for a whole expression that are not the same thing twice, best first. */
export const proposals = <T extends Scored>(regions: readonly T[], k: number): T[] =>
  nms(regions, CANDIDATE_NMS_IOU).slice(0, k);

function misreadNms<T extends Scored>(regions: readonly T[]): T[] {
  const misread = regions.map((region) => {
    const [x, y, w, h] = region.box;
    return { region, box: [x, y, x + w, y + h] as const };
  });
  const kept: typeof misread = [];
  for (const next of misread) {
    if (kept.every(({ box }) => iou(box, next.box) <= CANDIDATE_NMS_IOU)) kept.push(next);
  }
  return kept.map(({ region }) => region);
}
