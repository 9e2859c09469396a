import type { Box } from '../../box.ts';
import type { Colour, ColourConstraint, Part } from '../../language/query.ts';
import { type Picture, toRaster } from '../../picture/picture.ts';
import type { Region } from '../../specialist/specialist.ts';
import { ramp } from '../fuzzy.ts';
import { BASIC_NAMES, fits } from './names.ts';
import { type Sample, samplePixels } from './pixels.ts';

/** Weighted share of the samples that a colour name fits, 0..1. */
export function share(samples: readonly Sample[], colour: Colour): number {
  let total = 0;
  let matching = 0;
  for (const { lch, weight } of samples) {
    total += weight;
    matching += weight * fits(lch, colour);
  }
  return total > 0 ? matching / total : 0;
}

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
  dark: [0.3, 0.7],
  light: [0.3, 0.7],
};
const CHROMATIC: readonly [number, number] = [0.04, 0.26];

/** Judges what is said about the colour of a region or of a part of it. */
export function judgeColour(
  picture: Picture,
  region: Region,
  { colours, part }: Pick<ColourConstraint, 'colours' | 'part'>,
): { score: number; reason: string; seen: string } {
  const samples = samplesOf(picture, region.box, part, region.label === 'person');
  const easier = colours.length > 1 ? 0.6 : 1;
  const scores = colours.map((colour) => {
    const [from, to] = BELIEVED[colour.name] ?? CHROMATIC;
    return ramp(share(samples, colour), from * easier, to * easier);
  });
  const shares = BASIC_NAMES.map((name) => ({ name, share: share(samples, { name }) }));
  const seen = shares.toSorted((a, b) => b.share - a.share)[0]!.name;
  const score = Math.min(...scores);
  return { score, seen, reason: `mostly ${seen}` };
}

/** Mean darkness of a region, 0 (white) .. 1 (black). */
export function darkness(picture: Picture, box: Box): number {
  const samples = samplesOf(picture, box, 'whole', false);
  const total = samples.reduce((sum, s) => sum + s.weight, 0);
  return 1 - samples.reduce((sum, s) => sum + s.weight * s.lch[0], 0) / Math.max(total, 1e-6) / 100;
}

const samplesOf = (picture: Picture, box: Box, part: Part, isPerson: boolean): Sample[] =>
  samplePixels(picture.raster, toRaster(picture, box), part, isPerson);
