import type { Explanation } from '../../../../src/explanation.ts';
import type { ConstraintScore } from '../../../../src/verdict.ts';
import type { Shape } from '../picture/geometry.ts';
import { answerShapes } from '../shared/marks.ts';
import { OUTCOMES } from '../shared/words.ts';
import { candidatesOf, type LessonAnswer } from './data.ts';
import type { Guess, StepName } from './guesses.ts';
import {
  candidateShapes,
  evidenceShapes,
  evidenceWords,
  namedShapes,
  nounShapes,
  optionShapes,
} from './marks.ts';

/** What is drawn in the picture, and what that is in words. */
export interface View {
  readonly shapes: readonly Shape[];
  readonly caption: string;
}

export const NOTHING_MARKED: View = { shapes: [], caption: 'The picture, with nothing marked.' };

/** More candidates than these hide each other in the picture. */
const SHOWN = 6;

/** The regions of the nouns that are switched on. */
export const regionsView = (nouns: Explanation['nouns'], on: ReadonlySet<number>): View => ({
  shapes: nounShapes(nouns, on),
  caption: on.size === 0 ? 'No noun is switched on.' : 'What the detector proposes, with its scores.',
});

const candidatesView = (answer: LessonAnswer): View => ({
  shapes: candidateShapes(candidatesOf(answer).slice(0, SHOWN)),
  caption: 'The candidates, numbered by how well they fit.',
});

const bestView = (answer: LessonAnswer): View =>
  candidatesOf(answer).length === 0
    ? { shapes: [], caption: 'There is no candidate; that is weighed, too.' }
    : { shapes: candidateShapes(candidatesOf(answer).slice(0, 1)), caption: 'The best candidate.' };

/** What a language model could choose from in one of its questions. */
export function exchangeView({ explanation }: LessonAnswer, exchange: number): View {
  const shown = explanation?.exchanges[exchange];
  const shapes = shown ? optionShapes(shown) : [];
  if (shapes.length === 0) return NOTHING_MARKED;
  const caption = 'What the language model could choose from, under its letters; what it chose is filled.';
  return { shapes, caption };
}

/** What the picture shows at each step, unless something in the step is pointed at. */
export const VIEWS: Readonly<Record<StepName, (answer: LessonAnswer, on: ReadonlySet<number>) => View>> = {
  reading: () => ({ shapes: [], caption: 'The picture, with nothing marked: words come first.' }),
  regions: (answer, on) => {
    const { nouns = [] } = answer.explanation ?? {};
    return nouns.length > 0 ? regionsView(nouns, on) : candidatesView(answer);
  },
  matrix: candidatesView,
  weighing: bestView,
  routing: bestView,
  exchanges: (answer) => exchangeView(answer, 0),
  verdict: (answer) => ({
    shapes: answerShapes(answer, false),
    caption: `The answer: ${OUTCOMES[answer.outcome].toLowerCase()}.`,
  }),
};

/** A candidate, and what one of its judgements looked at. @param row counted from 0 */
export function cellView(answer: LessonAnswer, row: number, judgement?: ConstraintScore): View {
  const candidate = candidatesOf(answer)[row];
  if (!candidate) return NOTHING_MARKED;
  const title = `Candidate ${row + 1}, ${candidate.label}`;
  return {
    shapes: evidenceShapes(candidate, row + 1, judgement),
    caption: judgement ? `${title}: “${judgement.words}”. ${evidenceWords(judgement)}` : `${title}.`,
  };
}

/** The regions that a guess is about. */
export const guessView = ({ regions }: Guess): View => ({
  shapes: namedShapes(regions),
  caption: regions.length > 0 ? 'The regions to choose from.' : 'Guess; then the step is shown.',
});
