import { type Html, html, type Piece } from '../html.ts';
import type { Scale } from './scale.ts';

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
export const sayShare = (share: number): string => String(share).replace(/^0\./, '.');
