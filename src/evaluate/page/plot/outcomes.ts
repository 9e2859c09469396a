import type { Figure } from '../../metrics/figure.ts';
import { sayBriefly } from '../../score/words.ts';
import type { Html } from '../html.ts';
import { MOST_ROWS, ROW, rowAt, rowWords } from './rows.ts';
import { linear } from './scale.ts';
import { rect, svg, telling, text, WIDTH } from './svg.ts';

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
  const groups = byGroup(figures).slice(0, MOST_ROWS);
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
        `${group}, ${figure.metric}: ${sayBriefly(figure)}`,
        rect(start, from, Math.max(end - 1, start + 0.5), to, `part ${figure.metric}`),
        fits ? text((start + end - 1) / 2, to - 4, part, `on ${figure.metric}`, 'middle') : undefined,
      );
    });
    return [rowWords(baseline, group, `n = ${of}`), parts];
  });
  const desc = groups
    .map(([group, outcomes]) => `${group}: ${outcomes.map((f) => `${f.metric} ${sayBriefly(f)}`).join(', ')}`)
    .join('; ');
  return svg({ id: 'plot-outcomes', title, desc, width: WIDTH, height: groups.length * ROW }, rows);
}
