import './lesson.css';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ConstraintScore } from '../../../../src/verdict.ts';
import { PictureView } from '../picture-view.tsx';
import { type LessonData, matrixOf } from './data.ts';
import { ExchangeView } from './exchange.tsx';
import { type Guess, guessesOf, nextGuess, STEPS, type StepName, tally } from './guesses.ts';
import {
  answerShapes,
  candidateShapes,
  evidenceShapes,
  evidenceWords,
  namedShapes,
  nounShapes,
  optionShapes,
} from './marks.ts';
import { MatrixTable, titleOf } from './matrix.tsx';
import { GuessView } from './predict.tsx';
import { Reading } from './reading.tsx';
import { Regions } from './regions.tsx';
import { Step, type View } from './step.tsx';
import { VerdictView } from './verdict.tsx';
import { ScalingPlot, WeighingPlots } from './weighing.tsx';
import { counted, OUTCOME_WORDS } from './words.ts';

export type { LessonAnswer, LessonData } from './data.ts';

const TITLES: Readonly<Record<StepName, readonly [title: string, lead: string]>> = {
  reading: [
    'The expression is read',
    'The words are taken apart: what is looked for, and what must hold for it. No picture is needed for that.',
  ],
  regions: [
    'The detector proposes regions',
    'A neural network looks at the picture once and marks where it sees each noun. It knows kinds of things; it cannot count, compare or tell left from right.',
  ],
  matrix: [
    'Each candidate is judged',
    'Every region of the target’s kind is a candidate. Geometry and pixels give it a score for each thing that was said: 1 where it holds, 0 where it does not, “?” where nothing can tell.',
  ],
  weighing: [
    'The evidence is weighed',
    'What is known of the best candidate becomes a few numbers, the features. Each is multiplied by its weight; the sum says how likely it is that the thing is there.',
  ],
  routing: [
    'Is a language model needed?',
    'Most questions are answered by now. Only what is left open is hard enough to ask a language model, which takes longer and costs money.',
  ],
  exchanges: [
    'The language model is asked',
    'It is shown the picture and the candidates under letters, in shuffled order, and must choose one of them, or None.',
  ],
  verdict: [
    'The verdict',
    'One of three: found, not present, or undecided. Undecided is an honest answer where a guess would be wrong too often.',
  ],
};

/**
 * An answer, step by step: what each step did, the numbers it used, and what they mean. One picture shows what the step
 * that is being read looked at.
 *
 * @example <Lesson answer={answer} picture="/api/v1/pictures/abc" size={{ width: 852, height: 1280 }} />
 */
