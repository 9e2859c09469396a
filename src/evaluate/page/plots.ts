import type { Figure } from '../metrics/figure.ts';
import type { ScoredSection, Scores } from '../score/scores.ts';
import { sayFigure, sayValue } from '../score/words.ts';
import { foreign, type Html, html } from './html.ts';
import { legend } from './legend.ts';
import { latencyPlot } from './plot/latency.ts';
import { outcomesPlot } from './plot/outcomes.ts';
import { precisionPlot, precisionSeries, shape } from './plot/precision.ts';
import { reliabilityPlot } from './plot/reliability.ts';
import { rect } from './plot/svg.ts';
import { rocPanels } from './roc-panels.ts';
import { tableHtml } from './table.ts';
import type { Run } from './words.ts';

/** The plot of a section; undefined where there is nothing to plot. */
export type SectionPlot = (scores: Scores, section: ScoredSection, run: Run) => Html | undefined;

/** By the section's id; the others are tables only. */
export const PLOTS: Readonly<Record<string, SectionPlot>> = {
  precision(_, { figures }, { titled }) {
    const title = titled('Precision@k by level');
    const keys = precisionSeries(figures).map(({ metric, shape: name }) => ({
      mark: shape(name, 8, 8),
      words: metric,
    }));
    return plotted(precisionPlot(figures, title), title, legend(keys));
  },

  presence: (scores, _, run) => rocPanels(scores, run),

  outcomes(_, { figures }, { titled }) {
    const title = titled('Outcomes by kind of negative');
    const names = [...new Set(figures.map(({ metric }) => metric))];
    const keys = names.map((name) => ({ mark: rect(1, 1, 15, 15, `part ${name}`), words: name }));
    return plotted(outcomesPlot(figures, title), title, legend(keys));
  },

  calibration({ curves }, { figures }, { titled }) {
    if (curves.reliability.length === 0) return undefined;
    const each = curves.reliability.map(({ of, bins }, i) => {
      const title = titled(`Calibration: ${of}`);
      const error = figures.find(({ group }) => group === of);
      return html`<div>${plotted(reliabilityPlot({ id: `plot-calibration-${i}`, title, bins }), title, errorHtml(error))}
${tableHtml({
  caption: titled(`Bins of ${of}`),
  head: ['said', 'on average', 'came true', 'answers'],
  rows: bins.map(({ from, to, said, was, count }) => [
    `${from.toFixed(1)} to ${to.toFixed(1)}`,
    sayValue(said, 'share'),
    sayValue(was, 'share'),
    count,
  ]),
})}</div>`;
    });
    return html`<div class="pair">${each}</div>`;
  },

  latency(_, { figures }, { titled }) {
    const title = titled('Latency by who decided');
    const keys = ['p50', 'p95'].map((name) => ({
      mark: html`<circle class="mark ${name}" cx="8" cy="8" r="5"/>`,
      words: name,
    }));
    return plotted(latencyPlot(figures, title), title, legend(keys));
  },
};

const errorHtml = (error: Figure | undefined): Html | undefined =>
  error && html`<p>expected calibration error ${sayFigure(error)} answers</p>`;

const plotted = (plot: Html | undefined, title: string, below: Html | undefined): Html | undefined =>
  plot && html`<figure>${plot}<figcaption>${foreign(title)}${below}</figcaption></figure>`;
