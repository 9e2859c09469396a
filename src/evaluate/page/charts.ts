import { linear, type Scale } from '../../scales.ts';
import { type ReliabilityBin, type RocBand, type RocPoint, rocBand } from '../metrics/curves.ts';
import type { Figure } from '../metrics/metrics.ts';
import { wilson } from '../metrics/wilson.ts';
import { ALL_POSITIVES, LEVEL_1_AGAINST_ALL, OVERALL } from '../score/items.ts';
import { formatBriefly, formatCount, formatFigure, formatInterval, formatValue } from '../score/print.ts';
import { figureOf, presenceGroups, type ScoredSection, type Scores } from '../score/sections.ts';
import { figureHtml, foreign, type Html, html, legend, type Run, tableHtml } from './html.ts';
import { kindsPlot, kindsSeries, SHAPES, shape } from './kinds.ts';
import {
  at,
  axisX,
  axisY,
  type Frame,
  formatShare,
  line,
  logarithmic,
  MAX_ROWS,
  path,
  ROW,
  rect,
  roundTicks,
  rowAt,
  rowWords,
  SHARES,
  svg,
  telling,
  text,
  WIDTH,
} from './plot.ts';

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

  recall: (_, section, run) => byKindPlot('plot-recall', 'Recall@k by kind of negative', section, run),

  rejection: (_, section, run) => byKindPlot('plot-rejection', 'Rejection by kind of negative', section, run),

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
  head: ['predicted probability', 'mean', 'observed share', '95 % interval', 'answers'],
  rows: bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, said, was, count }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      formatValue(said, 'share'),
      formatValue(was, 'share'),
      formatInterval(wilsonOf({ was, count }), 'share'),
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

function byKindPlot(id: string, name: string, { figures }: ScoredSection, { titled }: Run): Html | undefined {
  const title = titled(name);
  const keys = kindsSeries(figures).map(({ metric, shape: of }) => ({
    mark: shape(of, 8, 8),
    words: metric,
  }));
  return plotted(kindsPlot({ id, title, figures }), title, legend(keys));
}

const errorHtml = (error: Figure | undefined): Html | undefined =>
  error && html`<p>expected calibration error ${formatFigure(error)} answers</p>`;

const plotted = (plot: Html | undefined, title: string, below: Html | undefined): Html | undefined =>
  plot && html`<figure>${plot}<figcaption>${foreign(title)}${below}</figcaption></figure>`;

const SIDES = { left: 8, right: WIDTH - 8 } as const;
const AXIS = 40;
const MAX_TICKS = 9;

/** The percentiles of each route as points, joined, with their intervals as whiskers; undefined where there is nothing. */
export function latencyPlot(figures: readonly Figure[], title: string): Html | undefined {
  const timed = figures.filter(({ value }) => value !== null);
  const routes = [...new Set(timed.map(({ group }) => group))].slice(0, MAX_ROWS);
  if (routes.length === 0) return undefined;
  const ticks = roundTicks(
    timed.flatMap(({ value, interval }) => [value!, ...(interval ?? [])]),
    MAX_TICKS,
  );
  const x = logarithmic([ticks[0]!, ticks.at(-1)!], [SIDES.left, SIDES.right]);
  const rows = routes.map((route, i) => {
    const { baseline, from, to } = rowAt(i);
    const y = (from + to) / 2;
    const percentiles = timed.filter(({ group }) => group === route);
    const places = percentiles.map(({ value }) => x(value!));
    return [
      rowWords(baseline, route, `n = ${formatCount(percentiles[0]!.count)}`),
      line(Math.min(...places), y, Math.max(...places), y, 'join'),
      percentiles.map((figure) => percentile(figure, x, y)),
    ];
  });
  const bottom = routes.length * ROW;
  const desc = timed.map((f) => `${f.group}, ${f.metric}: ${formatFigure(f)} ms`).join('; ');
  return svg(
    { id: 'plot-latency', title, desc, width: WIDTH, height: bottom + AXIS },
    axisX(
      { ...SIDES, top: 20, bottom },
      { scale: x, ticks, say: formatMs, title: 'milliseconds, logarithmic' },
    ),
    rows,
  );
}

