import { throwIfStopped } from '../../abort.ts';
import { writeFileAtomic } from '../../files.ts';
import { createPictureReader, type PictureReader } from '../../picture/read.ts';
import { formatCost } from '../../verdict.ts';
import type { Figure } from '../metrics/metrics.ts';
import { SMALL } from '../metrics/wilson.ts';
import type { Provenance } from '../provenance.ts';
import { ALL_NEGATIVES, ALL_POSITIVES, OVERALL } from '../score/items.ts';
import { formatCount, formatPairing, formatValue } from '../score/print.ts';
import { figureOf, type ScoredSection, type Scores } from '../score/sections.ts';
import { PLOTS } from './charts.ts';
import { chooseFailures, createThumbnails, type Gallery, gallery } from './gallery.ts';
import {
  clipped,
  factsHtml,
  figureHtml,
  figureTable,
  foreign,
  type Html,
  html,
  type Run,
  runOf,
  STYLE,
  tellsSomething,
} from './html.ts';

/** What stands in the page besides the scores. */
export interface PageParts {
  readonly run: Run;
  readonly title: string;
  /** Remarks of whoever made the scores, a line each. */
  readonly notes: readonly string[];
  readonly failures: Html;
  /** Where the figures come from; undefined where nobody says. */
  readonly provenance?: Provenance | undefined;
}

/** Should something foreign ever get through as markup, it can neither run nor load anything. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page. */
export function pageHtml(scores: Scores, { run, title, notes, failures, provenance }: PageParts): Html {
  const sections = scores.sections.filter(({ figures }) => figures.some(tellsSomething));
  const links = [
    ['summary', 'Summary'],
    ...sections.map(({ id, title: name }) => [id, name]),
    ['failures', 'Wrong answers'],
    ...(provenance ? [['provenance', 'Where it comes from']] : []),
  ];
  return documentHtml({
    title: run.titled(clipped(title, 200)),
    body: html`${headHtml(scores, run, title, notes)}<nav aria-label="Contents"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${summaryHtml(scores, run)}${sections.map((section) => sectionHtml(scores, section, run))}${failures}${provenance && provenanceHtml(provenance, run)}</main>
`,
  });
}

/** A page that needs nothing else, and loads and runs nothing. */
export const documentHtml = ({ title, body }: { readonly title: string; readonly body: Html }): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
${body}</body>
</html>
`;

function sectionHtml(scores: Scores, section: ScoredSection, run: Run): Html {
  const { id, title, note, figures } = section;
  const plot = PLOTS[id]?.(scores, section, run);
  return html`<section id="${id}"><h2>${run.titled(title)}</h2>
<p class="note">${note}</p>
<div class="beside">${plot}${figureTable(figures, run.titled(title))}</div></section>
`;
}

/** What was read and set, with hashes, and the command that makes the page again. */
export const provenanceHtml = ({ facts, command }: Provenance, { titled }: Run): Html =>
  html`<section id="provenance"><h2>${titled('Where it comes from')}</h2>
<dl class="provenance">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${foreign(value, 1000)}</dd></div>`)}</dl>
<p class="note">The same page again:</p>
<p class="command"><code>${foreign(command, 4000)}</code></p></section>
`;

/** More make a page that nobody reads, and that browsers open slowly. */
const MAX_LISTED = 500;

export interface ReportOptions {
  readonly scores: Scores;
  /** The folder that file names of annotations are relative to. */
  readonly images: string;
  /** The file to write. */
  readonly out: string;
  /** One that remembers little, unless given. */
  readonly reader?: PictureReader;
  readonly signal?: AbortSignal;
  /** "Evaluation" unless given. */
  readonly title?: string;
  /** What else is to be said of the run or the set, a line each. */
  readonly notes?: readonly string[];
  /** Where the figures come from; left out unless given. */
  readonly provenance?: Provenance;
  /** How many wrong answers are shown; 60 unless told, and never more than 500. */
  readonly most?: number;
  /** Of the choice of these; 1 unless told. */
  readonly seed?: number;
}

