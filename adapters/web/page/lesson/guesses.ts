import { type Box, centre } from '../../../../src/box.ts';
import type { Exchange } from '../../../../src/explanation.ts';
import { percent } from '../../../../src/text.ts';
import type { Candidate, Outcome } from '../../../../src/verdict.ts';
import { OUTCOMES } from '../shared/words.ts';
import { candidatesOf, holds, type LessonAnswer, matrixOf } from './data.ts';
import { counted, two } from './words.ts';

/** The steps of a lesson, in their order. */
export const STEPS = ['reading', 'regions', 'matrix', 'weighing', 'routing', 'exchanges', 'verdict'] as const;
export type StepName = (typeof STEPS)[number];

/** Something to guess before a step is shown. */
export interface Guess {
  readonly step: StepName;
  readonly question: string;
  readonly choices: readonly { readonly name: string; readonly isRight: boolean }[];
  /** What was so, in a sentence. */
  readonly truth: string;
  /** Of several questions to a language model: which one. */
  readonly exchange?: number;
  /** Regions that it is about, by name, to be drawn meanwhile. */
  readonly regions: readonly { readonly name: string; readonly box: Box }[];
}

/** Unlike numbers and letters, which tell a rank or an option. */
const NAMES = ['α', 'β', 'γ', 'δ', 'ε', 'ζ'] as const;

/** All that can be guessed of an answer, in the order of the steps. */
export const guessesOf = (answer: LessonAnswer): Guess[] => [
  ...guessRegions(answer),
  ...guessBest(answer),
  ...guessHolds(answer),
  ...guessPresence(answer),
  ...guessRouting(answer),
  ...(answer.explanation?.exchanges ?? []).flatMap(guessLetter),
  guessOutcome(answer),
];

const guess = (
  step: StepName,
  question: string,
  names: readonly string[],
  right: string,
  truth: string,
  regions: Guess['regions'] = [],
): Guess => ({
  ...{ step, question, truth, regions },
  choices: names.map((name) => ({ name, isRight: name === right })),
});

/** How many regions there may be, in words, and from how many on. */
const AMOUNTS = [
  ['none', 0],
  ['one', 1],
  ['two or three', 2],
  ['four or more', 4],
] as const;

function guessRegions({ explanation }: LessonAnswer): Guess[] {
  const target = explanation?.nouns[0];
  if (!target || target.match === 'unknown') return [];
  const n = target.regions.length;
  const [right] = AMOUNTS.findLast(([, from]) => n >= from)!;
  const question = `How many regions will the detector propose for “${target.noun}”?`;
  const truth = `It proposes ${n === 0 ? 'none' : counted(n, 'region')}.`;
  return [
    guess(
      'regions',
      question,
      AMOUNTS.map(([name]) => name),
      right,
      truth,
    ),
  ];
}

/** The best candidates from left to right: their order tells nothing of their rank. */
function named(candidates: readonly Candidate[]): { name: string; candidate: Candidate }[] {
  const some = candidates.slice(0, NAMES.length);
  const across = some.toSorted((a, b) => centre(a.box)[0] - centre(b.box)[0]);
  return across.map((candidate, i) => ({ name: NAMES[i]!, candidate }));
}

const boxesOf = (all: ReturnType<typeof named>): Guess['regions'] =>
  all.map(({ name, candidate: { box } }) => ({ name, box }));

function guessBest(answer: LessonAnswer): Guess[] {
  const considered = candidatesOf(answer);
  const all = named(considered);
  const right = all.find(({ candidate }) => candidate === considered[0]);
  if (!right || all.length < 2) return [];
  const truth = `${right.name} fits best, with ${two(right.candidate.score)}; it is candidate 1 below.`;
  const names = all.map(({ name }) => name);
  const question = 'Which region fits the whole expression best?';
  return [guess('matrix', question, names, right.name, truth, boxesOf(all))];
}

const HOLDING = ['it holds', 'it does not hold', 'it cannot be judged'] as const;

