import type { Comparison } from './compare.ts';
import { itemRecord } from './item-record.ts';
import type { Scores } from './scores.ts';

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
