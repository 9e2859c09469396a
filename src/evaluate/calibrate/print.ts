import type { ReliabilityBin } from '../metrics/calibration-curve.ts';
import type { Count } from '../metrics/figure.ts';
import { table } from '../score/table.ts';
import { sayCount, sayValue } from '../score/words.ts';
import type { CalibrationReport } from './report.ts';
import type { Summary } from './summary.ts';

/** A report for a terminal: how far presence could be believed before, and can be on photos that were held out. */
export function printCalibration(report: CalibrationReport): string {
  const { name, questions, positives, negatives, photos, leftOut, wasBy, before, after } = report;
  const left = Object.entries(leftOut).filter(([, n]) => n > 0);
  return [
    name,
    `${questions} questions (${positives} positives, ${negatives} negatives) on ${photos} photos`,
    ...left.map(([reason, n]) => `left out: ${n} ${reason}`),
    '',
    ...reliabilityTable(`Presence before (${wasBy})`, before),
    '',
    ...reliabilityTable('Presence after (held out: fitted to other photos)', after),
    '',
    ...outcomeTable(before, after),
    '',
    ...sayThresholds(report),
  ].join('\n');
}

function reliabilityTable(title: string, { bins, calibrationError, brier, questions }: Summary): string[] {
  const rows = bins.map((bin) => [
    `${tenth(bin.from)} to ${tenth(bin.to)}`,
    String(bin.count),
    sayValue(bin.said, 'share'),
    sayValue(bin.was, 'share'),
    sayCount({ part: Math.round((bin.was ?? 0) * bin.count), of: bin.count }),
    bar(bin),
  ]);
  const head = ['presence', 'n', 'mean said', 'was there', '', BAR_HEAD];
  const worth = `calibration error ${sayValue(calibrationError, 'share')}, Brier score ${sayValue(brier, 'share')}, n = ${questions}`;
  return [`${title}: ${worth}`, ...indented([head, ...rows])];
}

const BAR = 20;
const BAR_HEAD = '# there, | said'.padEnd(BAR);

/** "#####---|-----------": the share that was there, and where it was said to be. */
function bar({ said, was }: ReliabilityBin): string {
  if (said === null || was === null) return ' '.repeat(BAR);
  const at = Math.min(BAR - 1, Math.floor(said * BAR));
  const cells = Array.from({ length: BAR }, (_, i): string => (i < Math.round(was * BAR) ? '#' : '-'));
  return cells.with(at, '|').join('');
}

const tenth = (n: number): string => n.toFixed(1).replace(/^0/, '');

const OUTCOMES: ReadonlyArray<readonly [string, (summary: Summary) => Count]> = [
  ['found', ({ found }) => found],
  ['  of these right', ({ foundRight }) => foundRight],
  ['not present', ({ absent }) => absent],
  ['  of these wrong', ({ absentWrong }) => absentWrong],
  ['  wrong, of all positives', ({ denied }) => denied],
  ['undecided', ({ undecided }) => undecided],
];

function outcomeTable(before: Summary, after: Summary): string[] {
  const rows = OUTCOMES.map(([name, of]) => [name, ...[before, after].map(of).flatMap(shareCells)]);
  return table([['Outcomes', 'before', '', 'held out', ''], ...rows]);
}

const shareCells = ({ part, of }: Count): string[] => [
  sayValue(of > 0 ? part / of : null, 'share'),
  sayCount({ part, of }),
];

function sayThresholds({ calibration, scaled }: CalibrationReport): string[] {
  const { found, absent } = calibration;
  if (scaled === undefined) {
    return [`found from a probability of being right of ${found}; not present up to a presence of ${absent}`];
  }
  const scale = calibration.strategies![scaled]!;
  return [
    `presence = sigmoid(${scale.bias} + ${scale.weight} * log odds of what ${scaled} reports)`,
    `found from ${scale.found}; not present up to ${scale.absent}; else undecided`,
  ];
}

const indented = (rows: readonly (readonly string[])[]): string[] => table(rows).map((line) => `  ${line}`);
