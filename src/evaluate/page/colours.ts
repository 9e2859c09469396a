import type { Rgb } from '../../picture/picture.ts';

interface Colours {
  readonly surface: Rgb;
  /** Behind tables and pictures. */
  readonly raised: Rgb;
  readonly ink: Rgb;
  /** Of words beside the point. */
  readonly muted: Rgb;
  readonly line: Rgb;
  readonly accent: Rgb;
  readonly warning: Rgb;
  /** Of marks in plots, told apart with any kind of colour vision: by lightness too. */
  readonly found: Rgb;
  readonly 'not-present': Rgb;
  readonly undecided: Rgb;
  readonly error: Rgb;
  /** Of what is written on a mark. */
  readonly on: Rgb;
}

/** By what the reader's system prefers. */
export const COLOURS: Readonly<Record<'light' | 'dark', Colours>> = {
  light: {
    surface: [255, 255, 255],
    raised: [246, 247, 249],
    ink: [27, 31, 36],
    muted: [88, 96, 105],
    line: [216, 221, 227],
    accent: [0, 92, 163],
    warning: [150, 64, 0],
    found: [0, 92, 163],
    'not-present': [184, 96, 0],
    undecided: [112, 121, 131],
    error: [150, 40, 110],
    on: [255, 255, 255],
  },
  dark: {
    surface: [20, 23, 27],
    raised: [30, 34, 40],
    ink: [231, 235, 239],
    muted: [160, 168, 178],
    line: [56, 62, 70],
    accent: [110, 184, 245],
    warning: [255, 176, 102],
    found: [110, 184, 245],
    'not-present': [240, 170, 70],
    undecided: [140, 149, 160],
    error: [226, 140, 196],
    on: [15, 17, 20],
  },
};

/** Declarations of a theme's colours as custom properties: "--surface: rgb(255 255 255); …" */
export const declarations = (theme: keyof typeof COLOURS): string =>
  Object.entries(COLOURS[theme])
    .map(([name, rgb]) => `--${name}: rgb(${rgb.join(' ')});`)
    .join(' ');
