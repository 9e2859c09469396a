import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { percent } from '../../../../src/text.ts';
import { api, asProblem } from '../shared/api.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { addressOfTurn } from '../shared/history.ts';
import { choicesOf, labelAt } from '../shared/marks.ts';
import type { Turn } from '../shared/page-state.ts';
import type { Shown } from '../shared/picture.ts';
import { ProblemNote } from '../shared/problem-note.tsx';
import { costWords, OUTCOMES, ROUTES, seconds, sentenceAfterOutcome, stepWords } from '../shared/words.ts';
import { WhyButton } from './why-button.tsx';

interface AnswerCardProps {
  readonly turn: Turn;
  /** Its answer is what the picture shows. */
  readonly isActive: boolean;
  /** The picture shows all that was considered. */
  readonly everything: boolean;
  /** Its candidates can be chosen now. */
  readonly canChoose: boolean;
  readonly picture: Shown;
  readonly onShow: () => void;
  readonly onEverything: () => void;
  readonly onPick: (number: number) => void;
}

/** A question, how far it is, and its answer. */
export function AnswerCard(props: AnswerCardProps): JSX.Element {
  const { turn, isActive } = props;
  const { said, state, steps, ahead, answer, problem } = turn;
  return (
    <article class={isActive ? 'turn active' : 'turn'}>
      <h2 class="said">{said}</h2>
      {state === 'asking' && <Progress steps={steps} ahead={ahead} />}
      {problem && <ProblemNote problem={problem} />}
      {answer && <AnswerBody {...props} answer={answer} />}
    </article>
  );
}

function Progress({ steps, ahead }: Pick<Turn, 'steps' | 'ahead'>): JSX.Element {
  if (ahead > 0) {
    return (
      <p class="progress">
        {ahead} {ahead === 1 ? 'question is' : 'questions are'} ahead …
      </p>
    );
  }
  return (
    <ol class="progress">
      {steps.map((name, i) => (
        <li key={`${i} ${name}`} class={i === steps.length - 1 ? 'now' : 'done'}>
          {stepWords(name)}
        </li>
      ))}
      {steps.length === 0 && <li class="now">Sending</li>}
    </ol>
  );
}

type Answered = AnswerCardProps & { readonly answer: NonNullable<Turn['answer']> };

function AnswerBody(props: Answered): JSX.Element {
  const { turn, answer, picture, isActive, everything, canChoose, onShow, onEverything } = props;
  const isRead = answer.expression.toLowerCase() !== turn.said.toLowerCase() && answer.route !== 'picked';
  const link = isActive ? addressOfTurn(turn) : undefined;
  return (
    <>
      {isRead && <p class="quiet small">Read as “{answer.expression}”</p>}
      <p class="verdict">
        <span class={`outcome ${answer.outcome}`}>{OUTCOMES[answer.outcome]}</span>{' '}
        {sentenceAfterOutcome(answer.sentence)}
      </p>
      {canChoose && <Choices {...props} />}
      <Numbers answer={answer} />
      {isActive && <Meanings />}
      <div class="actions">
        <WhyButton answer={answer} picture={picture} />
        {!isActive && (
          <button type="button" class="chip" onClick={onShow}>
            Show in the picture
          </button>
        )}
        {isActive && (
          <>
            <button type="button" class="chip" aria-pressed={everything} onClick={onEverything}>
              All candidates
            </button>
            <CopyButton label="Copy as JSON" text={() => JSON.stringify(answer, null, 2)} />
            {link && <CopyButton label="Copy link" text={() => link} />}
            <SaveButton {...props} />
          </>
        )}
      </div>
    </>
  );
}

/** The candidates that can be chosen, as buttons; their numbers are keys, too. */
function Choices({ answer, onPick }: Answered): JSX.Element {
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // So that the keys work at once, unless something is being typed already.
    const typing = document.activeElement;
    if (!(typing instanceof HTMLInputElement && typing.value)) group.current?.focus();
  }, []);
  return (
    <fieldset ref={group} tabIndex={-1} class="choices">
      <legend>Which one is meant? Press its number, or click it.</legend>
      {answer.boxes.slice(0, choicesOf(answer)).map((box, i) => (
        <button key={box.join(' ')} type="button" class="chip" onClick={() => onPick(i + 1)}>
          <b>{i + 1}</b> {labelAt(answer, box) ?? 'region'}{' '}
          <span class="quiet">{percent(answer.scores[i] ?? 0)} fit</span>
        </button>
      ))}
    </fieldset>
  );
}

function Numbers({ answer }: Pick<Answered, 'answer'>): JSX.Element {
  const { presence, route, detector, strategy, timings_ms, cost, unresolved } = answer;
  return (
    <dl class="numbers">
      <div>
        <dt>Presence</dt>
        <dd>{percent(presence)}</dd>
      </div>
      <div>
        <dt>Decided by</dt>
        <dd>
          {ROUTES[route]} ({strategy}, {detector})
        </dd>
      </div>
      {route !== 'picked' && (
        <div>
          <dt>Time</dt>
          <dd>{seconds(timings_ms.total ?? 0)}</dd>
        </div>
      )}
      {cost && (
        <div>
          <dt>Language model</dt>
          <dd>{costWords(cost)}</dd>
        </div>
      )}
      {unresolved.length > 0 && (
        <div>
          <dt>Not judged</dt>
          <dd>{unresolved.join(', ')}</dd>
        </div>
      )}
    </dl>
  );
}

/** What the numbers of an answer mean. */
const MEANINGS = [
  ['Presence', 'calibrated probability that what was asked for is in the picture'],
  ['Fit', 'how well a candidate fits the whole expression, 0 to 100 %'],
  ['Decided by', 'who decided, by which strategy, with which detector'],
  ['Time', 'from asking to the answer, on the server, waiting included'],
  ['Language model', 'calls, tokens of prompts + answers, time and price'],
] as const;

const Meanings = (): JSX.Element => (
  <details class="meanings">
    <summary>What the numbers mean</summary>
    <dl>
      {MEANINGS.map(([name, meaning]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  </details>
);

/** Saves the annotated picture as a file. */
function SaveButton({ answer, everything, picture }: Answered): JSX.Element {
  const [said, setSaid] = useState('');
  const save = async () => {
    setSaid('Drawing …');
    try {
      const url = URL.createObjectURL(await api.answerImage(answer.id, everything));
      const link = document.createElement('a');
      link.href = url;
      link.download = `spotter-${(picture.example ?? 'picture').replace(/\.\w+$/, '')}.jpg`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      setSaid('');
    } catch (thrown) {
      setSaid(asProblem(thrown).message);
    }
  };
  return (
    <button type="button" class="chip" onClick={save}>
      {said || 'Save the picture'}
    </button>
  );
}
