import { createSideBySide } from '../../src/annotate/side-by-side.ts';
import { readConfig } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { checked } from '../../src/find.ts';
import { readBytes } from '../../src/picture/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/picture/limits.ts';
import { safe, safeJson } from '../../src/safe-text.ts';
import { createSpotter, type Spotter } from '../../src/spotter.ts';
import { STRATEGY_NAMES, type StrategyName } from '../../src/strategy/names.ts';
import { compareJson, type Row, tableLines, toPanel } from './compare-text.ts';
import type { Console } from './console.ts';
import { ERROR_EXIT } from './exit-codes.ts';
import { flagsOf, plan, sourceOf } from './find-command.ts';
import type { Request } from './parse.ts';
import { startProgress } from './progress.ts';

type CompareRequest = Extract<Request, { command: 'compare' }>;

/** The strategies that do without a language model. */
const ALONE: readonly StrategyName[] = ['auto', 'specialist'];

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
  const left = STRATEGY_NAMES.filter((name) => !ALONE.includes(name)).join(', ');
  console.note(`Left out, because no language model is configured: ${left}. See docs/mllm.md.`);
  return ALONE;
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
