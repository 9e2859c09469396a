import { sayCost } from '../../mllm/cost.ts';
import type { Listed, Pairing } from './collect.ts';
import type { Comparison, Difference } from './compare.ts';
import type { ScoredSection, Scores } from './scores.ts';
import { crossTable, table } from './table.ts';
import { sayBriefly, sayCount, sayFigure, sayInterval, sayValue } from './words.ts';

const LISTED = 5;

/** Scores as tables for a terminal: each figure with its interval and counts; first what is missing. */
export function printScores(scores: Scores): string {
  const { name, set, answered, pairing, options, cost } = scores;
  const { resamples, seed, confidence } = options.resampling;
  const { threshold, thresholdIsGiven } = options;
  const chosen = thresholdIsGiven ? 'as given' : 'the best on these answers';
  return [
    ...(name ? [name] : []),
    `${set.annotations} annotations (${set.positives} positives, ${set.negatives} negatives) on ${set.images} images; answered: ${sayCount(answered)}`,
    ...sayPairing(pairing),
    ...sayListed(set.unpaired, 'negatives without their positive, left out of pairs', String),
    `Intervals: ${confidence * 100} % of ${resamples} resamples of the images, seed ${seed}; none where all agree`,
    ...(threshold === undefined ? [] : [`Presence threshold: ${sayValue(threshold, 'presence')}, ${chosen}`]),
    ...scores.sections.flatMap(printSection),
    ...(cost.calls > 0 ? ['', `Language model in all: ${sayCost(cost)}`] : []),
  ].join('\n');
}

/** What did not pair up, always with the number that is missing. */
export function sayPairing(pairing: Pairing): string[] {
  const { missing, missingPositives, missingNegatives } = pairing;
  const kinds = `predictions missing (${missingPositives} positives, ${missingNegatives} negatives), counted as misses`;
  return [
    ...(missing.count > 0 ? sayListed(missing, kinds, String) : ['0 predictions missing']),
    ...sayListed(pairing.surplus, 'predictions of other ids, passed over', String),
    ...sayListed(pairing.duplicates, 'ids predicted more than once, the last line counts', String),
    ...sayListed(pairing.repeatedAnnotations, 'annotations repeated, the first one counts', String),
    ...sayListed(
      pairing.badLines,
      'lines that are no prediction',
      (bad) => `line ${bad.line} (${bad.reason})`,
    ),
  ];
}

function sayListed<T>({ count, first }: Listed<T>, what: string, say: (item: T) => string): string[] {
  if (count === 0) return [];
  const shown = first.slice(0, LISTED).map(say);
  return [`${count} ${what}: ${[...shown, ...(count > shown.length ? ['…'] : [])].join(', ')}`];
}

/** Five outcomes side by side leave no room for intervals; files have them. */
function printSection({ id, title, note, figures }: ScoredSection): string[] {
  if (figures.length === 0) return [];
  const say = id === 'outcomes' ? sayBriefly : sayFigure;
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
    `${sayValue(value, unit)} ${sayCount(of.counts[which])}`;
  const difference = sayValue(of.difference, unit);
  const signed = of.difference !== null && of.difference > 0 ? `+${difference}` : difference;
  const winner = better === 'neither' ? '' : of.winner;
  const row = [`${metric}, ${group}`, side(of.a, 'a'), side(of.b, 'b'), signed];
  return [...row, sayInterval(interval, unit), winner];
}

const indented = (rows: readonly (readonly string[])[]): string[] => table(rows).map((line) => `  ${line}`);
