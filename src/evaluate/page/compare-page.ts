import { writeFileAtomic } from '../../files.ts';
import { linear } from '../../scales.ts';
import type { Provenance } from '../provenance.ts';
import type { Comparison, Difference } from '../score/compare.ts';
import { formatCount, formatInterval, formatValue } from '../score/print.ts';
import { SECTIONS } from '../score/sections.ts';
import { clipped, factsHtml, foreign, type Html, html, runOf, tableHtml } from './html.ts';
import { documentHtml, provenanceHtml } from './page.ts';
import {
  at,
  axisX,
  formatShare,
  line,
  MAX_ROWS,
  ROW,
  roundTicks,
  rowAt,
  rowWords,
  svg,
  telling,
  WIDTH,
} from './plot.ts';

const NOBODY: Difference['winner'] = 'not told apart';

export interface ComparePageOptions {
  readonly comparison: Comparison;
  readonly provenance: Provenance;
  /** The file to write. */
  readonly out: string;
}

/**
 * Writes two systems beside each other as one HTML file: paired differences with their intervals, on the questions that
 * both answer.
 * @throws SpotterError cannot-write
 */
export const writeComparePage = ({ out, ...parts }: ComparePageOptions): Promise<void> =>
  writeFileAtomic(out, comparePage(parts).markup);

export function comparePage({ comparison, provenance }: Omit<ComparePageOptions, 'out'>): Html {
  const { names, both, leftOut, resampling, onlyRightInA, onlyRightInB } = comparison;
  const run = runOf(`${names.a} / ${names.b}`);
  const told = comparison.differences.filter(({ difference }) => difference !== null);
  const sections = SECTIONS.flatMap(({ id, title, note }) => {
    const differences = told.filter(({ section }) => section === id);
    return differences.length > 0 ? [{ id, title, note, differences }] : [];
  });
  const facts: readonly (readonly [string, string])[] = [
    ['a', names.a],
    ['b', names.b],
    ['annotations that both answer', `${both.annotations} on ${both.images} images`],
    ['left out', `${leftOut.onlyA} of a only, ${leftOut.onlyB} of b only, ${leftOut.neither} of neither`],
    [
      'intervals of b - a',
      `${resampling.confidence * 100} % of ${resampling.resamples} resamples of the images, the same for both, seed ${resampling.seed}`,
    ],
    ['better', 'whose interval of b - a leaves out 0; "-": they cannot be told apart'],
    ['first box right in one only', `a ${onlyRightInA.length}, b ${onlyRightInB.length}`],
  ];
  return documentHtml({
    title: run.titled('Two systems compared'),
    body: html`<header><h1>Two systems compared</h1>
${factsHtml(facts)}</header>
<nav aria-label="Contents"><ul>${[
      ...sections.map(({ id, title }) => [id, title]),
      ['provenance', 'Where it comes from'],
    ].map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${sections.map(
  ({ id, title, note, differences }) => html`<section id="${id}"><h2>${run.titled(title)}</h2>
<p class="note">${note}</p>
<div class="beside">${differencePlot({ id: `plot-${id}`, title: run.titled(`${title}, b - a`), differences })}${differenceTable(differences, run.titled(title))}</div></section>
`,
)}${provenanceHtml(provenance, run)}</main>
`,
  });
}

function differenceTable(differences: readonly Difference[], caption: string): Html {
  const side = (value: number | null, unit: Difference['unit'], count: Difference['counts']['a']): Html =>
    html`<b>${formatValue(value, unit)}</b> <span class="count">${formatCount(count)}</span>`;
  return tableHtml({
    caption,
    head: ['figure', 'a', 'b', 'b - a', 'better'],
    rows: differences.map(({ metric, group, unit, a, b, counts, difference, interval, better, winner }) => [
      foreign(`${metric}, ${group}`, 120),
      side(a, unit, counts.a),
      side(b, unit, counts.b),
      html`<b>${signed(difference!, unit)}</b> <span class="interval">${formatInterval(interval, unit)}</span>`,
      better === 'neither' ? '' : winner === NOBODY ? '-' : winner,
    ]),
  });
}

const signed = (value: number, unit: Difference['unit']): string =>
  `${value > 0 ? '+' : ''}${formatValue(value, unit)}`;

const SIDES = { left: 24, right: WIDTH - 24 } as const;
const AXIS = 40;

/** Differences of shares with their intervals beside zero, a row each; undefined where there is none. */
export function differencePlot(plot: {
  readonly id: string;
  readonly title: string;
  readonly differences: readonly Difference[];
}): Html | undefined {
  const shares = plot.differences
    .filter(({ unit, better }) => unit === 'share' && better !== 'neither')
    .slice(0, MAX_ROWS);
  if (shares.length === 0) return undefined;
  const farthest = Math.max(
    0.01,
    ...shares.flatMap(({ difference, interval }) => [difference!, ...(interval ?? [])].map(Math.abs)),
  );
  const end = Math.min(1, roundTicks([farthest], 2).at(-1)!);
  const x = linear([-end, end], [SIDES.left, SIDES.right]);
  const bottom = shares.length * ROW;
  const rows = shares.map((of, i) => {
    const { baseline, from, to } = rowAt(i);
    const y = (from + to) / 2;
    const words = `${of.metric}, ${of.group}: ${signed(of.difference!, 'share')} ${formatInterval(of.interval, 'share')}`;
    return [
      rowWords(baseline, clipped(`${of.metric}, ${of.group}`, 36), of.winner === NOBODY ? '' : of.winner),
      telling(
        words,
        of.interval ? line(x(of.interval[0]), y, x(of.interval[1]), y, 'whisker') : undefined,
        html`<circle class="mark disc" cx="${at(x(of.difference!))}" cy="${at(y)}" r="5"/>`,
      ),
    ];
  });
  return html`<figure>${svg(
    {
      id: plot.id,
      title: plot.title,
      desc: shares.map((of) => `${of.metric}, ${of.group}: ${signed(of.difference!, 'share')}`).join('; '),
      width: WIDTH,
      height: bottom + AXIS,
    },
    axisX(
      { ...SIDES, top: 20, bottom },
      { scale: x, ticks: [-end, 0, end], say: formatSigned, title: 'b - a, with what resamples have' },
    ),
    line(x(0), 20, x(0), bottom, 'chance'),
    rows,
  )}<figcaption>${foreign(plot.title)}; on the right which is better</figcaption></figure>`;
}

const formatSigned = (tick: number): string =>
  tick === 0 ? '0' : `${tick > 0 ? '+' : '-'}${formatShare(Math.abs(tick))}`;
