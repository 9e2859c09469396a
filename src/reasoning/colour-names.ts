import { ramp, within } from '../box.ts';
import type { Colour } from '../expression/query.ts';

/** A fuzzy box in LCh space; hue bounds may be below 0 or above 360 and wrap. Soft edges are fixed per axis. */
interface Patch {
  readonly l: readonly [number, number];
  readonly c: readonly [number, number];
  readonly h?: readonly [number, number];
}

const SOFT = { l: 10, c: 7, h: 10 };
const ANY = 200;

/**
 * What people call a colour, as patches of LCh space. Bounds were set from the positions of the named CSS
 * colours and of photographed things, where shadow lowers lightness and chroma while it keeps the hue.
 */
const PATCHES: Record<string, readonly Patch[]> = {
  red: [
    { l: [18, 65], c: [30, ANY], h: [4, 44] },
    { l: [8, 35], c: [26, ANY], h: [0, 40] },
    { l: [7, 22], c: [17, ANY], h: [-8, 34] },
  ],
  orange: [{ l: [45, 85], c: [38, ANY], h: [46, 76] }],
  yellow: [
    { l: [62, 100], c: [32, ANY], h: [76, 107] },
    { l: [42, 75], c: [34, ANY], h: [74, 96] },
    { l: [38, 75], c: [24, ANY], h: [86, 106] },
  ],
  gold: [
    { l: [38, 90], c: [20, ANY], h: [55, 98] },
    { l: [40, 85], c: [12, 45], h: [50, 92] },
  ],
  green: [
    { l: [15, 90], c: [13, ANY], h: [108, 178] },
    { l: [20, 66], c: [26, ANY], h: [100, 182] },
  ],
  olive: [{ l: [20, 60], c: [12, 50], h: [85, 125] }],
  turquoise: [{ l: [30, 95], c: [12, ANY], h: [172, 235] }],
  blue: [
    { l: [8, 58], c: [11, ANY], h: [218, 308] },
    { l: [50, 90], c: [17, ANY], h: [215, 300] },
  ],
  navy: [{ l: [4, 38], c: [6, ANY], h: [225, 312] }],
  purple: [{ l: [12, 75], c: [14, ANY], h: [304, 345] }],
  pink: [
    { l: [55, 95], c: [12, ANY], h: [-42, 24] },
    { l: [42, 75], c: [35, ANY], h: [-30, 12] },
    { l: [28, 60], c: [38, ANY], h: [-36, 2] },
  ],
  brown: [
    { l: [12, 55], c: [11, 50], h: [36, 88] },
    { l: [8, 38], c: [7, 35], h: [30, 85] },
  ],
  maroon: [{ l: [8, 42], c: [15, 60], h: [-12, 40] }],
  beige: [{ l: [48, 90], c: [6, 30], h: [55, 100] }],
  cream: [{ l: [75, 100], c: [5, 30], h: [70, 110] }],
  blond: [{ l: [44, 92], c: [14, 60], h: [42, 96] }],
  black: [
    { l: [0, 22], c: [0, 14] },
    { l: [0, 14], c: [0, 30] },
  ],
  white: [
    { l: [74, 100], c: [0, 12] },
    { l: [66, 100], c: [0, 9] },
    { l: [70, 100], c: [0, 17], h: [215, 300] },
  ],
  gray: [
    { l: [26, 74], c: [0, 10] },
    { l: [26, 70], c: [0, 13], h: [205, 300] },
  ],
  'dark gray': [{ l: [10, 46], c: [0, 13] }],
  'light gray': [{ l: [55, 90], c: [0, 11] }],
  silver: [
    { l: [38, 88], c: [0, 10] },
    { l: [34, 88], c: [0, 17], h: [200, 300] },
  ],
  dark: [{ l: [0, 34], c: [0, ANY] }],
  light: [{ l: [66, 100], c: [0, ANY] }],
};

/** Names that exclude each other. */
const RIVAL_NAMES = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink'] as const;
const RIVALS: ReadonlySet<string> = new Set<string>(RIVAL_NAMES);

/** The basic names used when telling what colour something is instead. */
export const BASIC_NAMES = [...RIVAL_NAMES, 'brown', 'black', 'white', 'gray'] as const;

/** What a picture without colours shows, too. */
const ACHROMATIC: ReadonlySet<string> = new Set(['black', 'white', 'gray', 'silver', 'dark', 'light']);
export const isAchromatic = ({ name }: Colour): boolean => ACHROMATIC.has(name);

/** A tone moves the name's lightness: "light blue" is not any blue. */
const TONES: Record<NonNullable<Colour['tone']>, (lch: Lch) => number> = {
  light: ([l]) => ramp(l, 38, 58),
  dark: ([l]) => ramp(l, 62, 42),
  bright: ([l, c]) => ramp(l, 30, 48) * ramp(c, 20, 38),
};

function inPatch([l, c, h]: Lch, patch: Patch): number {
  const lightness = within(l, ...patch.l, SOFT.l);
  const chroma = within(c, patch.c[0] === 0 ? -ANY : patch.c[0], patch.c[1], SOFT.c);
  if (!patch.h || lightness * chroma === 0) return lightness * chroma;
  const [lo, hi] = patch.h;
  const hue = Math.max(...[h - 360, h, h + 360].map((angle) => within(angle, lo, hi, SOFT.h)));
  return lightness * chroma * hue;
}

/**
 * How well a colour name fits a pixel, 0..1. Where a basic name fits the pixel better, that name is what people
 * would call it, so the other one counts less: magenta is not red.
 */
export function fits(lch: Lch, colour: Colour): number {
  const toned = PATCHES[`${colour.tone} ${colour.name}`];
  const own = toned
    ? best(lch, toned)
    : named(lch, colour.name) * (colour.tone ? TONES[colour.tone](lch) : 1);
  if (own === 0 || !RIVALS.has(colour.name)) return own;
  const rival = Math.max(
    ...[...RIVALS].filter((name) => name !== colour.name).map((name) => named(lch, name)),
  );
  return rival <= own ? own : own * (own / rival) ** 4;
}

const best = (lch: Lch, patches: readonly Patch[]): number =>
  Math.max(...patches.map((p) => inPatch(lch, p)));

function named(lch: Lch, name: string): number {
  const patches = PATCHES[name];
  if (!patches) throw new RangeError(`no colour is called ${name}`);
  return best(lch, patches);
}

/** Lightness 0..100, chroma >= 0, hue angle in degrees 0..360. */
export type Lch = readonly [lightness: number, chroma: number, hue: number];

const LINEAR = Float64Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});
const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);

/** sRGB (0..255) to CIE LCh(ab) under D65. */
export function toLch(r: number, g: number, b: number): Lch {
  const R = LINEAR[r] ?? 0;
  const G = LINEAR[g] ?? 0;
  const B = LINEAR[b] ?? 0;
  const x = f((0.4124564 * R + 0.3575761 * G + 0.1804375 * B) / 0.95047);
  const y = f(0.2126729 * R + 0.7151522 * G + 0.072175 * B);
  const z = f((0.0193339 * R + 0.119192 * G + 0.9503041 * B) / 1.08883);
  const a = 500 * (x - y);
  const bb = 200 * (y - z);
  const hue = (Math.atan2(bb, a) * 180) / Math.PI;
  return [116 * y - 16, Math.hypot(a, bb), hue < 0 ? hue + 360 : hue];
}