export function Lesson({ answer, picture, size }: LessonData): JSX.Element {
  const { explanation, considered = [], expression } = answer;
  const matrix = useMemo(() => matrixOf(considered), [considered]);
  const guesses = useMemo(() => guessesOf(answer), [answer]);
  const [isPredicting, setPredicting] = useState(false);
  const [guessed, setGuessed] = useState<ReadonlyMap<number, number>>(new Map());
  const [on, setOn] = useState<ReadonlySet<number>>(new Set([0]));
  const [view, setView] = useState<View>({ shapes: [], caption: 'The picture, with nothing marked.' });

  const next = isPredicting ? nextGuess(guesses, guessed) : undefined;
  const open = next === undefined ? undefined : guesses[next];
  const last = open ? STEPS.indexOf(open.step) : STEPS.length;
  const { right, made } = tally(guesses, guessed);

  /** What the picture shows at each step, unless something in it is pointed at. */
  const views: Readonly<Record<StepName, () => View>> = {
    reading: () => ({ shapes: [], caption: 'The picture, with nothing marked: words come first.' }),
    regions: () => regionsView(on),
    matrix: () => ({
      shapes: candidateShapes(considered.slice(0, SHOWN)),
      caption: 'The candidates, numbered by how well they fit.',
    }),
    weighing: () => ({
      shapes: candidateShapes(considered.slice(0, 1)),
      caption: 'The best candidate, whose features are weighed.',
    }),
    routing: () => views.weighing(),
    exchanges: () => ({
      shapes: explanation?.exchanges.flatMap((exchange) => optionShapes(exchange, true)) ?? [],
      caption: 'What the language model could choose from, with its letters; the chosen one is filled.',
    }),
    verdict: () => ({
      shapes: answerShapes(answer.boxes, answer.outcome === 'found'),
      caption: `The answer: ${OUTCOME_WORDS[answer.outcome].toLowerCase()}.`,
    }),
  };
  const regionsView = (shown: ReadonlySet<number>): View => ({
    shapes: nounShapes(explanation?.nouns ?? [], shown),
    caption: 'What the detector proposes, with its scores.',
  });
  const guessView = ({ regions }: Guess): View => ({
    shapes: namedShapes(
      regions.map(({ box }) => box),
      regions.map(({ name }) => name),
    ),
    caption: regions.length > 0 ? 'The regions to guess about.' : 'Make your guess; then the step is shown.',
  });
  const show = (step: StepName) => setView(open?.step === step ? guessView(open) : views[step]());

  function toggle(noun: number) {
    const toggled = new Set(on);
    if (!toggled.delete(noun)) toggled.add(noun);
    setOn(toggled);
    setView(regionsView(toggled));
  }

  function showCell(row: number, judgement?: ConstraintScore) {
    const candidate = considered[row]!;
    const title = titleOf(candidate, row + 1);
    setView({
      shapes: evidenceShapes(candidate, row + 1, judgement),
      caption: judgement ? `${title}: “${judgement.words}”. ${evidenceWords(judgement)}` : `${title}, alone.`,
    });
  }

  function makeGuess(choice: number) {
    if (next === undefined || !open) return;
    const all = new Map(guessed).set(next, choice);
    setGuessed(all);
    const following = guesses[next + 1];
    setView(following?.step === open.step ? guessView(following) : views[open.step]());
  }

  function predict(on: boolean) {
    setPredicting(on);
    setGuessed(new Map());
    setView({ shapes: [], caption: 'The picture, with nothing marked.' });
  }

  const exchanges = explanation?.exchanges ?? [];
  const bodies: Readonly<Record<StepName, ComponentChildren>> = {
    reading: explanation && <Reading reading={explanation.reading} />,
    regions:
      explanation &&
      (explanation.nouns.length === 0 ? (
        <p>
          The strategy “{answer.strategy}” does not look for each noun by itself; its candidates come below.
        </p>
      ) : (
        <Regions nouns={explanation.nouns} on={on} onToggle={toggle} />
      )),
    matrix:
      considered.length === 0 ? (
        <p>There was no candidate to judge.</p>
      ) : (
        <>
          {matrix.columns.length === 0 && (
            <p>
              Nothing is said of it but what it is, so the candidates differ only in how sure the detector is.
            </p>
          )}
          <MatrixTable matrix={matrix} onShow={showCell} />
          <p class="lesson-define">
            Point at a cell, or go there with Tab and the arrow keys: the picture shows what it looked at.{' '}
            <b>Fits</b>: the product of the scores in the row (none counts less than 0.02), times how much the
            detector trusts the region; candidates are numbered by it.
          </p>
        </>
      ),
    weighing:
      explanation?.weighing || explanation?.scaling ? (
        <>
          {explanation.weighing && <WeighingPlots weighing={explanation.weighing} />}
          {explanation.scaling && <ScalingPlot scaling={explanation.scaling} />}
        </>
      ) : (
        <p>Nothing was weighed: the presence is what the strategy itself reports.</p>
      ),
    routing: explanation?.routing ? (
      <p>
        This question counts as <b>{explanation.routing.hard ? 'hard' : 'easy'}</b>:{' '}
        {explanation.routing.reason}.
      </p>
    ) : (
      <p>The strategy “{answer.strategy}” does not decide that: it always goes the same way.</p>
    ),
    exchanges:
      exchanges.length === 0 ? (
        <p>No language model was asked.</p>
      ) : (
        exchanges.map((exchange, i) => (
          <ExchangeView
            key={`${i} ${exchange.model}`}
            exchange={exchange}
            number={i + 1}
            isHidden={open?.step === 'exchanges'}
          />
        ))
      ),
    verdict: <VerdictView answer={answer} />,
  };

  return (
    <section class="lesson" aria-label="How this answer came about">
      <div class="lesson-intro">
        <label class="lesson-switch">
          <input
            type="checkbox"
            role="switch"
            checked={isPredicting}
            aria-checked={isPredicting}
            onChange={(event) => predict(event.currentTarget.checked)}
          />
          Predict first
        </label>
        <span role="status">
          {isPredicting
            ? `Each step waits for your guess. Right so far: ${right} of ${made}, ${counted(guesses.length - made, 'guess').replace('guesss', 'guesses')} to come.`
            : 'Hides each step until you have guessed what comes of it.'}
        </span>
      </div>
      <div class="lesson-picture" style={{ '--ratio': `${size.width / size.height}` }}>
        <PictureView
          source={picture}
          size={size}
          shapes={view.shapes}
          alt={`The picture asked about: ${expression}`}
        />
        <p class="lesson-caption">{view.caption}</p>
      </div>
      <div class="lesson-steps">
        {STEPS.map((step, i) => {
          const [title, lead] = TITLES[step];
          if (i > last) return null;
          const isOpen = open?.step === step;
          return (
            <Step key={step} name={step} number={i + 1} title={title} lead={lead} onReach={() => show(step)}>
              {isPredicting &&
                guesses.map(
                  (guess, at) =>
                    guess.step === step &&
                    at <= (next ?? guesses.length) && (
                      <GuessView
                        key={guess.question}
                        guess={guess}
                        guessed={guessed.get(at)}
                        onGuess={makeGuess}
                      />
                    ),
                )}
              {(!isOpen || step === 'exchanges') && bodies[step]}
            </Step>
          );
        })}
        {open && <p class="lesson-waiting">The next steps appear after your guess.</p>}
      </div>
    </section>
  );
}

/** More candidates than these hide each other in the picture. */
const SHOWN = 6;
