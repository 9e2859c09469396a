import { linear } from '../../scales.ts';
import type { Figure } from '../metrics/metrics.ts';
import { shownInterval } from '../metrics/wilson.ts';
import { formatCount, formatFigure } from '../score/print.ts';
import { type Html, html } from './html.ts';
import {
  at,
  axisX,
  formatShare,
  line,
  MAX_ROWS,
  ROW,
  rect,
  rowAt,
  rowWords,
  SHARES,
  svg,
  telling,
  WIDTH,
} from './plot.ts';

/** Shapes that the series are told apart by; more series have the last one. */
export const SHAPES = ['disc', 'square', 'diamond'] as const;
export type Shape = (typeof SHAPES)[number];

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

export interface KindsPlot {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** The series of the plot, "recall@1", and the shape of its marks. */
export const kindsSeries = (
  figures: readonly Figure[],
): { readonly metric: string; readonly shape: Shape }[] =>
  [...new Set(figures.filter(({ value }) => value !== null).map(({ metric }) => metric))].map(
    (metric, i) => ({
      metric,
      shape: SHAPES[Math.min(i, SHAPES.length - 1)]!,
    }),
  );

const SIDES = { left: 8, right: WIDTH - 8 } as const;
/** Room for the values of the axis. */
const AXIS = 24;

/** Shares by group, a row each, with their intervals as whiskers; undefined where there is nothing. */
export function kindsPlot({ id, title, figures }: KindsPlot): Html | undefined {
  const series = kindsSeries(figures);
  const shown = figures.filter(({ value }) => value !== null);
  const groups = [...new Set(shown.map(({ group }) => group))].slice(0, MAX_ROWS);
  if (groups.length === 0) return undefined;
  const x = linear([0, 1], [SIDES.left, SIDES.right]);
  const rows = groups.map((group, i) => {
    const { baseline, from, to } = rowAt(i);
    const of = shown.filter((figure) => figure.group === group);
    const marks = of.map((figure) => {
      const which = series.findIndex(({ metric }) => metric === figure.metric);
      // Each series has a line of its own, so that whiskers do not lie on each other.
      const y = from + ((which + 0.5) / series.length) * (to - from);
      return mark(figure, series[which]!.shape, x, y);
    });
    const counts = new Set(of.map(({ count }) => count.of));
    // Of several denominators the tooltips tell each.
    return [rowWords(baseline, group, counts.size === 1 ? `n = ${of[0]!.count.of}` : ''), marks];
  });
  const bottom = groups.length * ROW;
  const desc = shown
    .map((figure) => `${figure.group}, ${figure.metric}: ${formatCount(figure.count)}`)
    .join('; ');
  return svg(
    { id, title, desc, width: WIDTH, height: bottom + AXIS },
    axisX({ ...SIDES, top: 20, bottom }, { scale: x, ticks: SHARES, say: formatShare }),
    rows,
  );
}

function mark(figure: Figure, name: Shape, x: (share: number) => number, y: number): Html {
  const { interval } = shownInterval(figure);
  return telling(
    `${figure.group}, ${figure.metric}: ${formatFigure({ ...figure, interval })}`,
    interval ? line(x(interval[0]), y, x(interval[1]), y, 'whisker') : undefined,
    shape(name, x(figure.value!), y),
  );
}
