import type { Figure } from '../metrics/figure.ts';
import { ALL_NEGATIVES, ALL_POSITIVES, OVERALL } from '../score/groups.ts';
import { figureOf, type Scores } from '../score/scores.ts';
import { type Html, html } from './html.ts';
import { figureHtml, type Run } from './words.ts';

interface Tile {
  readonly metric: string;
  readonly group: string;
  readonly title: string;
  readonly words: string;
}

const tiles = (k: number): readonly Tile[] => [
  {
    metric: `precision@${k}`,
    group: ALL_POSITIVES,
    title: `Precision@${k}`,
    words:
      k === 1 ? 'positives whose first box is right' : `positives with one of the first ${k} boxes right`,
  },
  {
    metric: 'rejection',
    group: ALL_NEGATIVES,
    title: 'Rejection',
    words: 'negatives called not present; higher is better',
  },
  {
    metric: 'false rejection',
    group: ALL_POSITIVES,
    title: 'False rejection',
    words: 'positives called not present; lower is better',
  },
  {
    metric: 'AUROC',
    group: OVERALL,
    title: 'AUROC of presence',
    words: 'pairs of a positive and its negative that have both scores; chance is .5',
  },
  {
    metric: 'asked a language model',
    group: 'all answers',
    title: 'Share asked',
    words: 'answers for which a language model was asked',
  },
];

/** The few figures that are looked at first, with their intervals and counts. */
export function summaryHtml(scores: Scores, { titled }: Run): Html {
  const shown = tiles(Math.min(...scores.options.ks)).map((tile) => ({
    ...tile,
    figure: figureOf(scores, tile.metric, tile.group),
  }));
  return html`<section id="summary"><h2>${titled('Summary')}</h2>
<dl class="tiles">${shown.map(
    ({ title, words, figure }) =>
      html`<div><dt>${title}</dt><dd>${valueHtml(figure)}<span class="note">${words}</span></dd></div>
`,
  )}</dl></section>
`;
}

const valueHtml = (figure: Figure | undefined): Html =>
  figure && figure.value !== null
    ? html`<span class="value">${figureHtml(figure)}</span>`
    : html`<span class="value">nothing to count</span>`;
