import type { Rgb } from '../picture/picture.ts';

export const BLACK: Rgb = [0, 0, 0];
export const WHITE: Rgb = [255, 255, 255];
/** What surrounds a picture that had to be extended: strips for captions and labels. */
export const MARGIN: Rgb = [24, 24, 24];

/**
 * Okabe and Ito's colours, told apart with any kind of colour vision ("Color Universal Design", 2008), without
 * black; in an order that keeps the first few as far apart as possible.
 */
export const OKABE_ITO: readonly Rgb[] = [
  [230, 159, 0], // orange
  [86, 180, 233], // sky blue
  [0, 158, 115], // bluish green
  [240, 228, 66], // yellow
  [204, 121, 167], // reddish purple
  [213, 94, 0], // vermilion
  [0, 114, 178], // blue
];

/** What was found: the brightest of them stands out of a receded picture. */
export const FOUND: Rgb = [240, 228, 66];

/** Relative luminance as WCAG 2 defines it, 0..1. */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((v) => (v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast ratio as WCAG 2 defines it, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

/** Black or white, whichever reads better on a colour. */
export const inkOn = (colour: Rgb): Rgb =>
  contrast(colour, BLACK) >= contrast(colour, WHITE) ? BLACK : WHITE;
