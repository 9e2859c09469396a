import { area, containment, iou, nms } from '../box.ts';
import type { Detector, MatchKind, ProposeOptions, Region } from '../detector/detector.ts';
import { type NounPhrase, nounPhrases, type Query } from '../expression/query.ts';
import type { Observations } from '../observer/observer.ts';
import type { Picture } from '../picture/picture.ts';

/** A region as evidence for a noun. */
export interface DetectedRegion extends Region {
  /** How likely the noun's thing is there, 0..1. */
  readonly certainty: number;
  /** What counts for its rank among the candidates, 0..1: that it may look like something else does not. */
  readonly rankWeight: number;
  /** Best score of a look-alike label at the same place, as a multiple of this one's. */
  readonly rival: number;
}

/** What a detector makes of one noun phrase. */
export interface NounDetections {
  /** The reading of the noun that it knows best ("glass" of "antique wine glass"). */
  readonly noun: string;
  readonly match: MatchKind;
  /** Words of the longer name that were left over ("antique"). */
  readonly dropped: string;
  readonly regions: readonly DetectedRegion[];
}

/** Everything the reasoning looks at. */
export interface Scene {
  readonly picture: Picture;
  readonly detections: ReadonlyMap<NounPhrase, NounDetections>;
  /** Whatever was surely seen, asked for or not: one label a place, best first. */
  readonly seen: readonly Region[];
  /** What observers told besides; nothing where nobody was asked. */
  readonly observed?: Observations;
}

const MAX_REGIONS = 40;
/** Certainty from which a thing is named when telling what was seen. */
const SURELY_SEEN = 0.55;
const NAMED = 0.3;
const SAME_PLACE_IOU = 0.6;

/**
 * How sure a region is: what its score means, less where something else was seen at the same place more surely (a
 * dog is often a little of a cat, and only one of them is there), and less where it is a part of a surer region.
 */
function weighed(regions: readonly Region[], seen: readonly Region[], detector: Detector): DetectedRegion[] {
  const labels = new Set(regions.map((r) => r.label));
  const others = seen.filter((r) => !labels.has(r.label));
  return regions.map((region) => {
    const rivals = others.filter((r) => iou(r.box, region.box) > SAME_PLACE_IOU);
    const best = (of: readonly Region[]) => Math.max(0, ...of.map((r) => r.score)) / region.score;
    const rival = best(rivals);
    const kin = best(rivals.filter((r) => detector.alike(r.label, region.label)));
    const part = regions.some((whole) => isPartOf(region, whole)) || isGroup(region, regions) ? PART : 1;
    const rankWeight = detector.certainty(region.score) * Math.min(1, 1 / rival) * part;
    return { ...region, rival: kin, rankWeight, certainty: rankWeight * Math.min(1, kin ** -KINSHIP) };
  });
}

/** How decisively the better scored of two labels that look alike wins. */
const KINSHIP = 8;
const PART = 0.5;
/** A box around several surer ones of its kind is the group of them, not one more. */
function isGroup(region: Region, regions: readonly Region[]): boolean {
  const members = regions.filter(
    (r) =>
      r.score > region.score && containment(r.box, region.box) > 0.85 && area(r.box) < 0.6 * area(region.box),
  );
  return nms(members, 0.3).length >= 2;
}

/** Boxes inside a surer box of the same kind are mostly its fragments; clearly smaller ones need to score far less. */
function isPartOf(region: Region, whole: Region): boolean {
  if (whole === region || whole.score <= region.score || containment(region.box, whole.box) < 0.88)
    return false;
  return area(region.box) > 0.25 * area(whole.box) || region.score < 0.6 * whole.score;
}

/**
 * Regions that may be a thing the detector has no name for. What it surely knows as something else is not it, and
 * neither is what the expression itself names ("the speaker left of the monitor").
 */
function nameless(seen: readonly Region[], named: ReadonlySet<string>, detector: Detector): DetectedRegion[] {
  const surely = seen.filter(
    (r) => detector.certainty(r.score) >= (named.has(r.label) ? NAMED : SURELY_SEEN),
  );
  const elsewhere = seen.filter(
    (r) => !named.has(r.label) && surely.every((s) => iou(s.box, r.box) <= SAME_PLACE_IOU),
  );
  return nms(elsewhere, SAME_PLACE_IOU).map((region) => {
    const known = detector.certainty(region.score);
    const certainty = 2 * known * (1 - known);
    return { ...region, label: 'something', rival: 0, certainty, rankWeight: certainty };
  });
}

/** Asks the detector, in one run, for all nouns of the query that it knows. */
export async function detectNouns(
  query: Query,
  picture: Picture,
  detector: Detector,
  options: ProposeOptions = {},
): Promise<Scene> {
  const readings = nounPhrases(query).map((phrase) => ({ phrase, ...bestReading(phrase, detector) }));
  const nouns = [
    ...new Set(readings.map((r) => r.noun).filter((noun) => detector.matchLabel(noun).match !== 'unknown')),
  ];
  const proposals = await detector.propose(picture, nouns, options);
  const byNoun = new Map(nouns.map((noun, i) => [noun, proposals[i] ?? []]));
  const seen = detector.detectAll ? await detector.detectAll(picture, options) : proposals.flat();
  const named = new Set(nouns.flatMap((noun) => detector.matchLabel(noun).labels));
  const detections = readings.map(({ phrase, ...reading }): [NounPhrase, NounDetections] => {
    const proposed = byNoun.get(reading.noun);
    const isTarget = phrase === query.target;
    const regions = proposed
      ? weighed(proposed, seen, detector)
      : isTarget
        ? nameless(seen, named, detector)
        : [];
    const surest = regions.toSorted((a, b) => b.certainty - a.certainty).slice(0, MAX_REGIONS);
    return [phrase, { ...reading, regions: surest }];
  });
  const sure = seen.filter((r) => detector.certainty(r.score) >= SURELY_SEEN);
  return { picture, seen: nms(sure, SAME_PLACE_IOU), detections: new Map(detections) };
}

type Reading = Omit<NounDetections, 'regions'>;

/** The most specific reading that the detector knows. */
export function bestReading({ nouns }: NounPhrase, detector: Detector): Reading {
  const longest = nouns[0] ?? '';
  for (const noun of nouns) {
    const { match } = detector.matchLabel(noun);
    const dropped = longest.slice(0, longest.length - noun.length).trim();
    // "A yield sign" is a sign, but not one of the signs that are known.
    if (match === 'broader' && dropped) return { noun, match: 'unknown', dropped };
    if (match !== 'unknown') return { noun, match, dropped };
  }
  return { noun: longest, match: 'unknown', dropped: '' };
}
