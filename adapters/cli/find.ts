import { type Answer, createSpotter } from '../../src/ask.ts';
import type { Box } from '../../src/box.ts';
import { type Given, readConfig } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { pick } from '../../src/reasoning/decide.ts';
import { percent, safe, safeJson } from '../../src/text.ts';
import type { Candidate, ConstraintScore, Outcome } from '../../src/verdict.ts';
import { answerJson, isForChoosing } from '../../src/verdict.ts';
import { type AnswerFile, planAnswerFile, planLessonFile } from './answer-file.ts';
import { type Console, OUTCOME_EXIT, startProgress } from './console.ts';
import type { FindOptions, Request } from './parse.ts';

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
  const lesson = options.lesson === undefined ? undefined : await planLessonFile(options.lesson, file);
  const spotter = createSpotter(config);
  // The detector starts while the picture is read; what fails there is said by the question itself.
  spotter.warm().catch(() => {});
  const progress = startProgress(console.stderr, 'Looking');
  try {
    const asked = await spotter.ask({ source, expression, signal, ...(lesson && { explain: true }) });
    const answer = resolved(asked, options, console);
    const draw = () => spotter.draw(answer, { candidates: options.candidates });
    await target?.write(await draw(), signal);
    const totalMs = performance.now() - start;
    if (lesson) {
      const { lessonOf } = await import('./lesson.ts');
      await lesson.write(
        await lessonOf(answer, { expression, detector: config.specialist, totalMs }),
        signal,
      );
    }
    progress.stop();
    report(answer, { options, console, target, lesson, totalMs });
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
  readonly lesson: AnswerFile | undefined;
  readonly totalMs: number;
}

/** With --json stdout has the object and nothing else, so whatever else was asked for goes to stderr. */
function report(answer: Answer, { options, console, target, lesson, totalMs }: Reported): void {
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
  if (lesson) console.print(`Lesson: ${safe(lesson.path)}`);
}

type Paint = Console['paint'];

export const OUTCOME_COLOURS = {
  found: 'green',
  'not-present': 'yellow',
  undecided: 'cyan',
} as const satisfies Record<Outcome, Parameters<Paint>[0]>;

/** The answer in lines for a person. */
export function answerLines({ verdict }: Answer, paint: Paint): string[] {
  const { outcome, candidates, presence, sentence, question } = verdict;
  const numbered = outcome === 'undecided' || question !== undefined;
  // The answer to a question says itself how sure it is.
  const sure = question === undefined ? ` (presence ${percent(presence)})` : '';
  return [
    `${paint(['bold', OUTCOME_COLOURS[outcome]], safe(sentence))}${sure}`,
    ...candidates.map((candidate, i) => `  ${numbered ? `${i + 1}  ` : ''}${candidateLine(candidate)}`),
    ...(isForChoosing(verdict) && candidates.length > 0
      ? [`To choose: --pick 1${candidates.length > 1 ? ` … ${candidates.length}` : ''}`]
      : []),
  ];
}

/** Everything that was considered, numbered as in the picture. */
export const consideredLines = ({ verdict }: Answer): string[] => [
  'Considered:',
  ...(verdict.considered.length === 0 ? ['  nothing'] : []),
  ...verdict.considered.map((candidate, i) => `  ${i + 1}  ${candidateLine(candidate)}`),
];

/** The steps taken, and what speaks for and against each candidate. */
export const explanationLines = ({ verdict }: Answer): string[] => [
  'Steps:',
  ...verdict.trace.map(
    ({ name, ms, said }) => `  ${name.padEnd(10)} ${ms.toFixed(0).padStart(5)} ms  ${safe(said)}`,
  ),
  'Judgements:',
  ...(verdict.considered.length === 0 ? ['  nothing to judge'] : []),
  ...verdict.considered.flatMap((candidate, i) => [
    `  ${i + 1}  ${candidateLine(candidate)}, detected with ${candidate.detection.toFixed(2)}`,
    ...candidate.judgements.map((judgement) => `       ${judgementLine(judgement)}`),
  ]),
];

const candidateLine = ({ label, box, score }: Candidate): string =>
  `${safe(label)} at ${boxText(box)}, fits ${score.toFixed(2)}`;

const judgementLine = ({ kind, words, score, reason }: ConstraintScore): string =>
  `${score === undefined ? ' ?  ' : score.toFixed(2)}  ${kind} "${safe(words)}": ${safe(reason)}`;

export const boxText = (box: Box): string => `[${box.map(Math.round).join(', ')}]`;
