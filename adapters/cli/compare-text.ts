import type { Panel } from '../../src/annotate/side-by-side.ts';
import { annotationOf } from '../../src/annotate/verdict-marks.ts';
import { type AnswerJson, answerJson } from '../../src/answer-json.ts';
import type { SpotterError } from '../../src/errors.ts';
import { safe } from '../../src/safe-text.ts';
import type { Answer } from '../../src/spotter.ts';
import type { StrategyName } from '../../src/strategy/names.ts';
import type { Console } from './console.ts';
import { boxText, COLOURS, percent } from './find-text.ts';

/** What came of one strategy. */
export type Row = { readonly strategy: StrategyName; readonly ms: number } & (
  | { readonly answer: Answer }
  | { readonly error: SpotterError }
);

type Cell = readonly [head: string, of: (row: Row) => string];

const answered =
  (of: (answer: Answer) => string) =>
  (row: Row): string =>
    'answer' in row ? of(row.answer) : '-';

const asked = (of: (cost: Answer['verdict']['cost']) => string) =>
  answered(({ verdict }) => (verdict.cost.calls === 0 ? '-' : of(verdict.cost)));

const COLUMNS: readonly Cell[] = [
  ['strategy', ({ strategy }) => strategy],
  ['outcome', (row) => ('answer' in row ? said(row.answer) : 'failed')],
  ['box', answered(({ verdict }) => boxesText(verdict))],
  ['presence', answered(({ verdict }) => percent(verdict.presence))],
  ['route', answered(({ verdict }) => verdict.route)],
  ['ms', ({ ms }) => ms.toFixed(0)],
  ['tokens', asked(({ promptTokens, answerTokens }) => `${promptTokens}+${answerTokens}`)],
  ['dollars', asked(({ dollars }) => (dollars === undefined ? '?' : dollars.toFixed(6)))],
  ['sentence', (row) => safe('answer' in row ? row.answer.verdict.sentence : errorText(row.error))],
];

/** A table for a person: a line of heads, and one for each row. */
export function tableLines(rows: readonly Row[], paint: Console['paint']): string[] {
  const columns = COLUMNS.map(([head, of]) => {
    const cells = [head, ...rows.map(of)];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => cell.padEnd(width));
  });
  return [undefined, ...rows].map((row, i) => {
    const line = columns
      .map((cells) => cells[i]!)
      .join('  ')
      .trimEnd();
    if (!row) return paint('bold', line);
    return paint('answer' in row ? COLOURS[row.answer.verdict.outcome] : 'red', line);
  });
}

/** As docs/cli.md describes it; in the order in which they were asked. */
export const compareJson = (rows: readonly Row[], output: string | undefined) => ({
  compare: rows.map((row): AnswerJson | { strategy: StrategyName; error: SpotterError } =>
    'answer' in row
      ? answerJson(row.answer.picture, row.answer.verdict, { output, totalMs: row.ms })
      : { strategy: row.strategy, error: row.error },
  ),
});

/** How it is drawn beside the others. */
export function toPanel(row: Row): Panel {
  const { strategy } = row;
  if ('error' in row) {
    return {
      title: `${strategy}: failed`,
      marks: [],
      options: { style: 'plain', caption: row.error.message },
    };
  }
  const { marks, ...options } = annotationOf(row.answer.verdict);
  return { title: `${strategy}: ${said(row.answer)}`, marks, options };
}

const said = ({ verdict }: Answer): string => verdict.outcome.replace('-', ' ');
const errorText = ({ code, message }: SpotterError): string => `${code}: ${message}`;

function boxesText({ outcome, candidates }: Answer['verdict']): string {
  const [first, ...others] = candidates;
  if (!first) return '-';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${boxText(first.box)}${outcome === 'undecided' ? ' ?' : ''}${more}`;
}
