import { BLACK, type Canvas, fillRect, WHITE } from '../../annotate/canvas.ts';
import type { Box } from '../../box.ts';
import type { Rgb } from '../../picture/picture.ts';
import type { Figure, Unit } from '../metrics/metrics.ts';
import { shownInterval } from '../metrics/wilson.ts';
import { formatCount, formatInterval, formatValue } from '../score/print.ts';

/** Markup that may stand in a page as it is; only `html` and `asMarkup` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What a template takes: text and numbers, which are escaped, markup, and several of these; nothing of undefined. */
export type Piece = Html | string | number | undefined | readonly Piece[];

/**
 * A template whose pieces are escaped, so that a text can neither end an attribute nor begin an element.
 *
 * @example
 * html`<p title="${fileName}">${expression}</p>`;
 */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(strings.map((text, i) => (i === 0 ? text : markupOf(pieces[i - 1]) + text)).join(''));

/** Text of the project's own as markup, such as a style sheet; never anything that was read. */
export const asMarkup = (own: string): Html => new Html(own);

const markupOf = (piece: Piece): string => {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.markup;
  return typeof piece === 'object' ? piece.map(markupOf).join('') : escaped(String(piece));
};

// Control characters are no text: some end what a browser reads.
const escaped = (text: string): string =>
  text
    .replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '\ufffd');

