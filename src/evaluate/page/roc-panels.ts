import type { Figure } from '../metrics/figure.ts';
import { LEVEL_1_AGAINST_ALL, OVERALL } from '../score/groups.ts';
import { figureOf, type Scores } from '../score/scores.ts';
import { sayFigure } from '../score/words.ts';
import { foreign, type Html, html } from './html.ts';
import { rocPlot } from './plot/roc.ts';
import { figureHtml, type Run } from './words.ts';

/** More panels make a figure that nobody reads; the table has every group. */
const MOST_PANELS = 24;

/** What the groups' presence scores are counted in. */
const countedIn = (group: string): string => (group === LEVEL_1_AGAINST_ALL ? 'annotations' : 'pairs');

/** A panel for each group, with its AUROC and count below; undefined where there are no curves. */
export function rocPanels(scores: Scores, { titled }: Run): Html | undefined {
  const { roc } = scores.curves;
  if (roc.length === 0) return undefined;
  const overall = roc.find(({ group }) => group === OVERALL)?.points;
  const panels = roc.slice(0, MOST_PANELS).map(({ group, points }, i) => {
    const figure = figureOf(scores, 'AUROC', group);
    const plot = rocPlot({
      id: `plot-roc-${i}`,
      title: titled(`ROC of presence: ${group}`),
      desc: figure ? `AUROC ${sayFigure(figure)} ${countedIn(group)}` : '',
      points,
      behind: group === OVERALL ? undefined : overall,
    });
    return html`<figure>${plot}<figcaption>${foreign(group, 120)}${figure && aurocHtml(figure)}</figcaption></figure>
`;
  });
  const left = roc.length - panels.length;
  return html`<p class="note">ROC curves, every presence score being a threshold. Thick: the group; thin: overall; dashed: chance. ${left > 0 ? `${left} more groups are in the table only.` : ''}</p>
<div class="panels">${panels}</div>`;
}

const aurocHtml = (figure: Figure): Html => html`<br>AUROC ${figureHtml(figure)} ${countedIn(figure.group)}`;
