import type { Box } from '../../box.ts';
import type { Colour, ColourConstraint, Part } from '../../language/query.ts';
import { type Picture, toRaster } from '../../picture/picture.ts';
import type { Region } from '../../specialist/specialist.ts';
import { ramp } from '../fuzzy.ts';
import { BASIC_NAMES, fits } from './names.ts';
import { areasOf, type Sample, samplePixels } from './pixels.ts';

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

/** Small things on a body, at a place that differs with the pose: the best window of the area counts. */
const LOCAL: ReadonlySet<Part> = new Set<Part>(['head', 'hair', 'feet']);
const WINDOW = { u: 0.28, v: 0.36, step: 0.12 };

function localShare(samples: readonly Sample[], colour: Colour): number {
  const scored = samples.map((s) => ({ ...s, fit: fits(s.lch, colour) * Math.min(1, 2 * s.foreground) }));
  let best = 0;
  for (let u = 0; u + WINDOW.u <= 1.001; u += WINDOW.step) {
    for (let v = 0; v + WINDOW.v <= 1.001; v += WINDOW.step) {
      const inside = scored.filter((s) => s.u >= u && s.u < u + WINDOW.u && s.v >= v && s.v < v + WINDOW.v);
      const sum = inside.reduce((total, s) => total + s.fit, 0);
      if (inside.length > 0) best = Math.max(best, sum / inside.length);
    }
  }
  return best;
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
const CHROMATIC: readonly [number, number] = [0.06, 0.34];

/** How much a share says: from hardly any to surely, and a little more for more of it. */
function believe(seen: number, colour: Colour, several: boolean): number {
  const [from, to] = BELIEVED[colour.name] ?? CHROMATIC;
  const easier = several ? 0.6 : 1;
  return ramp(seen, from * easier, to * easier) * (0.8 + 0.2 * Math.min(1, seen / 0.7));
}
const LOCALLY_BELIEVED = [0.18, 0.6] as const;

/** Judges what is said about the colour of a region or of a part of it. */
export function judgeColour(
  picture: Picture,
  region: Region,
  { colours, part }: Pick<ColourConstraint, 'colours' | 'part'>,
): { score: number; reason: string; seen: string } {
  const looks = samplesOf(picture, region.box, part, region.label === 'person');
  const score = (colour: Colour) =>
    Math.max(
      ...looks.map((samples) =>
        LOCAL.has(part)
          ? ramp(localShare(samples, colour), ...LOCALLY_BELIEVED)
          : believe(share(samples, colour), colour, colours.length > 1),
      ),
    );
  const shares = BASIC_NAMES.map((name) => ({ name, share: share(looks[0]!, { name }) }));
  const seen = shares.toSorted((a, b) => b.share - a.share)[0]!.name;
  return { score: Math.min(...colours.map(score)), seen, reason: `mostly ${seen}` };
}

/** Mean darkness of a region, 0 (white) .. 1 (black). */
export function darkness(picture: Picture, box: Box): number {
  const samples = samplesOf(picture, box, 'whole', false).flat();
  const total = samples.reduce((sum, s) => sum + s.weight, 0);
  return 1 - samples.reduce((sum, s) => sum + s.weight * s.lch[0], 0) / Math.max(total, 1e-6) / 100;
}

function samplesOf(picture: Picture, box: Box, part: Part, isPerson: boolean): Sample[][] {
  const region = toRaster(picture, box);
  return areasOf(region, part, isPerson).map((area) => samplePixels(picture.raster, region, area));
}
