import { clipped, type Html } from '../html.ts';
import { text, WIDTH } from './svg.ts';

/** Height of a row: a line of words, and what is drawn below it. */
export const ROW = 44;
/** More rows make a plot that nobody reads; the table has them all. */
export const MOST_ROWS = 24;
/** Letters of a row's name that there is room for. */
const LETTERS = 36;

/** Where a row's words stand and where its drawing lies. */
export const rowAt = (i: number, top = 0) => ({
  baseline: top + i * ROW + 14,
  from: top + i * ROW + 20,
  to: top + i * ROW + 37,
});

/** A row's name on the left, and what it counts on the right. */
export const rowWords = (baseline: number, name: string, count: string): Html[] => [
  text(0, baseline, clipped(name, LETTERS), 'name', 'start'),
  text(WIDTH, baseline, count, 'tick', 'end'),
];
