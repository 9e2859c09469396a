import { type Box, height, ramp, width } from '../box.ts';
import type { Region } from '../detector/detector.ts';
import type { Colour, ColourConstraint, Part } from '../expression/query.ts';
import type { Mask, ObservedPerson } from '../observer/observer.ts';
import { type Picture, toRaster } from '../picture/picture.ts';
import type { ConstraintScore } from '../verdict.ts';
import { BASIC_NAMES } from './colour-names.ts';
import { canShow, lchOf, localShare, type Samples, samplePixels, share } from './pixels.ts';

/**
 * The share at which a colour is believed. A thing is called red when a fair part of it is red; black, white
 * and gray also come from shadow, glare and background, so more of them is asked for.
 */
const BELIEVED: Record<string, readonly [from: number, to: number]> = {
  black: [0.12, 0.45],
  white: [0.12, 0.42],
  gray: [0.15, 0.5],
  silver: [0.15, 0.5],
  brown: [0.12, 0.42],
  beige: [0.1, 0.42],
  blue: [0.08, 0.35],
  green: [0.08, 0.34],
  blond: [0.25, 0.6],
  dark: [0.3, 0.7],
  light: [0.3, 0.7],
};
const CHROMATIC: readonly [number, number] = [0.06, 0.34];
const LOCALLY_BELIEVED = [0.18, 0.6] as const;
/** Small things on a body; hair whose place is not seen. */
const LOCAL: ReadonlySet<Part> = new Set<Part>(['head', 'hair', 'feet']);

/** So much of the shins in the colour of a skirt or of shorts, and it may be trousers. */
const ALL_THE_WAY = 0.4;

/** How much a share says: from hardly any to surely, and a little more for more of it. */
function believe(seen: number, colour: Colour, several: boolean): number {
  const [from, to] = BELIEVED[colour.name] ?? CHROMATIC;
  const easier = several ? 0.6 : 1;
  return ramp(seen, from * easier, to * easier) * (0.8 + 0.2 * Math.min(1, seen / 0.7));
}

/** Judges what is said about the colour of a region or of a part of it. */
export function scoreColour(
  picture: Picture,
  region: Region,
  { colours, part }: Pick<ColourConstraint, 'colours' | 'part'>,
  { parts = {}, mask }: Pick<ObservedPerson, 'parts' | 'mask'> = {},
): Pick<ConstraintScore, 'score' | 'reason' | 'seen' | 'evidence'> {
  if (!canShow(picture.raster, colours)) return { score: undefined, reason: 'the picture has no colours' };
  const isPerson = region.label === 'person';
  const at = part === 'whole' ? undefined : parts[part];
  const looks = samplesOf(picture, region.box, part, isPerson, at, mask);
  if (part === 'thighs' && parts.shins) {
    const [lower] = samplesOf(picture, region.box, 'legs', isPerson, parts.shins, mask);
    const isLong = colours.some((colour) => share(lower!, colour) >= ALL_THE_WAY);
    if (isLong) return { score: undefined, reason: 'of one colour down to the feet, which may be trousers' };
  }
  const score = (colour: Colour) =>
    Math.max(
      ...looks.map((samples) =>
        LOCAL.has(part) && !(at && part === 'hair')
          ? ramp(localShare(samples, colour), ...LOCALLY_BELIEVED)
          : believe(share(samples, colour), colour, colours.length > 1),
      ),
    );
  const seen = mostlySeen(picture, region.box, part, isPerson, at, mask);
  // Of a part only its own colour would be worth telling, not what else is around it.
  return {
    score: Math.min(...colours.map(score)),
    reason: `mostly ${seen}`,
    ...(part === 'whole' ? { seen } : {}),
    evidence: { pixels: at ? [at] : areasOf(region.box, part, isPerson) },
  };
}

/** An area of a picture that is looked at: `at` and `mask` where an observer has seen the part, and the person's pixels. */
type Area = readonly [picture: Picture, box: Box, part: Part, isPerson: boolean, at?: Box, mask?: Mask];

const known = new WeakMap<Picture, Map<string, unknown>>();

/** What is found in an area of a picture is worked out once for each `kind` of look. */
function once<T>(kind: string, [picture, box, part, isPerson, at, mask]: Area, look: () => T): T {
  const found = known.get(picture) ?? new Map<string, unknown>();
  known.set(picture, found);
  const key = `${kind} ${[box, part, isPerson, at, mask !== undefined].join(' ')}`;
  if (!found.has(key)) found.set(key, look());
  return found.get(key) as T;
}

