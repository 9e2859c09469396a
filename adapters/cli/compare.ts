import { annotationOf } from '../../src/annotate/annotate.ts';
import { createSideBySide, type Panel } from '../../src/annotate/side-by-side.ts';
import { type Answer, createSpotter, type Spotter } from '../../src/ask.ts';
import { RUN_ALONE, readConfig, STRATEGY_NAMES, type StrategyName } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { checked } from '../../src/expression/reader.ts';
import { DEFAULT_LIMITS } from '../../src/picture/inspect.ts';
import { readBytes } from '../../src/picture/read.ts';
import { percent, safe, safeJson } from '../../src/text.ts';
import { type AnswerJson, answerJson } from '../../src/verdict.ts';
import { type Console, ERROR_EXIT, startProgress } from './console.ts';
import { boxText, flagsOf, OUTCOME_COLOURS, plan, sourceOf } from './find.ts';
import type { Request } from './parse.ts';

type CompareRequest = Extract<Request, { command: 'compare' }>;

/**
 * Answers one question in several ways; resolves to 0 when all of them answered, whatever they say, and else to the
 * exit code of the first failure. What keeps every strategy from answering, such as no picture, is thrown.
 * @throws SpotterError
 */
export async function compareCommand(
  { file, expression, options }: CompareRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const source = sourceOf(file, console);
  const { compare, json } = options;
  // What is compared is also what each takes, and a remembered answer takes nothing.
  const config = readConfig({ env: process.env, flags: { ...flagsOf(options), cache: false } });
  checked(expression);
  const target = await plan(file, options, 'spotter-compare-');
  const strategies = compare === true ? thatRun(config.mllmModel !== undefined, console) : compare;
  const spotter = createSpotter(config);
  const progress = startProgress(console.stderr, 'Comparing');
  try {
    // All of it now: standard input can be read only once.
    const bytes = await readBytes(source, DEFAULT_LIMITS, signal);
    const picture = await spotter.read(bytes, signal);
    // Before the first one is timed; what fails here, fails again in every row, and is said there.
    await spotter.warm().catch(() => {});
    const rows: Row[] = [];
    // One after the other, or they would take each other's time.
    for (const strategy of strategies) {
      rows.push(await rowOf(spotter, { source: bytes, expression, signal, strategy }));
    }
    if (target) await target.write(await createSideBySide()(picture, rows.map(toPanel)), signal);
    progress.stop();
    if (json) console.print(safeJson(compareJson(rows, target?.path)));
    else console.print(...tableLines(rows, console.paint), `Picture: ${safe(target?.path ?? '')}`);
    const failed = rows.find((row) => 'error' in row);
    return failed ? ERROR_EXIT[failed.error.code] : 0;
  } finally {
    progress.stop();
    if (file === '-') console.stdin.destroy();
    await spotter.close();
  }
}

function thatRun(mllm: boolean, console: Console): readonly StrategyName[] {
  if (mllm) return STRATEGY_NAMES;
  const left = STRATEGY_NAMES.filter((name) => !RUN_ALONE.includes(name)).join(', ');
  console.note(`Left out, because no language model is configured: ${left}. See docs/mllm.md.`);
  return RUN_ALONE;
}

type Asked = Parameters<Spotter['ask']>[0] & {
  readonly strategy: StrategyName;
  readonly signal: AbortSignal;
};

async function rowOf(spotter: Spotter, question: Asked): Promise<Row> {
  const { strategy, signal } = question;
  const start = performance.now();
  try {
    const answer = await spotter.ask(question);
    return { strategy, answer, ms: performance.now() - start };
  } catch (error) {
    if (signal.aborted || !(error instanceof SpotterError)) throw error;
    return { strategy, error, ms: performance.now() - start };
  }
}

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
    return paint('answer' in row ? OUTCOME_COLOURS[row.answer.verdict.outcome] : 'red', line);
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
