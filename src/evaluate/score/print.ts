import { formatCost } from '../../verdict.ts';
import { NOTES, type Note } from '../answers/forms.ts';
import type { Count, Figure, Unit } from '../metrics/metrics.ts';
import type { Comparison, Difference } from './compare.ts';
import { itemRecord, type Listed, type Pairing } from './items.ts';
import type { ScoredSection, Scores } from './sections.ts';

const LISTED = 5;

/** Scores as tables for a terminal: each figure with its interval and counts; first what is missing. */
export function printScores(scores: Scores): string {
  const { name, set, answered, pairing, options, cost } = scores;
  const { resamples, seed, confidence } = options.resampling;
  const { threshold, thresholdIsGiven } = options;
  const chosen = thresholdIsGiven ? 'as given' : 'the best on these answers';
  return [
    ...(name ? [name] : []),
    `${set.annotations} annotations (${set.positives} positives, ${set.negatives} negatives) on ${set.images} images; answered: ${formatCount(answered)}`,
    ...formatPairing(pairing),
    ...formatListed(set.unpaired, 'negatives without their positive, left out of pairs', String),
    `Intervals: ${confidence * 100} % of ${resamples} resamples of the images, seed ${seed}; none where all agree`,
    ...(threshold === undefined
      ? []
      : [`Presence threshold: ${formatValue(threshold, 'presence')}, ${chosen}`]),
    ...scores.sections.flatMap(printSection),
    ...(cost.calls > 0 ? ['', `Language model in all: ${formatCost(cost)}`] : []),
  ].join('\n');
}

/** What did not pair up, always with the number that is missing. */
export function formatPairing(pairing: Pairing): string[] {
  const { missing, missingPositives, missingNegatives } = pairing;
  const kinds = `predictions missing (${missingPositives} positives, ${missingNegatives} negatives), counted as misses`;
  return [
    ...(missing.count > 0 ? formatListed(missing, kinds, String) : ['0 predictions missing']),
    ...formatListed(pairing.surplus, 'predictions of other ids, passed over', String),
    ...formatListed(pairing.duplicates, 'ids predicted more than once, the last line counts', String),
    ...formatListed(pairing.repeatedAnnotations, 'annotations repeated, the first one counts', String),
    ...formatListed(
      pairing.badLines,
      'lines that are no prediction',
      (bad) => `line ${bad.line} (${bad.reason})`,
    ),
    ...Object.entries(pairing.notes).map(([note, count]) => `${count} ${NOTES[note as Note]}`),
    ...(pairing.presenceFromScores
      ? ['No answer states a presence: the highest score stands for it, 0 without a box']
      : []),
  ];
}

function formatListed<T>({ count, first }: Listed<T>, what: string, say: (item: T) => string): string[] {
  if (count === 0) return [];
  const shown = first.slice(0, LISTED).map(say);
  return [`${count} ${what}: ${[...shown, ...(count > shown.length ? ['…'] : [])].join(', ')}`];
}

/** Five outcomes side by side leave no room for intervals; files have them. */
function printSection({ id, title, note, figures }: ScoredSection): string[] {
  if (figures.length === 0) return [];
  const say = id === 'outcomes' ? formatBriefly : formatFigure;
  const cells = crossTable(figures, ({ group, metric }) => ({ row: group, column: metric }), say);
  return ['', `${title}: ${note}`, ...indented(cells)];
}

/** A comparison as tables: of each figure both values, the difference with its interval, and who is better. */
export function printComparison({ names, both, leftOut, resampling, ...found }: Comparison): string {
  const { resamples, seed, confidence } = resampling;
  const head = ['', 'a', 'b', 'b - a', '', 'better'];
  const sections = [...new Set(found.differences.map(({ section }) => section))];
  return [
    `a: ${names.a}`,
    `b: ${names.b}`,
    `${both.annotations} annotations on ${both.images} images that both have a prediction for; left out: ${leftOut.onlyA} of a only, ${leftOut.onlyB} of b only, ${leftOut.neither} of neither`,
    `Intervals of the difference: ${confidence * 100} % of ${resamples} resamples of the images, the same for both, seed ${seed}`,
    `Positives with the first box right in a only: ${found.onlyRightInA.length}, in b only: ${found.onlyRightInB.length}`,
    ...sections.flatMap((section) => {
      const rows = found.differences
        .filter((difference) => difference.section === section)
        .map(differenceRow);
      return ['', ...indented([[section, ...head.slice(1)], ...rows])];
    }),
  ].join('\n');
}

