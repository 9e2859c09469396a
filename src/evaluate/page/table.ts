import type { Figure } from '../metrics/figure.ts';
import { foreign, type Html, html, type Piece } from './html.ts';
import { figureHtml, metricWords } from './words.ts';

/** Rows that a table has; a set with more groups is read with a program. */
const MOST_ROWS = 200;

export interface Table {
  readonly caption: string;
  readonly head: readonly Piece[];
  /** Of which the first cell names the row. */
  readonly rows: readonly (readonly Piece[])[];
}

/** A table that scrolls by itself where it is wider than the page. */
export function tableHtml({ caption, head, rows }: Table): Html {
  const left = rows.length - MOST_ROWS;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.slice(0, MOST_ROWS).map(rowHtml)}</tbody>
</table></div>${left > 0 ? html`<p class="note">${left} more rows are left out here.</p>` : undefined}`;
}

const rowHtml = ([name, ...cells]: readonly Piece[]): Html =>
  html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`;

/** Figures with a row for each group and a column for each metric, in the order in which they first come. */
export function figureTable(figures: readonly Figure[], caption: string): Html {
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