/** As much of a text as `most` characters hold, with an ellipsis where something was left out. */
export function clipped(text: string, most: number): string {
  // Cut before it is split: one may be megabytes long.
  const letters = Array.from(text.slice(0, 2 * most + 2));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

/** A text of others: not too long, and on its own where it turns the direction of writing. */
export const foreign = (text: string, most = 500): Html => html`<bdi>${clipped(text, most)}</bdi>`;

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

const OUTCOMES = ['found', 'not-present', 'undecided', 'error', 'missing'] as const;

const FILTERS = OUTCOMES.map(
  (outcome) =>
    `#failures:has(input[value="${outcome}"]:checked) .item:not(.is-${outcome}) { display: none; }`,
).join('\n');

/** Colours follow the reader's system; nothing is loaded. */
export const STYLE: Html = asMarkup(`
:root { color-scheme: light dark; ${declarations('light')} }
@media (prefers-color-scheme: dark) { :root { ${declarations('dark')} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--surface); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--accent); }
.run { font-size: 1.1rem; }
.note, .interval, .count, caption, figcaption, .details, .remarks, nav { color: var(--muted); }
.note, .remarks, figcaption, nav { font-size: .875rem; }
.warning { border: 2px solid var(--warning); border-radius: .4rem; padding: .6rem .8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }

.facts, .tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); margin: 1rem 0; }
.facts dt, .tiles dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0; }
.facts > .wide { grid-column: span 2; }
.interval { white-space: nowrap; }
.tiles > div { background: var(--raised); border-radius: .4rem; padding: .6rem .8rem; }
.value b { display: block; font-size: 1.8rem; line-height: 1.2; }
.tiles .note { display: block; line-height: 1.3; margin-top: .3rem; }

.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; padding-bottom: .25rem; }
caption span { display: inline-block; max-width: calc(100vw - 2rem); white-space: normal; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
th[scope=row] { font-weight: 400; min-width: 7rem; max-width: 20rem; overflow-wrap: break-word; }
th[scope=row], thead th:first-child { position: sticky; left: 0; background: var(--surface); }
@media (max-width: 30rem) { th, td { padding-right: .6rem; } th[scope=row], thead th:first-child { min-width: 6rem; max-width: 7.5rem; } }
.wilson { text-decoration: underline dotted; }
.command { background: var(--raised); border-radius: .4rem; padding: .6rem .8rem; overflow-x: auto; font-size: .8rem; }
.provenance dt { color: var(--muted); font-size: .8rem; }
.provenance dd { font-size: .8rem; margin-bottom: .3rem; }
td .interval, td .count { display: block; font-size: .8rem; line-height: 1.3; }

figure { margin: 0; }
.beside > figure { max-width: 34rem; margin: .75rem 0; }
@media (min-width: 64rem) {
  .beside:has(> figure) { display: grid; grid-template-columns: 26rem minmax(0, 1fr); gap: 2rem; align-items: start; }
  .beside > figure { position: sticky; top: 1rem; }
}
.panels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin: .75rem 0; }
.pair { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; margin: .25rem 0; color: var(--ink); }
.legend svg { width: 1rem; height: 1rem; vertical-align: -.15rem; margin-right: .35rem; }

.plot { display: block; width: 100%; height: auto; font-family: inherit; }
.plot text { fill: var(--muted); font-size: 12px; }
.panels .plot text { font-size: 13px; }
.plot .name { fill: var(--ink); paint-order: stroke; stroke: var(--surface); stroke-width: 4px; }
.grid { stroke: var(--line); }
.chance { stroke: var(--muted); stroke-dasharray: 4 4; }
.curve, .behind { fill: none; stroke: var(--found); stroke-width: 2.5; stroke-linejoin: round; }
.behind { stroke: var(--muted); stroke-width: 1; }
.band { fill: var(--found); opacity: .18; stroke: none; }
.whisker { stroke: var(--muted); stroke-width: 1.5; }
.join { stroke: var(--line); stroke-width: 6; stroke-linecap: round; }
.mark { fill: var(--found); stroke: var(--surface); }
.mark.square { fill: var(--not-present); }
.mark.diamond { fill: var(--undecided); }
.mark.p95 { fill: var(--surface); stroke: var(--found); stroke-width: 2.5; }
.bar { fill: var(--undecided); }
${OUTCOMES.slice(0, -1)
  .map((outcome) => `.part.${outcome} { fill: var(--${outcome}); }`)
  .join('\n')}
.part.missing { fill: none; stroke: var(--muted); stroke-dasharray: 3 3; }
.plot .on { fill: var(--on); }
.plot .on.missing { fill: var(--muted); }

fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0; padding: .25rem .8rem .5rem; }
fieldset label { margin-right: 1rem; white-space: nowrap; }
summary { cursor: pointer; font-weight: 600; padding: .75rem 0; }
.items { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); align-items: start; }
.item { background: var(--raised); border-radius: .4rem; overflow: hidden; }
.item img { display: block; width: 100%; height: auto; max-height: 24rem; object-fit: contain; background: #181818; }
.item figcaption { padding: .6rem .8rem; }
.item p { margin: 0 0 .3rem; }
.no-picture { padding: .8rem .8rem 0; font-style: italic; }
.expression { color: var(--ink); font-size: 1rem; }
.outcome { border: 1px solid; border-radius: .3rem; padding: 0 .35rem; color: var(--ink); white-space: nowrap; }
.details span { margin-right: .6rem; }
.details bdi { color: var(--ink); }
${FILTERS}
`);

/** What a run is called where nobody named it. */
const UNNAMED = 'a run that was not named';
const SIMULATED = 'language model SIMULATED';

/** How the page speaks of what was scored. */
export interface Run {
  readonly name: string;
  readonly simulated: boolean;
  /** "Precision@k (language model SIMULATED)": a title that says what stood in for what. */
  readonly titled: (title: string) => string;
}

/** @param name as Scores has it: it says so where a language model was simulated */
export function runOf(name: string | undefined = UNNAMED): Run {
  const simulated = /simulated/i.test(name);
  return { name, simulated, titled: (title) => (simulated ? `${title} (${SIMULATED})` : title) };
}

const UNITS: Readonly<Record<Unit, string>> = {
  share: '',
  ms: ' (ms)',
  tokens: '',
  dollars: '',
  presence: '',
};

const metricWords = ({ metric, unit }: Figure): string => metric + UNITS[unit];

/** Value, interval and counts, each as a part of its own. */
export function figureHtml(figure: Figure): Html {
  const { value, unit, count } = figure;
  const { interval, isWilson } = shownInterval(figure);
  const kind = isWilson ? 'interval wilson' : 'interval';
  return html`<b>${formatValue(value, unit)}</b> <span class="${kind}">${formatInterval(interval, unit)}</span> <span class="count">${formatCount(count)}</span>`;
}

/** Length of a dash, and of what is between two, in line widths. */
const DASH = 4;

/**
 * A frame of white dashes with dark gaps, seen on any background and beside any colour.
 * @param edge its outer edge, in whole pixels of the canvas
 * @param thick in pixels
 */
export function dashedRect(canvas: Canvas, edge: Box, thick: number): void {
  const [x1, y1, x2, y2] = edge;
  for (const [from, to, box] of [
    [x1, x2, (a: number, b: number): Box => [a, y1, b, y1 + thick]],
    [x1, x2, (a: number, b: number): Box => [a, y2 - thick, b, y2]],
    [y1, y2, (a: number, b: number): Box => [x1, a, x1 + thick, b]],
    [y1, y2, (a: number, b: number): Box => [x2 - thick, a, x2, b]],
  ] as const) {
    const dash = DASH * thick;
    for (let i = 0, a = from; a < to; i++, a += dash) {
      fillRect(canvas, box(a, Math.min(a + dash, to)), i % 2 === 0 ? WHITE : BLACK);
    }
  }
}

/** A line under a plot that says what its marks mean. */
export interface Key {
  /** In the middle of a square of 16 units. */
  readonly mark: Html;
  readonly words: string;
}

export const legend = (keys: readonly Key[]): Html =>
  html`<ul class="legend">${keys.map(
    ({ mark, words }) => html`<li><svg viewBox="0 0 16 16" aria-hidden="true">${mark}</svg>${words}</li>`,
  )}</ul>`;

/** From so many letters on, a fact has the room of two. */
const WIDE = 50;

/** What is known of the whole page, by name. */
export const factsHtml = (facts: readonly (readonly [name: string, value: string])[]): Html =>
  html`<dl class="facts">${facts.map(
    ([name, value]) =>
      html`<div${value.length > WIDE ? html` class="wide"` : undefined}><dt>${name}</dt><dd>${foreign(value, 300)}</dd></div>`,
  )}</dl>`;

/** Rows that a table has; a set with more groups is read with a program. */
const MAX_ROWS = 200;

export interface Table {
  readonly caption: string;
  readonly head: readonly Piece[];
  /** Of which the first cell names the row. */
  readonly rows: readonly (readonly Piece[])[];
}

/** A table that scrolls by itself where it is wider than the page. */
export function tableHtml({ caption, head, rows }: Table): Html {
  const left = rows.length - MAX_ROWS;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.slice(0, MAX_ROWS).map(rowHtml)}</tbody>
</table></div>${left > 0 ? html`<p class="note">${left} more rows are left out here.</p>` : undefined}`;
}

const rowHtml = ([name, ...cells]: readonly Piece[]): Html =>
  html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`;

/** Nothing of nothing is no figure. */
export const tellsSomething = ({ value, count }: Figure): boolean => value !== null || count.of > 0;

/** Figures with a row for each group and a column for each metric, in the order in which they first come. */
export function figureTable(all: readonly Figure[], caption: string): Html {
  const figures = all.filter(tellsSomething);
  const heads = new Map(figures.map((figure) => [figure.metric, metricWords(figure)]));
  const groups = new Map<string, Map<string, Figure>>();
  for (const figure of figures) {
    const row = groups.get(figure.group) ?? new Map<string, Figure>();
    groups.set(figure.group, row.set(figure.metric, figure));
  }
  const rows = [...groups].map(([group, of]) => [
    foreign(group, 120),
    ...[...heads.keys()].map((metric) => {
      const figure = of.get(metric);
      return figure && figureHtml(figure);
    }),
  ]);
  return tableHtml({ caption, head: ['group', ...heads.values()], rows });
}
