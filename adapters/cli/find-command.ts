import { answerJson } from '../../src/answer-json.ts';
import { type Given, readConfig } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { safe, safeJson } from '../../src/safe-text.ts';
import { type Answer, createSpotter } from '../../src/spotter.ts';
import { pick } from '../../src/verdict/pick.ts';
import { type AnswerFile, planAnswerFile } from './answer-file.ts';
import type { Console } from './console.ts';
import { OUTCOME_EXIT } from './exit-codes.ts';
import { answerLines, consideredLines, explanationLines } from './find-text.ts';
import type { FindOptions, Request } from './parse.ts';
import { startProgress } from './progress.ts';

type FindRequest = Extract<Request, { command: 'find' }>;

/** Answers one question; resolves to the exit code. @throws SpotterError */
export async function findCommand(
  { file, expression, options }: FindRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  const source = sourceOf(file, console);
  const config = readConfig({ env: process.env, flags: flagsOf(options) });
  const target = await plan(file, options);
  const spotter = createSpotter(config);
  // The detector starts while the picture is read; what fails there is said by the question itself.
  spotter.warm().catch(() => {});
  const progress = startProgress(console.stderr, 'Looking');
  try {
    const asked = await spotter.ask({ source, expression, signal });
    const answer = resolved(asked, options, console);
    const draw = () => spotter.draw(answer, { candidates: options.candidates });
    await target?.write(await draw(), signal);
    progress.stop();
    report(answer, { options, console, target, totalMs: performance.now() - start });
    return OUTCOME_EXIT[answer.verdict.outcome];
  } finally {
    progress.stop();
    if (file === '-') console.stdin.destroy();
    await spotter.close();
  }
}

/** Settings that the command line gives; --no-cache takes away what the settings allow, and nothing gives it. */
export const flagsOf = ({ specialist, device, strategy, cache }: Partial<FindOptions>): Given => ({
  specialist,
  device,
  strategy,
  ...(cache === false && { cache }),
});

/** @throws SpotterError no-picture */
export function sourceOf(file: string, { stdin }: Pick<Console, 'stdin'>): string | Console['stdin'] {
  if (file !== '-') return file;
  if (!stdin.isTTY) return stdin;
  throw new SpotterError(
    'no-picture',
    'No picture comes from standard input.',
    'Pipe one in: spotter find - "the dog" < dog.jpg',
  );
}

/** Where the answer is drawn: with --json only where --out says so. @throws SpotterError as `planAnswerFile` */
export async function plan(
  file: string,
  { out, json }: Pick<FindOptions, 'out' | 'json'>,
  before?: string,
): Promise<AnswerFile | undefined> {
  if (json && out === undefined) return undefined;
  return planAnswerFile(out, file, before);
}

function resolved(answer: Answer, { pick: number }: FindOptions, console: Console): Answer {
  if (number === undefined) return answer;
  if (answer.verdict.outcome === 'undecided') return { ...answer, verdict: pick(answer.verdict, number) };
  console.note(`--pick ${number} was not needed: the answer is not undecided.`);
  return answer;
}

interface Reported {
  readonly options: FindOptions;
  readonly console: Console;
  readonly target: AnswerFile | undefined;
  readonly totalMs: number;
}

/** With --json stdout has the object and nothing else, so whatever else was asked for goes to stderr. */
function report(answer: Answer, { options, console, target, totalMs }: Reported): void {
  const output = target?.path;
  const details = [
    ...(options.candidates ? consideredLines(answer) : []),
    ...(options.explain ? explanationLines(answer) : []),
  ];
  if (options.json) {
    console.print(safeJson(answerJson(answer.picture, answer.verdict, { output, totalMs })));
    console.note(...details);
    return;
  }
  console.print(...answerLines(answer, console.paint), ...details, `Picture: ${safe(output ?? '')}`);
}
