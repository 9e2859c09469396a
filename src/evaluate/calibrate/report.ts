import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { StrategyName } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { writableTarget, writeFileAtomic } from '../../files.ts';
import type { Calibration } from '../../reasoning/calibration.ts';
import { type ReliabilityBin, reliability } from '../metrics/curves.ts';
import type { Count } from '../metrics/metrics.ts';
import { formatCount, formatValue, table } from '../score/print.ts';
import { foldsOf, type Trial, tooFew } from './fit.ts';

/** A calibration, and what it is worth. */
export interface CalibrationReport {
  readonly calibration: Calibration;
  /** What was calibrated, in words. */
  readonly name: string;
  /** The strategy whose presence is scaled; undefined where the regressions were fitted. */
  readonly scaled: StrategyName | undefined;
  /** What it was fitted to. */
  readonly questions: number;
  readonly positives: number;
  readonly negatives: number;
  readonly photos: number;
  /** Questions that took no part, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What answered the questions before, in words. */
  readonly wasBy: string;
  readonly before: Summary;
  /** On photos that were held out. */
  readonly after: Summary;
  /** In sentences. */
  readonly warnings: readonly string[];
}

export interface Made
  extends Pick<CalibrationReport, 'calibration' | 'name' | 'scaled' | 'leftOut' | 'wasBy'> {
  readonly before: readonly Trial[];
  readonly after: readonly Trial[];
  readonly warnings?: readonly string[];
}

export function reportOf({ before, after, warnings = [], ...made }: Made): CalibrationReport {
  const positives = before.filter(({ present }) => present).length;
  return {
    ...made,
    questions: before.length,
    positives,
    negatives: before.length - positives,
    photos: foldsOf(before).size,
    before: summaryOf(before),
    after: summaryOf(after),
    warnings: [...warnings, ...tooFew(before)],
  };
}

/** How good answers are, and how far their presence can be believed. */
export interface Summary {
  readonly questions: number;
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error of presence over the bins: mean distance of what was said from what was so. */
  readonly calibrationError: number;
  /** Mean squared distance of presence from 1 where it was there, and 0 where not. */
  readonly brier: number;
  readonly found: Count;
  /** Of these. */
  readonly foundRight: Count;
  readonly absent: Count;
  /** Of these. */
  readonly absentWrong: Count;
  /** Positives that were answered "not present". */
  readonly denied: Count;
  readonly undecided: Count;
}

export function summaryOf(trials: readonly Trial[]): Summary {
  const bins = reliability(
    trials.map(({ presence, present }) => ({ image: 0, said: presence, was: present })),
  );
  const all = trials.length;
  const apart = bins.reduce(
    (sum, { count, said, was }) => sum + count * Math.abs((said ?? 0) - (was ?? 0)),
    0,
  );
  const squares = trials.reduce((sum, t) => sum + (t.presence - (t.present ? 1 : 0)) ** 2, 0);
  const ended = (outcome: Trial['outcome']) => trials.filter((trial) => trial.outcome === outcome);
  const [found, absent] = [ended('found'), ended('not-present')];
  const denied = absent.filter(({ present }) => present).length;
  return {
    questions: all,
    bins,
    calibrationError: apart / all,
    brier: squares / all,
    found: { part: found.length, of: all },
    foundRight: { part: found.filter(({ right }) => right).length, of: found.length },
    absent: { part: absent.length, of: all },
    absentWrong: { part: denied, of: absent.length },
    denied: { part: denied, of: trials.filter(({ present }) => present).length },
    undecided: { part: ended('undecided').length, of: all },
  };
}

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
    ...formatThresholds(report),
  ].join('\n');
}

function reliabilityTable(title: string, { bins, calibrationError, brier, questions }: Summary): string[] {
  const rows = bins.map((bin) => [
    `${tenth(bin.from)} to ${tenth(bin.to)}`,
    String(bin.count),
    formatValue(bin.said, 'share'),
    formatValue(bin.was, 'share'),
    formatCount({ part: Math.round((bin.was ?? 0) * bin.count), of: bin.count }),
    bar(bin),
  ]);
  const head = ['presence', 'n', 'mean said', 'was there', '', BAR_HEAD];
  const worth = `calibration error ${formatValue(calibrationError, 'share')}, Brier score ${formatValue(brier, 'share')}, n = ${questions}`;
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
  formatValue(of > 0 ? part / of : null, 'share'),
  formatCount({ part, of }),
];

function formatThresholds({ calibration, scaled }: CalibrationReport): string[] {
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

/** Of a calibration, also one for other features: fitting anew is what it is waiting for. */
const Known = z.looseObject({
  features: z.array(z.string()),
  strategies: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Writes a calibration for the bot to load. What is measured of other strategies and lies there is not thrown away.
 * @throws SpotterError cannot-write; bad-usage where something else lies there, or a calibration that knows more
 */
export async function writeCalibration(out: string, calibration: Calibration): Promise<void> {
  // Nothing may ever come from a pipe.
  await writableTarget(out);
  const there = await readFile(out, 'utf8').catch(() => undefined);
  if (there !== undefined) refuseLoss(out, there, calibration);
  await writeFileAtomic(out, `${JSON.stringify(calibration, null, 2)}\n`);
}

function refuseLoss(out: string, there: string, { strategies = {} }: Calibration): void {
  const lost = Object.keys(known(out, there).strategies).filter((name) => !(name in strategies));
  if (lost.length === 0) return;
  throw new SpotterError(
    'bad-usage',
    `${out} holds what was measured of ${lost.join(' and ')}, which would be lost.`,
    'Let SPOTTER_CALIBRATION name it to add to it, or name another --out.',
  );
}

function known(out: string, there: string): z.infer<typeof Known> {
  try {
    return Known.parse(JSON.parse(there));
  } catch (cause) {
    throw new SpotterError(
      'bad-usage',
      `${out} is there, and is no calibration.`,
      'Name another --out.',
      cause,
    );
  }
}