/** Of the constraint that tells candidates apart most, and of the second one where there is one. */
function guessHolds(answer: LessonAnswer): Guess[] {
  const { columns, rows } = matrixOf(candidatesOf(answer));
  const number = Math.min(rows.length, 2);
  const row = rows[number - 1];
  const spreads = columns.map((_, at) => spreadOf(rows.flatMap(({ cells }) => cells[at]?.score ?? [])));
  const at = spreads.indexOf(Math.max(...spreads));
  const cell = row?.cells[at];
  if (!row || !cell) return [];
  const held = holds(cell);
  const right = HOLDING[held === undefined ? 2 : held ? 0 : 1];
  const score = cell.score === undefined ? '' : `, with ${two(cell.score)}`;
  const asked = columns[at]!.negated ? `not “${cell.words}”` : `“${cell.words}”`;
  const question = `Does ${asked} hold for the region that is marked?`;
  const truth = `For candidate ${number}, ${right}${score}.`;
  const { box } = row.candidate;
  return [guess('matrix', question, HOLDING, right, truth, [{ name: 'this one', box }])];
}

const spreadOf = (scores: readonly number[]): number => Math.max(0, ...scores) - Math.min(1, ...scores);

const LIKELY = ['under a third', 'in between', 'over two thirds'] as const;

function guessPresence({ explanation }: LessonAnswer): Guess[] {
  const presence = explanation?.weighing?.presence ?? explanation?.scaling?.presence;
  if (presence === undefined) return [];
  const right = LIKELY[presence < 1 / 3 ? 0 : presence > 2 / 3 ? 2 : 1];
  const question = 'How likely is it that what was asked for is in the picture at all?';
  return [guess('weighing', question, LIKELY, right, `The presence is ${percent(presence)}.`)];
}

function guessRouting({ explanation }: LessonAnswer): Guess[] {
  const routing = explanation?.routing;
  if (!routing) return [];
  const right = routing.hard ? 'too hard' : 'easy enough';
  const question = 'Is this question too hard for geometry and pixels alone?';
  const truth = routing.hard ? 'It counts as hard.' : 'It counts as easy.';
  return [guess('routing', question, ['easy enough', 'too hard'], right, truth)];
}

const UNREADABLE = 'nothing that can be read';

function guessLetter({ options, choice }: Exchange, exchange: number): Guess[] {
  if (!options || !choice) return [];
  const names = [...options.map(({ letter }) => letter), UNREADABLE];
  const right = choice.letter ?? UNREADABLE;
  const regions = options.flatMap(({ letter, box }) => (box ? [{ name: letter, box }] : []));
  const truths = {
    option: `It chooses ${right}.`,
    none: `It takes None, which is ${right}.`,
    unreadable: 'Its reply is no letter on offer.',
  };
  const question = `Which letter will it choose${exchange === 0 ? '' : `, asked for time ${exchange + 1}`}?`;
  return [{ ...guess('exchanges', question, names, right, truths[choice.kind], regions), exchange }];
}

function guessOutcome({ outcome }: LessonAnswer): Guess {
  const right = OUTCOMES[outcome];
  const names = (Object.keys(OUTCOMES) as Outcome[]).map((name) => OUTCOMES[name]);
  return guess('verdict', 'What is the verdict?', names, right, `It is: ${right.toLowerCase()}.`);
}

/** What was guessed: the place of the choice, by the place of the guess. */
export type Guessed = ReadonlyMap<number, number>;

/** The guess that is to be made next; undefined where all have been made. */
export const nextGuess = (guesses: readonly Guess[], guessed: Guessed): number | undefined => {
  const at = guesses.findIndex((_, i) => !guessed.has(i));
  return at < 0 ? undefined : at;
};

/** How many guesses were right, of how many that were made. */
export function tally(guesses: readonly Guess[], guessed: Guessed): { right: number; made: number } {
  const right = [...guessed].filter(([i, choice]) => guesses[i]?.choices[choice]?.isRight).length;
  return { right, made: guessed.size };
}