function percentile(figure: Figure, x: (ms: number) => number, y: number): Html {
  const [low, high] = figure.interval ?? [figure.value!, figure.value!];
  return telling(
    `${figure.group}, ${figure.metric}: ${formatFigure(figure)} ms`,
    high > low
      ? [
          line(x(low), y, x(high), y, 'whisker'),
          line(x(low), y - 4, x(low), y + 4, 'whisker'),
          line(x(high), y - 4, x(high), y + 4, 'whisker'),
        ]
      : undefined,
    html`<circle class="mark ${figure.metric.replace('latency ', '')}" cx="${at(x(figure.value!))}" cy="${at(y)}" r="5"/>`,
  );
}

const formatMs = (ms: number): string => (ms < 1 ? String(ms) : formatValue(ms, 'ms'));

/** Room that a number on a bar needs, for each digit and around it. */
const DIGIT = 8;
const AROUND = 6;

/** Figures by group, in their order. */
const byGroup = (figures: readonly Figure[]): [string, Figure[]][] => {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) groups.set(figure.group, [...(groups.get(figure.group) ?? []), figure]);
  return [...groups].filter(([, of]) => (of[0]?.count.of ?? 0) > 0);
};

/** What became of each group as a bar of its outcomes' shares; undefined where there is nothing. */
export function outcomesPlot(figures: readonly Figure[], title: string): Html | undefined {
  const groups = byGroup(figures).slice(0, MAX_ROWS);
  if (groups.length === 0) return undefined;
  const rows = groups.map(([group, outcomes], i) => {
    const { baseline, from, to } = rowAt(i);
    const of = outcomes[0]!.count.of;
    const x = linear([0, of], [0, WIDTH]);
    let before = 0;
    const parts = outcomes.map((figure) => {
      const { part } = figure.count;
      const [start, end] = [x(before), x(before + part)];
      before += part;
      if (part === 0) return undefined;
      const fits = end - start >= String(part).length * DIGIT + AROUND;
      return telling(
        `${group}, ${figure.metric}: ${formatBriefly(figure)}`,
        rect(start, from, Math.max(end - 1, start + 0.5), to, `part ${figure.metric}`),
        fits ? text((start + end - 1) / 2, to - 4, part, `on ${figure.metric}`, 'middle') : undefined,
      );
    });
    return [rowWords(baseline, group, `n = ${of}`), parts];
  });
  const desc = groups
    .map(
      ([group, outcomes]) => `${group}: ${outcomes.map((f) => `${f.metric} ${formatBriefly(f)}`).join(', ')}`,
    )
    .join('; ');
  return svg({ id: 'plot-outcomes', title, desc, width: WIDTH, height: groups.length * ROW }, rows);
}

const PRECISION_HEIGHT = 262;
const PRECISION_FRAME: Frame = { left: 30, right: WIDTH - 4, top: 24, bottom: PRECISION_HEIGHT - 42 };
/** Between the marks of one group. */
const STEP = 20;
/** What precision is plotted of: all positives, and those of a level. */
const isPlotted = ({ group, metric }: Figure): boolean =>
  metric.startsWith('precision@') && (group === ALL_POSITIVES || /^level \d$/.test(group));

/** The series of the plot: "precision@1" and the shape of its marks. */
export const precisionSeries = (figures: readonly Figure[]) =>
  [...new Set(figures.filter(isPlotted).map(({ metric }) => metric))].map((metric, i) => ({
    metric,
    shape: SHAPES[Math.min(i, SHAPES.length - 1)]!,
  }));

/** Precision@k by level, with the intervals as whiskers; undefined where there are no positives. */
export function precisionPlot(figures: readonly Figure[], title: string): Html | undefined {
  const series = precisionSeries(figures);
  const plotted = figures.filter((figure) => isPlotted(figure) && figure.value !== null);
  const groups = [...new Set(plotted.map(({ group }) => group))];
  if (groups.length === 0) return undefined;
  const y = linear([0, 1], [PRECISION_FRAME.bottom, PRECISION_FRAME.top]);
  const column = (PRECISION_FRAME.right - PRECISION_FRAME.left) / groups.length;
  const centre = (group: string) => PRECISION_FRAME.left + column * (groups.indexOf(group) + 0.5);
  const step = Math.min(STEP, column / (series.length + 1));
  const marks = plotted.map((figure) => {
    const which = series.findIndex(({ metric }) => metric === figure.metric);
    const x = centre(figure.group) + (which - (series.length - 1) / 2) * step;
    const { interval, value } = figure;
    return telling(
      `${figure.metric}, ${figure.group}: ${formatFigure(figure)}`,
      interval && interval[0] < interval[1] ? whisker(x, y(interval[0]), y(interval[1])) : undefined,
      shape(series[which]!.shape, x, y(value!)),
    );
  });
  const names = groups.map((group) => {
    const { count } = plotted.find((figure) => figure.group === group)!;
    return [
      text(centre(group), PRECISION_FRAME.bottom + 18, group, 'name', 'middle'),
      text(centre(group), PRECISION_FRAME.bottom + 34, `n = ${count.of}`, 'tick', 'middle'),
    ];
  });
  const desc = plotted.map((f) => `${f.group}, ${f.metric}: ${formatFigure(f)}`).join('; ');
  return svg(
    { id: 'plot-precision', title, desc, width: WIDTH, height: PRECISION_HEIGHT },
    axisY(PRECISION_FRAME, { scale: y, ticks: SHARES, say: formatShare }),
    names,
    marks,
  );
}

