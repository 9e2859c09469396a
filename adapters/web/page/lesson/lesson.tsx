import './lesson.css';
import type { JSX } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { PictureView } from '../picture/picture-view.tsx';
import { BODIES } from './bodies.tsx';
import type { LessonAnswer, LessonData } from './data.ts';
import { type Guess, type Guessed, guessesOf, nextGuess, STEPS, type StepName, tally } from './guesses.ts';
import { GuessView } from './predict.tsx';
import { Step } from './step.tsx';
import { cellView, exchangeView, guessView, NOTHING_MARKED, regionsView, VIEWS, type View } from './views.ts';

export type { LessonAnswer, LessonData } from './data.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  /** Whether it took place; where it did not, its first sentences are left out. */
  readonly isThere?: (answer: LessonAnswer) => boolean;
}

const WORDS: Readonly<Record<StepName, Words>> = {
  reading: {
    title: 'The expression is read',
    lead: 'The words are taken apart: what is looked for, and what must hold for it. No picture is needed for that.',
  },
  regions: {
    title: 'The detector proposes regions',
    lead: 'A neural network looks at the picture once and marks where it sees each noun. It knows kinds of things; it cannot count, compare or tell left from right.',
  },
  matrix: {
    title: 'Each candidate is judged',
    lead: 'Every region of the target’s kind is a candidate. Geometry and pixels give it a score for each thing that was said: 1 where it holds, 0 where it does not, “?” where nothing can tell.',
    isThere: ({ explanation }) => (explanation?.nouns.length ?? 0) > 0,
  },
  weighing: {
    title: 'The evidence is weighed',
    lead: 'What is known of the best candidate becomes a few numbers, the features. Each is multiplied by its weight; the sum says how likely it is that the thing is there.',
    isThere: ({ explanation }) => explanation?.weighing !== undefined,
  },
  routing: {
    title: 'Is a language model needed?',
    lead: 'Most questions are answered by now. Only what is left open is hard enough to ask a language model, which takes longer and costs money.',
    isThere: ({ explanation }) => explanation?.routing !== undefined,
  },
  exchanges: {
    title: 'What the language model says',
    lead: 'It is shown the picture and the candidates under letters, in shuffled order, and has to choose one of them or None.',
    isThere: ({ explanation }) => explanation?.exchanges.some(({ options }) => options) ?? false,
  },
  verdict: {
    title: 'The verdict',
    lead: 'One of three: found, not present, or undecided. Undecided is the honest answer where a guess would be wrong too often.',
  },
};

/** A page has come to rest so long after the focus went somewhere. */
const SETTLED_MS = 500;

/**
 * An answer, step by step: what each step did, the numbers it used, and what they mean. One picture shows what the step
 * that is being read looked at. With "Predict first" each step waits for a guess.
 *
 * @example <Lesson answer={answer} picture="/examples/two-dogs.jpg" size={{ width: 852, height: 1280 }} />
 */
