import type { Colour } from '../../language/query.ts';
import { type Lch, toLch } from './lab.ts';
import { fits } from './names.ts';
import { GRID, type Samples } from './pixels.ts';

const COLOURS = 1 << 15;
const expand = (five: number): number => (five << 3) | (five >> 2);

/** A colour of the samples (5 bits a channel) in LCh. */
export const lchOf = (colour: number): Lch =>
  toLch(expand((colour >> 10) & 31), expand((colour >> 5) & 31), expand(colour & 31));

/** How well a name fits each of the 32,768 colours, worked out as they occur; pure, so it may be kept. */
const known = new Map<string, Float32Array>();

function fitsOf(colour: Colour): (sample: number) => number {
  const key = `${colour.tone ?? ''} ${colour.name}`;
  const table = known.get(key) ?? new Float32Array(COLOURS).fill(-1);
  known.set(key, table);
  return (sample) => {
    const before = table[sample]!;
    if (before >= 0) return before;
    const value = fits(lchOf(sample), colour);
    table[sample] = value;
    return value;
  };
}

/** Weighted share of the samples that a colour name fits, 0..1. */
export function share({ colours, weight }: Samples, colour: Colour): number {
  const fitting = fitsOf(colour);
  let total = 0;
  let matching = 0;
  for (let i = 0; i < colours.length; i++) {
    total += weight[i]!;
    matching += weight[i]! * fitting(colours[i]!);
  }
  return total > 0 ? matching / total : 0;
}

/** A window for small things on a body, whose place differs with the pose; in grid points. */
const WINDOW = { width: 10, height: 13, step: 4 };

/** The highest share that any window of the area has, counting what looks like background as not fitting. */
export function localShare({ colours, foreground }: Samples, colour: Colour): number {
  const fitting = fitsOf(colour);
  const sums = integral((i) => fitting(colours[i]!) * Math.min(1, 2 * foreground[i]!));
  const side = GRID + 1;
  let best = 0;
  for (let y = 0; y + WINDOW.height <= GRID; y += WINDOW.step) {
    for (let x = 0; x + WINDOW.width <= GRID; x += WINDOW.step) {
      const top = y * side + x;
      const bottom = (y + WINDOW.height) * side + x;
      const sum = sums[bottom + WINDOW.width]! - sums[bottom]! - sums[top + WINDOW.width]! + sums[top]!;
      best = Math.max(best, sum);
    }
  }
  return best / (WINDOW.width * WINDOW.height);
}

/** Summed-area table over the grid, with a row and a column of zeros in front. */
function integral(value: (i: number) => number): Float64Array {
  const side = GRID + 1;
  const sums = new Float64Array(side * side);
  for (let y = 0; y < GRID; y++) {
    let row = 0;
    for (let x = 0; x < GRID; x++) {
      row += value(y * GRID + x);
      sums[(y + 1) * side + x + 1] = sums[y * side + x + 1]! + row;
    }
  }
  return sums;
}
