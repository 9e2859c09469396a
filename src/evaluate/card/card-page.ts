import { shownInterval } from '../metrics/wilson.ts';
import { factsHtml, figureHtml, foreign, type Html, html, legend, runOf, tableHtml } from '../page/html.ts';
import { kindsPlot, kindsSeries, shape } from '../page/kinds.ts';
import { documentHtml, provenanceHtml } from '../page/page.ts';
import type { Provenance } from '../provenance.ts';
import { formatCount, formatInterval, formatValue, table } from '../score/print.ts';
import type { Card, CardFigure, CardSystem } from './card.ts';

/** Digits of a hash that people compare; card.json has all. */
const HASH = 12;

/** The names of all figures, in their order. */
const namesOf = ({ systems }: Card): string[] => [
  ...new Set(systems.flatMap(({ figures }) => figures.map(({ name }) => name))),
];

const figureNamed = ({ figures }: CardSystem, name: string): CardFigure | undefined =>
  figures.find((figure) => figure.name === name);

const asFigure = (figure: CardFigure, strategy: string) => ({
  ...figure,
  metric: figure.name,
  group: strategy,
});

/** A card for a terminal: a row a figure, a column a strategy. */
export function printCard(card: Card): string {
  const { set, systems, notRun, date } = card;
  const rows = namesOf(card).map((name) => [
    name,
    ...systems.map((system) => {
      const figure = figureNamed(system, name);
      if (!figure) return '';
      const { interval } = shownInterval(asFigure(figure, system.strategy));
      return [
        formatValue(figure.value, figure.unit),
        formatInterval(interval, figure.unit),
        formatCount(figure.count),
      ].join(' ');
    }),
  ]);
  return [
    `Benchmark card ${card.card}, Spotter ${card.spotter}, ${date}`,
    `${set.annotations} annotations (${set.positives} positives, ${set.negatives} negatives) on ${set.images} images, sha256 ${set.sha256}; questions ${set.questions.slice(0, HASH)}`,
    ...systems.map(({ strategy, name }) => `${strategy}: ${name}`),
    ...notRun.map(({ strategy, why }) => `${strategy}: not run, ${why}`),
    '',
    ...table([['', ...systems.map(({ strategy }) => strategy)], ...rows]),
  ].join('\n');
}

/** A card as one page that needs nothing else. */
export function cardPage(card: Card, provenance: Provenance): Html {
  const { set, systems, notRun, resampling } = card;
  const run = runOf(systems.map(({ name }) => name).join('; '));
  const title = `Benchmark card ${card.card}`;
  const plotted = systems.flatMap((system) =>
    ['precision@1', 'rejection of negatives'].flatMap((name) => {
      const figure = figureNamed(system, name);
      return figure ? asFigure(figure, system.strategy) : [];
    }),
  );
  const facts: readonly (readonly [string, string])[] = [
    [
      'set',
      `${set.annotations}: ${set.positives} positives, ${set.negatives} negatives, ${set.images} images`,
    ],
    ['sha256 of the set', `${set.sha256.slice(0, HASH)}…`],
    ['sha256 of the questions', `${set.questions.slice(0, HASH)}…`],
    ['Spotter', card.spotter],
    ['date', `${card.date.slice(0, 16).replace('T', ' ')} UTC`],
    [
      'intervals',
      `${resampling.confidence * 100} % of ${resampling.resamples} resamples of the images, seed ${resampling.seed}`,
    ],
  ];
  return documentHtml({
    title: run.titled(title),
    body: html`<header><h1>${run.titled(title)}</h1>
<p class="note">All strategies on one set. Two cards with the same number and the same sha256 of the questions can be compared.</p>
${factsHtml(facts)}</header>
<main><section id="systems"><h2>${run.titled('Systems')}</h2>
<ul>${systems.map(({ strategy, name }) => html`<li><b>${strategy}</b>: ${foreign(name, 300)}</li>`)}${notRun.map(({ strategy, why }) => html`<li><b>${strategy}</b>: not run, ${why}</li>`)}</ul>
<div class="beside"><figure>${kindsPlot({ id: 'plot-card', title: run.titled('Precision and rejection'), figures: plotted })}<figcaption>${legend(
      kindsSeries(plotted).map(({ metric, shape: of }) => ({ mark: shape(of, 8, 8), words: metric })),
    )}</figcaption></figure>${tableHtml({
      caption: run.titled('Figures'),
      head: ['figure', ...systems.map(({ strategy }) => strategy)],
      rows: namesOf(card).map((name) => [
        name,
        ...systems.map((system) => {
          const figure = figureNamed(system, name);
          return figure && figureHtml(asFigure(figure, system.strategy));
        }),
      ]),
    })}</div></section>
${provenanceHtml(provenance, run)}</main>
`,
  });
}