export function Lesson({ answer, picture, size }: LessonData): JSX.Element {
  const titleId = useId();
  const guesses = useMemo(() => guessesOf(answer), [answer]);
  const [isPredicting, setPredicting] = useState(false);
  const [guessed, setGuessed] = useState<Guessed>(new Map());
  const [on, setOn] = useState<ReadonlySet<number>>(new Set([0]));
  const [view, setView] = useState(NOTHING_MARKED);
  const next = isPredicting ? nextGuess(guesses, guessed) : undefined;
  const open = next === undefined ? undefined : guesses[next];
  const last = open ? STEPS.indexOf(open.step) : STEPS.length;

  /** The step that the picture is at, and when the pointer or the focus last brought it somewhere. */
  const at = useRef<{ step?: StepName; pointed: number }>({ pointed: Number.NEGATIVE_INFINITY });
  const viewOf = (step: StepName) => (open?.step === step ? guessView(open) : VIEWS[step](answer, on));
  const point = (step: StepName, shown: View) => {
    at.current = { step, pointed: performance.now() };
    setView(shown);
  };
  const reach = (step: StepName) => {
    if (at.current.step !== step) point(step, viewOf(step));
  };
  const scrollTo = (step: StepName) => {
    const { step: now, pointed } = at.current;
    // Where the focus goes, the page scrolls: that must not take back what the focus has shown.
    if (now === step || performance.now() - pointed < SETTLED_MS) return;
    at.current = { step, pointed };
    setView(viewOf(step));
  };

  /** A page that scrolls below a pointer at rest tells of a move, too; that points at nothing. */
  const rest = useRef('');
  const onlyMoved = (event: PointerEvent) => {
    const place = `${event.clientX} ${event.clientY}`;
    if (rest.current === '' || rest.current === place) event.stopPropagation();
    rest.current = place;
  };

  function toggle(noun: number) {
    const toggled = new Set(on);
    if (!toggled.delete(noun)) toggled.add(noun);
    setOn(toggled);
    point('regions', regionsView(answer.explanation?.nouns ?? [], toggled));
  }

  function predict(isOn: boolean) {
    setPredicting(isOn);
    setGuessed(new Map());
    at.current = { pointed: Number.NEGATIVE_INFINITY };
    setView(NOTHING_MARKED);
  }

  function makeGuess({ step }: Guess, choice: number) {
    setGuessed(new Map(guessed).set(next!, choice));
    const following = guesses[next! + 1];
    point(step, following?.step === step ? guessView(following) : VIEWS[step](answer, on));
  }

  const bodyProps = {
    ...{ answer, on, open, onToggle: toggle },
    onCell: (...cell: [number, Parameters<typeof cellView>[2]?]) =>
      point('matrix', cellView(answer, ...cell)),
    onExchange: (exchange: number) => {
      if (open?.exchange !== exchange) point('exchanges', exchangeView(answer, exchange));
    },
  };
  return (
    <section class="lesson" aria-labelledby={titleId}>
      <div class="lesson-grid" onPointerMoveCapture={onlyMoved}>
        <Intro
          id={titleId}
          {...{ isPredicting, onPredict: predict }}
          {...{ ...tally(guesses, guessed), toCome: guesses.length - guessed.size }}
        />
        <div class="lesson-picture" style={{ '--ratio': `${size.width / size.height}` }}>
          <PictureView
            {...{ source: picture, size, shapes: view.shapes }}
            alt={`The picture for “${answer.expression}”`}
          />
          <p class="lesson-caption">{view.caption}</p>
        </div>
        <div class="lesson-steps">
          {STEPS.slice(0, last + 1).map((step, i) => {
            const { title, lead, isThere } = WORDS[step];
            const Body = BODIES[step];
            const isShown = open?.step !== step || open.exchange !== undefined;
            return (
              <Step
                key={step}
                {...{ name: step, number: i + 1, title }}
                lead={isThere?.(answer) === false ? undefined : lead}
                onReach={() => reach(step)}
                onScrolledTo={() => scrollTo(step)}
              >
                {guesses.map(
                  (guess, at) =>
                    isPredicting &&
                    guess.step === step &&
                    at <= (next ?? at) && (
                      <GuessView
                        key={guess.question}
                        guess={guess}
                        guessed={guessed.get(at)}
                        onGuess={(choice) => makeGuess(guess, choice)}
                      />
                    ),
                )}
                {isShown && <Body {...bodyProps} />}
              </Step>
            );
          })}
          {open && <p class="lesson-waiting">The next steps appear after your guess.</p>}
        </div>
      </div>
    </section>
  );
}

interface IntroProps {
  /** Of its heading. */
  readonly id: string;
  readonly isPredicting: boolean;
  readonly onPredict: (isOn: boolean) => void;
  readonly right: number;
  readonly made: number;
  readonly toCome: number;
}

function Intro({ id, isPredicting, onPredict, right, made, toCome }: IntroProps): JSX.Element {
  const so = made === 0 ? '' : ` You were right ${right} of ${made} times.`;
  const left = toCome === 0 ? 'All guesses made.' : `${toCome} to go.`;
  return (
    <div class="lesson-intro">
      <h2 id={id}>How this answer came about</h2>
      <label class="lesson-switch">
        <input
          type="checkbox"
          role="switch"
          checked={isPredicting}
          aria-checked={isPredicting}
          onChange={(event) => onPredict(event.currentTarget.checked)}
        />
        Predict first
      </label>
      <span role="status">
        {isPredicting
          ? `Each step waits for your guess.${so} ${left}`
          : 'Hides what comes of each step until you have guessed.'}
      </span>
    </div>
  );
}