export interface WrittenReport {
  readonly bytes: number;
  /** Wrong answers, and how many of them the page shows. */
  readonly failures: { readonly all: number; readonly shown: number };
  readonly unreadable: Gallery['unreadable'];
}

/**
 * Writes scores as one HTML file that needs nothing else: figures, plots, and wrong answers with their pictures, which
 * are read one after the other. Pictures that cannot be read are told in the page.
 * @throws SpotterError cannot-write, cancelled, timed-out
 */
export async function writeReport({
  scores,
  images,
  out,
  reader = createPictureReader(),
  signal,
  title = 'Evaluation',
  notes = [],
  provenance,
  most = 60,
  seed = 1,
}: ReportOptions): Promise<WrittenReport> {
  const run = runOf(scores.name);
  const groups = chooseFailures(scores.items.all, { most: Math.min(most, MAX_LISTED), seed });
  const thumbnailOf = createThumbnails({ images, reader });
  const { page: failures, unreadable } = await gallery(groups, run, (record) => thumbnailOf(record, signal));
  throwIfStopped(signal);
  const page = pageHtml(scores, { run, title, notes, failures, provenance }).markup;
  await writeFileAtomic(out, page);
  return {
    bytes: Buffer.byteLength(page),
    failures: {
      all: groups.reduce((sum, group) => sum + group.all, 0),
      shown: groups.reduce((sum, group) => sum + group.shown.length, 0),
    },
    unreadable,
  };
}

/** A name longer than this is nobody's. */
const NAME = 200;

/** What was run on what, how much of it was answered, and what did not pair up. */
export function headHtml(scores: Scores, run: Run, title: string, notes: readonly string[]): Html {
  const { set, answered, pairing, options, cost } = scores;
  const { confidence, resamples, seed } = options.resampling;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['annotations', `${set.annotations}: ${set.positives} positives, ${set.negatives} negatives`],
    ['images', String(set.images)],
    ['answered', formatCount(answered)],
    ['predictions missing', `${pairing.missing.count} of ${set.annotations}, counted as misses`],
    ['bad lines', String(pairing.badLines.count)],
    ['presence threshold', formatThreshold(options)],
    [
      'intervals',
      `${confidence * 100} % of ${resamples} resamples of the images, seed ${seed}; Wilson's (dotted) for shares of fewer than ${SMALL}, or where all agree`,
    ],
    ...(cost.calls > 0 ? ([['language model in all', formatCost(cost)]] as const) : []),
  ];
  const remarks = [...formatPairing(pairing).filter(isNotNone), ...formatUnpaired(set.unpaired), ...notes];
  return html`<header>
<h1>${foreign(title, NAME)}</h1>
<p class="run">${foreign(run.name, NAME)}</p>
${run.simulated ? WARNING : undefined}
${factsHtml(facts)}
${remarks.length > 0 ? html`<ul class="remarks">${remarks.map((remark) => html`<li>${foreign(remark, 1000)}</li>`)}</ul>` : undefined}
</header>
`;
}

/** What is none is told by the facts. */
const isNotNone = (remark: string): boolean => !remark.startsWith('0 ');

const WARNING = html`<p class="warning" role="note"><strong>The language model was SIMULATED.</strong> A stand-in answered in its place. Every figure, table and plot below that it took part in says nothing about a real model.</p>`;

function formatThreshold({ threshold, thresholdIsGiven }: Scores['options']): string {
  if (threshold === undefined) return 'none: nothing to choose it by';
  return `${formatValue(threshold, 'presence')}, ${thresholdIsGiven ? 'as given' : 'the best on these answers'}`;
}

function formatUnpaired({ count, first }: Scores['set']['unpaired']): string[] {
  if (count === 0) return [];
  const ids = first.map((id) => clipped(id, 40)).join(', ');
  return [
    `${count} negatives without their positive, left out of pairs: ${ids}${count > first.length ? ', …' : ''}`,
  ];
}

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
