import type { Colour, Part } from '../../../src/expression/query.ts';
import type { Rgb } from '../../../src/picture/picture.ts';
import { scoreColour } from '../../../src/reasoning/colour.ts';
import type { TestScene } from '../scene.ts';

/** A typical pixel of each colour, and colours that nobody would take it for. */
export const PATCHES: Readonly<Record<string, { rgb: Rgb; not: readonly string[] }>> = {
  red: { rgb: [205, 35, 40], not: ['green', 'blue', 'yellow', 'purple', 'black', 'white', 'gray'] },
  orange: { rgb: [240, 130, 30], not: ['green', 'blue', 'pink', 'black', 'white', 'gray'] },
  yellow: { rgb: [245, 215, 50], not: ['red', 'green', 'blue', 'pink', 'black', 'white', 'gray'] },
  gold: { rgb: [212, 175, 55], not: ['red', 'blue', 'purple', 'black', 'white', 'gray'] },
  green: { rgb: [45, 140, 60], not: ['red', 'blue', 'yellow', 'purple', 'black', 'white', 'brown'] },
  olive: { rgb: [110, 110, 40], not: ['red', 'blue', 'pink', 'white', 'gray'] },
  turquoise: { rgb: [64, 200, 200], not: ['red', 'yellow', 'brown', 'black', 'white', 'gray'] },
  blue: { rgb: [40, 80, 190], not: ['red', 'green', 'yellow', 'pink', 'black', 'white', 'gray'] },
  navy: { rgb: [25, 35, 85], not: ['red', 'green', 'yellow', 'white', 'brown'] },
  purple: { rgb: [120, 50, 150], not: ['red', 'green', 'yellow', 'white', 'gray', 'black'] },
  pink: { rgb: [245, 150, 185], not: ['green', 'blue', 'yellow', 'brown', 'black', 'gray'] },
  brown: { rgb: [110, 70, 40], not: ['green', 'blue', 'pink', 'white', 'yellow', 'gray'] },
  maroon: { rgb: [110, 25, 40], not: ['green', 'blue', 'yellow', 'white', 'gray'] },
  beige: { rgb: [215, 195, 155], not: ['red', 'green', 'blue', 'black', 'purple'] },
  cream: { rgb: [250, 240, 210], not: ['red', 'green', 'blue', 'black', 'brown'] },
  blond: { rgb: [220, 185, 120], not: ['red', 'green', 'blue', 'black', 'white'] },
  black: { rgb: [20, 20, 22], not: ['red', 'green', 'blue', 'white', 'yellow'] },
  white: { rgb: [240, 240, 242], not: ['red', 'green', 'blue', 'black', 'yellow', 'brown'] },
  gray: { rgb: [128, 128, 130], not: ['red', 'green', 'blue', 'yellow', 'brown', 'pink'] },
  silver: { rgb: [180, 184, 190], not: ['red', 'green', 'yellow', 'brown', 'black'] },
};

/** Backgrounds on which the same thing must keep its colour. */
export const BACKGROUNDS: Readonly<Record<string, Rgb>> = {
  grass: [96, 128, 74],
  snow: [225, 228, 232],
  asphalt: [62, 62, 66],
  brick: [150, 84, 66],
};

/** How well a colour fits the first thing of a scene, 0..1. */
export function colourScore(
  { picture, things }: TestScene,
  colour: Colour['name'] | Colour,
  part: Part = 'whole',
): number {
  const { box, label } = things[0]!;
  const colours = [typeof colour === 'string' ? { name: colour } : colour];
  return scoreColour(picture, { box, label, score: 1 }, { colours, part }).score!;
}

/** What the first thing of a scene is said to be instead. */
export function seenColour({ picture, things }: TestScene): string {
  const { box, label } = things[0]!;
  return (
    scoreColour(picture, { box, label, score: 1 }, { colours: [{ name: 'red' }], part: 'whole' }).seen ?? ''
  );
}
