import type { Figure } from '../../metrics/figure.ts';
import { ALL_POSITIVES } from '../../score/groups.ts';
import { sayFigure } from '../../score/words.ts';
import { type Html, html } from '../html.ts';
import { linear } from './scale.ts';
import { at, axisY, type Frame, line, rect, SHARES, sayShare, svg, telling, text, WIDTH } from './svg.ts';

const HEIGHT = 262;
const FRAME: Frame = { left: 30, right: WIDTH - 4, top: 24, bottom: HEIGHT - 42 };
/** Between the marks of one group. */
const STEP = 20;
/** Shapes that the series are told apart by; more series have the last one. */
const SHAPES = ['disc', 'square', 'diamond'] as const;
type Shape = (typeof SHAPES)[number];

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
  const y = linear([0, 1], [FRAME.bottom, FRAME.top]);
  const column = (FRAME.right - FRAME.left) / groups.length;
  const centre = (group: string) => FRAME.left + column * (groups.indexOf(group) + 0.5);
  const step = Math.min(STEP, column / (series.length + 1));
  const marks = plotted.map((figure) => {
    const which = series.findIndex(({ metric }) => metric === figure.metric);
    const x = centre(figure.group) + (which - (series.length - 1) / 2) * step;
    const { interval, value } = figure;
    return telling(
      `${figure.metric}, ${figure.group}: ${sayFigure(figure)}`,
      interval && interval[0] < interval[1] ? whisker(x, y(interval[0]), y(interval[1])) : undefined,
      shape(series[which]!.shape, x, y(value!)),
    );
  });
  const names = groups.map((group) => {
    const { count } = plotted.find((figure) => figure.group === group)!;
    return [
      text(centre(group), FRAME.bottom + 18, group, 'name', 'middle'),
      text(centre(group), FRAME.bottom + 34, `n = ${count.of}`, 'tick', 'middle'),
    ];
  });
  const desc = plotted.map((f) => `${f.group}, ${f.metric}: ${sayFigure(f)}`).join('; ');
  return svg(
    { id: 'plot-precision', title, desc, width: WIDTH, height: HEIGHT },
    axisY(FRAME, { scale: y, ticks: SHARES, say: sayShare }),
    names,
    marks,
  );
}

function whisker(x: number, low: number, high: number): Html[] {
  return [low, high]
    .map((end) => line(x - 4, end, x + 4, end, 'whisker'))
    .concat(line(x, low, x, high, 'whisker'));
}

/** A mark of a series with its centre at x, y. */
export function shape(name: Shape, x: number, y: number): Html {
  if (name === 'disc') return html`<circle class="mark disc" cx="${at(x)}" cy="${at(y)}" r="5"/>`;
  if (name === 'square') return rect(x - 4.5, y - 4.5, x + 4.5, y + 4.5, 'mark square');
  const corners = [
    [x, y - 6.5],
    [x + 6.5, y],
    [x, y + 6.5],
    [x - 6.5, y],
  ] as const;
  return html`<polygon class="mark diamond" points="${corners.map((corner) => `${corner.map(at).join()} `)}"/>`;
}
