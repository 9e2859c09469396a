import type { Figure } from '../../metrics/figure.ts';
import { sayCount, sayFigure, sayValue } from '../../score/words.ts';
import { type Html, html } from '../html.ts';
import { MOST_ROWS, ROW, rowAt, rowWords } from './rows.ts';
import { logarithmic, roundTicks } from './scale.ts';
import { at, axisX, line, svg, telling, WIDTH } from './svg.ts';

const SIDES = { left: 8, right: WIDTH - 8 } as const;
const AXIS = 40;
const MOST_TICKS = 9;

/** The percentiles of each route as points, joined, with their intervals as whiskers; undefined where there is nothing. */
export function latencyPlot(figures: readonly Figure[], title: string): Html | undefined {
  const timed = figures.filter(({ value }) => value !== null);
  const routes = [...new Set(timed.map(({ group }) => group))].slice(0, MOST_ROWS);
  if (routes.length === 0) return undefined;
  const ticks = roundTicks(
    timed.flatMap(({ value, interval }) => [value!, ...(interval ?? [])]),
    MOST_TICKS,
  );
  const x = logarithmic([ticks[0]!, ticks.at(-1)!], [SIDES.left, SIDES.right]);
  const rows = routes.map((route, i) => {
    const { baseline, from, to } = rowAt(i);
    const y = (from + to) / 2;
    const percentiles = timed.filter(({ group }) => group === route);
    const places = percentiles.map(({ value }) => x(value!));
    return [
      rowWords(baseline, route, `n = ${sayCount(percentiles[0]!.count)}`),
      line(Math.min(...places), y, Math.max(...places), y, 'join'),
      percentiles.map((figure) => percentile(figure, x, y)),
    ];
  });
  const bottom = routes.length * ROW;
  const desc = timed.map((f) => `${f.group}, ${f.metric}: ${sayFigure(f)} ms`).join('; ');
  return svg(
    { id: 'plot-latency', title, desc, width: WIDTH, height: bottom + AXIS },
    axisX({ ...SIDES, top: 20, bottom }, { scale: x, ticks, say: sayMs, title: 'milliseconds, logarithmic' }),
    rows,
  );
}

function percentile(figure: Figure, x: (ms: number) => number, y: number): Html {
  const [low, high] = figure.interval ?? [figure.value!, figure.value!];
  return telling(
    `${figure.group}, ${figure.metric}: ${sayFigure(figure)} ms`,
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

const sayMs = (ms: number): string => (ms < 1 ? String(ms) : sayValue(ms, 'ms'));