const samplesOf = (...area: Area): Samples[] =>
  once('samples', area, () => {
    const [picture, box, part, isPerson, at, mask] = area;
    const region = toRaster(picture, box);
    const areas = at ? [toRaster(picture, at)] : areasOf(region, part, isPerson);
    return areas.map((each) => samplePixels(picture.raster, region, each, mask));
  });

/** The basic name that fits most of it. */
const mostlySeen = (...area: Area): string =>
  once('seen', area, () => {
    const [samples] = samplesOf(...area);
    const shares = BASIC_NAMES.map((name) => ({ name, share: share(samples!, { name }) }));
    return shares.toSorted((a, b) => b.share - a.share)[0]!.name;
  });

const darknessOf = (...area: Area): number =>
  once('darkness', area, () => {
    const { colours, weight } = samplesOf(...area)[0]!;
    const total = weight.reduce((sum, w) => sum + w, 0);
    const light = weight.reduce((sum, w, i) => sum + w * lchOf(colours[i]!)[0], 0);
    return 1 - light / Math.max(total, 1e-6) / 100;
  });

/** A colour that is seen in a region, and how far it is believed, 0..1. */
export interface SeenColour {
  readonly name: string;
  /** Of what belongs to the thing, 0..1. */
  readonly share: number;
  readonly believed: number;
}

/** The basic colours of a region or of a part of it, most of it first. */
export function coloursSeen(
  picture: Picture,
  region: Region,
  part: Part,
  { parts = {}, mask }: Pick<ObservedPerson, 'parts' | 'mask'> = {},
): SeenColour[] {
  const at = part === 'whole' ? undefined : parts[part];
  const [samples] = samplesOf(picture, region.box, part, region.label === 'person', at, mask);
  return BASIC_NAMES.map((name) => {
    const seen = share(samples!, { name });
    return { name, share: seen, believed: believe(seen, { name }, false) };
  }).toSorted((a, b) => b.share - a.share);
}

/** Mean darkness of a region, 0 (white) .. 1 (black). */
export const darkness = (picture: Picture, box: Box): number => darknessOf(picture, box, 'whole', false);

/** Where a part is in a box: from and to as shares of its height, and the middle share of its width. */
type Band = readonly [top: number, bottom: number, share: number];

/** A standing person. */
const STANDING: Record<Part, Band> = {
  head: [0, 0.18, 0.9],
  hair: [0, 0.15, 0.9],
  torso: [0.17, 0.52, 0.64],
  legs: [0.5, 0.92, 0.7],
  thighs: [0.46, 0.72, 0.7],
  feet: [0.86, 1, 0.9],
  whole: [0, 1, 1],
};
/** The same where only the upper body is in the picture, or the person sits. */
const SEATED: Record<Part, Band> = {
  head: [0, 0.44, 1],
  hair: [0, 0.3, 1],
  torso: [0.28, 0.9, 0.7],
  legs: [0.55, 1, 0.9],
  thighs: [0.55, 0.9, 0.9],
  feet: [0.8, 1, 1],
  whole: [0, 1, 1],
};
/** Animals and things have no standard pose. */
const THING: Record<Part, Band> = {
  head: [0, 0.45, 1],
  hair: [0, 0.45, 1],
  torso: [0, 1, 1],
  legs: [0.4, 1, 1],
  thighs: [0.4, 0.8, 1],
  feet: [0.6, 1, 1],
  whole: [0, 1, 1],
};
/** Height over width from which a person surely stands, and up to which surely not. */
const STANDS = 2.3;
const SITS = 1.25;

/** The areas of a region where a part may be; for a person whose pose is unclear there are two. */
function areasOf(box: Box, part: Part, isPerson: boolean): Box[] {
  if (part === 'whole') return [box];
  const aspect = height(box) / Math.max(1e-6, width(box));
  const poses = !isPerson
    ? [THING]
    : aspect >= STANDS
      ? [STANDING]
      : aspect <= SITS
        ? [SEATED]
        : [STANDING, SEATED];
  return poses.map((bands) => {
    const [top, bottom, share] = bands[part];
    const inset = ((1 - share) / 2) * width(box);
    return [box[0] + inset, box[1] + top * height(box), box[2] - inset, box[1] + bottom * height(box)];
  });
}