function differenceRow({ metric, group, unit, better, interval, ...of }: Difference): string[] {
  const side = (value: number | null, which: 'a' | 'b') =>
    `${formatValue(value, unit)} ${formatCount(of.counts[which])}`;
  const difference = formatValue(of.difference, unit);
  const signed = of.difference !== null && of.difference > 0 ? `+${difference}` : difference;
  const winner = better === 'neither' ? '' : of.winner;
  const row = [`${metric}, ${group}`, side(of.a, 'a'), side(of.b, 'b'), signed];
  return [...row, formatInterval(interval, unit), winner];
}

const indented = (rows: readonly (readonly string[])[]): string[] => table(rows).map((line) => `  ${line}`);

/** Columns as wide as they need; the first one to the left, the others to the right, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Cells by row and column, in the order in which they first come; empty where there is none. */
export function crossTable<T>(
  cells: readonly T[],
  names: (cell: T) => { readonly row: string; readonly column: string },
  print: (cell: T) => string,
): string[][] {
  const rows = new Map<string, Map<string, string>>();
  const columns = new Set<string>();
  for (const cell of cells) {
    const { row, column } = names(cell);
    columns.add(column);
    const known = rows.get(row);
    if (known) known.set(column, print(cell));
    else rows.set(row, new Map([[column, print(cell)]]));
  }
  const head = ['', ...columns];
  return [
    head,
    ...[...rows].map(([row, of]) => [row, ...[...columns].map((column) => of.get(column) ?? '')]),
  ];
}

const DIGITS: Readonly<Record<Unit, number>> = { share: 3, ms: 0, tokens: 1, dollars: 6, presence: 4 };

/** A value with the digits that its unit deserves, ".712" of a share; "-" where there is none. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return '-';
  const text = value.toFixed(DIGITS[unit]).replace(/^-(0(\.0*)?)$/, '$1');
  return unit === 'share' ? text.replace(/^(-?)0\./, '$1.') : text;
}

export const formatCount = ({ part, of }: Count): string => `${part}/${of}`;

export const formatInterval = (interval: Figure['interval'], unit: Unit): string =>
  interval ? `[${formatValue(interval[0], unit)}, ${formatValue(interval[1], unit)}]` : '';

/** ".712 [.660, .763] 208/292" */
export const formatFigure = ({ value, interval, unit, count }: Figure): string =>
  [formatValue(value, unit), formatInterval(interval, unit), formatCount(count)].filter(Boolean).join(' ');

/** ".712 208/292" */
export const formatBriefly = ({ value, unit, count }: Figure): string =>
  `${formatValue(value, unit)} ${formatCount(count)}`;

/** Scores as plain data for a file; a figure or bound that does not exist is null. @param withItems each answer too */
export function scoresToJson(scores: Scores, { withItems = false } = {}) {
  const { items, collected: _, name, options, ...plain } = scores;
  return {
    name: name ?? null,
    ...plain,
    options: { ...options, threshold: options.threshold ?? null },
    ...(withItems && { items: items.all.map(itemRecord) }),
  };
}

const SCORE_COLUMNS = ['section', 'metric', 'group', 'unit', 'value', 'low', 'high', 'part', 'of'] as const;

/** One figure a line, with a head; a value that does not exist is empty. */
export function scoresToCsv({ sections }: Pick<Scores, 'sections'>): string {
  const rows = sections.flatMap(({ id, figures }) =>
    figures.map(({ metric, group, unit, value, interval, count }) => [
      ...[id, metric, group, unit, value],
      ...bounds(interval),
      ...[count.part, count.of],
    ]),
  );
  return csv([SCORE_COLUMNS, ...rows]);
}

const DIFFERENCE_COLUMNS = [
  ...['section', 'metric', 'group', 'unit', 'a', 'b', 'difference', 'low', 'high'],
  ...['winner', 'part_a', 'of_a', 'part_b', 'of_b'],
] as const;

/** One difference a line, b - a. */
export function comparisonToCsv({ differences }: Comparison): string {
  const rows = differences.map(
    ({ section, metric, group, unit, a, b, difference, interval, winner, counts }) => [
      ...[section, metric, group, unit, a, b, difference],
      ...bounds(interval),
      ...[winner, counts.a.part, counts.a.of, counts.b.part, counts.b.of],
    ],
  );
  return csv([DIFFERENCE_COLUMNS, ...rows]);
}

const bounds = (interval: readonly [number, number] | null) => interval ?? [null, null];

const csv = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map(field).join(',')}\n`).join('');

/** Quoted where commas, quotes or line ends would break it. */
function field(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
