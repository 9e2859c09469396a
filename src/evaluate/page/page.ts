import type { ScoredSection, Scores } from '../score/scores.ts';
import { headHtml } from './head.ts';
import { clipped, type Html, html } from './html.ts';
import { PLOTS } from './plots.ts';
import { STYLE } from './style.ts';
import { summaryHtml } from './summary.ts';
import { figureTable } from './table.ts';
import type { Run } from './words.ts';

/** What stands in the page besides the scores. */
export interface PageParts {
  readonly run: Run;
  readonly title: string;
  /** Remarks of whoever made the scores, a line each. */
  readonly notes: readonly string[];
  readonly failures: Html;
}

/** Should something foreign ever get through as markup, it can neither run nor load anything. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page. */
export function pageHtml(scores: Scores, { run, title, notes, failures }: PageParts): Html {
  const sections = scores.sections.filter(({ figures }) => figures.length > 0);
  const links = [
    ['summary', 'Summary'],
    ...sections.map(({ id, title: name }) => [id, name]),
    ['failures', 'Wrong answers'],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${run.titled(clipped(title, 200))}</title>
<style>${STYLE}</style>
</head>
<body>
${headHtml(scores, run, title, notes)}<nav aria-label="Contents"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${summaryHtml(scores, run)}${sections.map((section) => sectionHtml(scores, section, run))}${failures}</main>
</body>
</html>
`;
}

function sectionHtml(scores: Scores, section: ScoredSection, run: Run): Html {
  const { id, title, note, figures } = section;
  const plot = PLOTS[id]?.(scores, section, run);
  return html`<section id="${id}"><h2>${run.titled(title)}</h2>
<p class="note">${note}</p>
<div class="beside">${plot}${figureTable(figures, run.titled(title))}</div></section>
`;
}