function whisker(x: number, low: number, high: number): Html[] {
  return [low, high]
    .map((end) => line(x - 4, end, x + 4, end, 'whisker'))
    .concat(line(x, low, x, high, 'whisker'));
}

const RELIABILITY_HEIGHT = 370;
const RELIABILITY_FRAME: Frame = { left: 30, right: WIDTH - 4, top: 26, bottom: 240 };
/** Of the counts, below. */
const COUNTS = { top: 276, bottom: 330 } as const;

export interface ReliabilityPlot {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * What came true over what was said, a point for each bin that is not empty, and how many answers are in each. On the
 * diagonal what is said is what comes true.
 */
export function reliabilityPlot({ id, title, bins }: ReliabilityPlot): Html {
  const x = linear([0, 1], [RELIABILITY_FRAME.left, RELIABILITY_FRAME.right]);
  const y = linear([0, 1], [RELIABILITY_FRAME.bottom, RELIABILITY_FRAME.top]);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const count = linear([0, most], [COUNTS.bottom, COUNTS.top]);
  const filled = bins.filter((bin) => bin.said !== null && bin.was !== null);
  const points = filled.map((bin) =>
    telling(
      formatBin(bin),
      intervalMark(bin, x, y),
      html`<circle class="mark disc" cx="${at(x(bin.said!))}" cy="${at(y(bin.was!))}" r="5"/>`,
    ),
  );
  const bars = bins.map((bin) =>
    telling(
      formatBin(bin),
      bin.count > 0
        ? rect(x(bin.from) + 1, count(bin.count), x(bin.to) - 1, COUNTS.bottom, 'bar')
        : undefined,
      text((x(bin.from) + x(bin.to)) / 2, count(bin.count) - 4, bin.count, 'tick', 'middle'),
    ),
  );
  return svg(
    { id, title, desc: filled.map(formatBin).join('; '), width: WIDTH, height: RELIABILITY_HEIGHT },
    axisY(RELIABILITY_FRAME, { scale: y, ticks: SHARES, say: formatShare, title: 'observed share' }),
    axisX(
      { ...RELIABILITY_FRAME, bottom: COUNTS.bottom },
      { scale: x, ticks: SHARES, say: formatShare, title: 'predicted probability, and answers by bin' },
    ),
    line(x(0), y(0), x(1), y(1), 'chance'),
    runsOf(bins).map((run) =>
      path(
        run.map(({ said, was }) => [x(said!), y(was!)] as const),
        'curve',
      ),
    ),
    points,
    bars,
  );
}

/** Wilson's interval of what came true in a bin. */
const wilsonOf = ({ was, count }: Pick<ReliabilityBin, 'was' | 'count'>) =>
  was === null ? null : wilson({ part: Math.round(was * count), of: count });

function intervalMark(bin: ReliabilityBin, x: Scale, y: Scale): Html[] | undefined {
  const interval = wilsonOf(bin);
  return interval ? whisker(x(bin.said!), y(interval[0]), y(interval[1])) : undefined;
}

/** Bins that follow each other without an empty one between: a line across that would claim what nobody saw. */
function runsOf(bins: readonly ReliabilityBin[]): ReliabilityBin[][] {
  const runs: ReliabilityBin[][] = [[]];
  for (const bin of bins) {
    if (bin.said !== null) runs.at(-1)!.push(bin);
    else if (runs.at(-1)!.length > 0) runs.push([]);
  }
  return runs.filter((run, i) => run.length > 0 || i === 0);
}

/** "said .40 to .50 (.452 on average), came true .500, 12 answers" */
export function formatBin({ from, to, said, was, count }: ReliabilityBin): string {
  const [low, high] = [from, to].map((end) => formatShare(Math.round(end * 100) / 100));
  const mean = `(${formatValue(said, 'share')} on average)`;
  return `said ${low} to ${high} ${mean}, came true ${formatValue(was, 'share')}, ${count} answers`;
}

const SIDE = 200;
const ROC_FRAME: Frame = { left: 26, right: SIDE - 4, top: 26, bottom: SIDE - 38 };
const TICKS = [0, 0.5, 1];

/** A panel: one group's curve, that of all groups behind it, and chance. */
export interface RocPanel {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly desc: string;
  readonly points: readonly RocPoint[];
  /** Where 95 % of the resamples of the images have it. */
  readonly band?: readonly RocBand[];
  /** Of what it is compared with. */
  readonly behind?: readonly RocPoint[] | undefined;
}

/** The true positive rate over the false positive rate, every presence score being a threshold. */
export function rocPlot({ id, title, desc, points, band = [], behind = [] }: RocPanel): Html {
  const x = linear([0, 1], [ROC_FRAME.left, ROC_FRAME.right]);
  const y = linear([0, 1], [ROC_FRAME.bottom, ROC_FRAME.top]);
  const curve = (of: readonly RocPoint[], name: string) =>
    path(
      of.map(({ fpr, tpr }) => [x(fpr), y(tpr)] as const),
      name,
    );
  const axis = { ticks: TICKS, say: formatShare };
  return svg(
    { id, title, desc, width: SIDE, height: SIDE },
    axisY(ROC_FRAME, { ...axis, scale: y, title: 'true positive rate' }),
    axisX(ROC_FRAME, { ...axis, scale: x, title: 'false positive rate' }),
    band.length > 0
      ? path(
          [
            ...band.map(({ fpr, high }) => [x(fpr), y(high)] as const),
            ...band.toReversed().map(({ fpr, low }) => [x(fpr), y(low)] as const),
          ],
          'band',
        )
      : undefined,
    line(x(0), y(0), x(1), y(1), 'chance'),
    behind.length > 0 ? curve(behind, 'behind') : undefined,
    curve(points, 'curve'),
  );
}

/** So many resamples make a band: its edges are drawn, not read off. */
const BAND_RESAMPLES = 200;

/** More panels make a figure that nobody reads; the table has every group. */
const MAX_PANELS = 24;

/** What the groups' presence scores are counted in. */
const countedIn = (group: string): string => (group === LEVEL_1_AGAINST_ALL ? 'annotations' : 'pairs');

/** A panel for each group, with its AUROC and count below; undefined where there are no curves. */
function rocPanels(scores: Scores, { titled }: Run): Html | undefined {
  const { roc } = scores.curves;
  if (roc.length === 0) return undefined;
  const overall = roc.find(({ group }) => group === OVERALL)?.points;
  const { resampling } = scores.options;
  const drawn = { ...resampling, resamples: Math.min(BAND_RESAMPLES, resampling.resamples) };
  const sorted = new Map(presenceGroups(scores.items).map((group) => [group.name, group.points]));
  const panels = roc.slice(0, MAX_PANELS).map(({ group, points }, i) => {
    const figure = figureOf(scores, 'AUROC', group);
    const plot = rocPlot({
      id: `plot-roc-${i}`,
      title: titled(`ROC of presence: ${group}`),
      desc: figure ? `AUROC ${formatFigure(figure)} ${countedIn(group)}` : '',
      points,
      band: rocBand(sorted.get(group)!, scores.items.images, drawn),
      behind: group === OVERALL ? undefined : overall,
    });
    return html`<figure>${plot}<figcaption>${foreign(group, 120)}${figure && aurocHtml(figure)}</figcaption></figure>
`;
  });
  const left = roc.length - panels.length;
  return html`<p class="note">ROC curves, every presence score being a threshold. Thick: the group, with the band of 95 % of ${drawn.resamples} resamples of the images; thin: overall; dashed: chance. ${left > 0 ? `${left} more groups are in the table only.` : ''}</p>
<div class="panels">${panels}</div>`;
}

const aurocHtml = (figure: Figure): Html => html`<br>AUROC ${figureHtml(figure)} ${countedIn(figure.group)}`;
