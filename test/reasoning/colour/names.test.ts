import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLOURS } from '../../../src/expression/lexicon/colours.ts';
import type { Colour } from '../../../src/expression/query.ts';
import { BASIC_NAMES, fits, toLch } from '../../../src/reasoning/colour-names.ts';
import { PATCHES } from './patches.ts';

const fitOf = (name: string, [r, g, b]: readonly [number, number, number], tone?: Colour['tone']): number =>
  fits(toLch(r, g, b), tone ? { name, tone } : { name });

// Positions of the CSS colours in CIE LCh under D65, from the definition of the colour space.
describe('toLch', () => {
  it.each([
    ['white', [255, 255, 255], [100, 0, undefined]],
    ['black', [0, 0, 0], [0, 0, undefined]],
    ['red', [255, 0, 0], [53.24, 104.55, 40]],
    ['lime', [0, 255, 0], [87.73, 119.78, 136.02]],
    ['blue', [0, 0, 255], [32.3, 133.81, 306.28]],
    ['mid gray', [119, 119, 119], [50.03, 0, undefined]],
  ] as const)('%s', (_, [r, g, b], [lightness, chroma, hue]) => {
    const [l, c, h] = toLch(r, g, b);
    expect(l).toBeCloseTo(lightness, 1);
    expect(c).toBeCloseTo(chroma, 1);
    if (hue !== undefined) expect(h).toBeCloseTo(hue, 1);
  });
});

describe('colour names', () => {
  const rgb = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
  const names = [...new Set(Object.values(Object.fromEntries([...COLOURS])) as string[])];

  it('that are read are all known, in every tone, and fit between 0 and 1', () => {
    expect(names.length).toBeGreaterThan(15);
    fc.assert(
      fc.property(
        rgb,
        fc.constantFrom(...names, 'dark', 'light'),
        fc.constantFrom<Colour['tone']>(undefined, 'light', 'dark', 'bright'),
        (pixel, name, tone) => {
          const score = fitOf(name, pixel, tone);
          return score >= 0 && score <= 1;
        },
      ),
    );
    expect(() => fitOf('octarine', [1, 2, 3])).toThrow(RangeError);
  });

  it.each([
    ['pink', 'red', [240, 30, 150]],
    ['yellow', 'brown', [118, 110, 40]],
    ['green', 'yellow', [120, 150, 40]],
  ] as const)('%s is no %s: %o', (name, other, pixel) => {
    expect(fitOf(name, pixel)).toBeGreaterThan(0.9);
    expect(fitOf(other, pixel)).toBeLessThan(0.3);
  });

  it('are each shown by a patch', () => {
    expect(Object.keys(PATCHES).toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(PATCHES))('%s fits its own pixel and not others', (name, { rgb: pixel, not }) => {
    expect(fitOf(name, pixel)).toBeGreaterThan(0.8);
    for (const other of not) expect(fitOf(other, pixel), `${name} as ${other}`).toBeLessThan(0.4);
  });

  // Between the patches there are pixels that no name claims; a person would still call most of them something.
  it('leave few pixels unnamed', () => {
    const all = [...Array(512).keys()].map((i): [number, number, number] => [
      36 * (i >> 6),
      36 * ((i >> 3) & 7),
      36 * (i & 7),
    ]);
    const unnamed = all.filter((pixel) => Math.max(...names.map((name) => fitOf(name, pixel))) < 0.3);
    expect(unnamed.length / all.length).toBeLessThan(0.1);
  });

  it('of tones need the lightness they speak of', () => {
    for (const name of ['blue', 'green', 'brown', 'red']) {
      const { rgb: pixel } = PATCHES[name]!;
      const darker = pixel.map((v) => Math.round(v * 0.45)) as [number, number, number];
      expect(fitOf(name, darker, 'dark'), `dark ${name}`).toBeGreaterThan(0.5);
      expect(fitOf(name, darker, 'light'), `light ${name}`).toBeLessThan(0.3);
      expect(fitOf(name, darker, 'bright'), `bright ${name}`).toBeLessThan(0.3);
    }
    expect(fitOf('blue', [160, 205, 235], 'light')).toBeGreaterThan(0.5);
    expect(fitOf('blue', [160, 205, 235], 'dark')).toBeLessThan(0.3);
    expect(fitOf('gray', [190, 190, 192], 'light')).toBeGreaterThan(0.5);
    expect(fitOf('gray', [60, 60, 62], 'light')).toBeLessThan(0.3);
  });

  it('told instead are among the known ones', () => {
    for (const name of BASIC_NAMES) expect(names).toContain(name);
  });
});
