import { linear, type Range, type Scale } from '../../scales.ts';
import { clipped, type Html, html, type Piece } from './html.ts';

/** Width of a plot in its own units: about the pixels of a phone, so that its words stay readable there. */
export const WIDTH = 360;

/** The part of a drawing in which values lie. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Drawing {
  /** Unique in the page. */
  readonly id: string;
  /** Said instead of the drawing where it cannot be seen: what it is, and what it shows. */
  readonly title: string;
  readonly desc: string;
  readonly width: number;
  readonly height: number;
}

export const svg = ({ id, title, desc, width, height }: Drawing, ...body: readonly Piece[]): Html =>
  html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${desc}</desc>${body}</svg>`;

/** A coordinate with as many digits as can be seen. */
export const at = (value: number): number => Math.round(value * 100) / 100;

/** Something with words that a pointer resting on it shows. */
export const telling = (words: string, ...body: readonly Piece[]): Html =>
  html`<g><title>${words}</title>${body}</g>`;

export const line = (x1: number, y1: number, x2: number, y2: number, of: string): Html =>
  html`<line class="${of}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;

export const rect = (x1: number, y1: number, x2: number, y2: number, of: string): Html =>
  html`<rect class="${of}" x="${at(x1)}" y="${at(y1)}" width="${at(x2 - x1)}" height="${at(y2 - y1)}"/>`;

export type Anchor = 'start' | 'middle' | 'end';

export const text = (x: number, y: number, words: string | number, of: string, anchor: Anchor): Html =>
  html`<text class="${of}" x="${at(x)}" y="${at(y)}" text-anchor="${anchor}">${words}</text>`;

export const path = (points: readonly (readonly [x: number, y: number])[], of: string): Html =>
  html`<path class="${of}" d="${points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`).join('')}"/>`;

export interface Axis {
  readonly scale: Scale;
  readonly ticks: readonly number[];
  readonly say: (tick: number) => string;
  readonly title?: string;
}

/** Lines across at the ticks, with their values on the left, and the title on top. */
export const axisY = ({ left, right, top }: Frame, { scale, ticks, say, title }: Axis): Html =>
  html`${ticks.map((tick) => [
    line(left, scale(tick), right, scale(tick), 'grid'),
    text(left - 6, scale(tick) + 4, say(tick), 'tick', 'end'),
  ])}${title && text(0, top - 10, title, 'tick', 'start')}`;

/** Lines upwards at the ticks, with their values and the title below. */
export const axisX = ({ left, right, top, bottom }: Frame, { scale, ticks, say, title }: Axis): Html =>
  html`${ticks.map((tick, i) => [
    line(scale(tick), top, scale(tick), bottom, 'grid'),
    text(scale(tick), bottom + 15, say(tick), 'tick', anchorOf(i, ticks.length)),
  ])}${title && text((left + right) / 2, bottom + 32, title, 'tick', 'middle')}`;

/** The last value ends where the drawing does. */
const anchorOf = (i: number, of: number): Anchor => (i === of - 1 ? 'end' : 'middle');

/** Ticks of an axis of shares: 0, .2, … 1. */
export const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;
export const formatShare = (share: number): string => String(share).replace(/^0\./, '.');

/** Equal ratios are equally far apart. What is below the domain, 0 too, lies at its beginning. */
export function logarithmic(domain: Range, range: Range): Scale {
  const scale = linear([Math.log(domain[0]), Math.log(domain[1])], range);
  return (value) => scale(Math.log(Math.max(value, domain[0])));
}

const STEPS = [1, 2, 5] as const;
/** A ratio that is 1 but for rounding. */
const NEARLY = 1 + 1e-9;

/**
 * Round numbers, 1, 2 and 5 times powers of ten, that hold all values between the first and the last; at most `most`,
 * of equal ratios as nearly as such numbers have. Values of 0 and below are left out; 1 to 10 where there is none.
 */
export function roundTicks(values: readonly number[], most: number): number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [1, 10];
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of STEPS) ticks.push(Number(`${step}e${power}`));
  }
  const first = ticks.findLastIndex((tick) => tick <= low * NEARLY);
  const last = ticks.findIndex((tick) => tick * NEARLY >= high);
  const needed = ticks.slice(Math.max(0, first), Math.max(last, first + 1) + 1);
  return needed.length <= most ? needed : thinned(needed);
}

/** Powers of ten; the first and the last number stay, as the ends of an axis. */
const thinned = (ticks: readonly number[]): number[] =>
  ticks.filter((tick, i) => i === 0 || i === ticks.length - 1 || Number.isInteger(Math.log10(tick)));

/** Height of a row: a line of words, and what is drawn below it. */
export const ROW = 44;
/** More rows make a plot that nobody reads; the table has them all. */
export const MAX_ROWS = 24;
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
