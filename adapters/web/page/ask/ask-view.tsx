import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MAX_EXPRESSION_LENGTH } from '../../../../src/expression/query.ts';
import { PictureView, type Shape } from '../picture/picture-view.tsx';
import { choices } from '../shared/choices.ts';
import { remember } from '../shared/history.ts';
import { compact, type Way } from '../shared/link.ts';
import { answerShapes, choicesOf, consideredShapes } from '../shared/marks.ts';
import {
  active,
  activeTurn,
  ask,
  choose,
  isAsking,
  stopAsking,
  type Turn,
  turns,
  way,
} from '../shared/page-state.ts';
import { exampleList, type Shown, suggestionsFor } from '../shared/picture.ts';
import { LoadNote } from '../shared/problem-note.tsx';
import { WayControls } from '../shared/way-controls.tsx';
import { OUTCOMES, sentenceAfterOutcome, stepWords } from '../shared/words.ts';
import { AnswerCard } from './answer-card.tsx';

const NOTHING: readonly Shape[] = [];

/** A picture, and questions about it one below the other. */
export function AskView({ picture }: { picture: Shown }): JSX.Element {
  const [everything, setEverything] = useState(false);
  const answer = activeTurn.value?.answer;
  const isLast = activeTurn.value?.key === turns.value.at(-1)?.key;
  const canChoose = answer !== undefined && isLast && choicesOf(answer) > 0;
  const shapes = useMemo(() => {
    if (!answer) return NOTHING;
    return everything ? consideredShapes(answer) : answerShapes(answer, canChoose);
  }, [answer, everything, canChoose]);
  const pick = async (number: number) => {
    if (!answer || !canChoose || number > choicesOf(answer)) return;
    setEverything(false);
    if (await choose(answer, number)) await remember();
  };
  useDigits(canChoose ? pick : undefined);
  const list = useRef<HTMLOListElement>(null);
  const last = turns.value.at(-1);
  useEffect(
    () => list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' }),
    [last?.key, last?.state],
  );
  return (
    <div class="ask">
      <div class="ask-picture">
        <PictureView
          source={picture.url}
          size={answer?.image ?? picture.size}
          shapes={shapes}
          alt={picture.alt}
          zoomable
          {...(canChoose && !everything && { onPick: (id: string) => void pick(Number(id)) })}
        />
      </div>
      <section class="conversation" aria-label="Questions and answers">
        <p class="spoken" role="status">
          {spoken(last)}
        </p>
        <ol ref={list} class="turns">
          {turns.value.map((turn) => (
            <li key={turn.key}>
              <AnswerCard
                turn={turn}
                isActive={turn.key === activeTurn.value?.key}
                everything={everything && turn.key === activeTurn.value?.key}
                canChoose={turn.answer === answer && canChoose}
                picture={picture}
                onShow={() => {
                  active.value = turn.key;
                  setEverything(false);
                }}
                onEverything={() => setEverything(!everything)}
                onPick={pick}
              />
            </li>
          ))}
        </ol>
        <Suggestions picture={picture} />
        <details class="ways">
          <summary>Strategy, detector, settings{isUsual(way.value) ? '' : ' (changed)'}</summary>
          <LoadNote of={choices} />
          <WayControls
            way={way.value}
            onChange={(changed) => {
              way.value = changed;
            }}
          />
        </details>
        <QuestionForm onAsk={() => setEverything(false)} />
      </section>
    </div>
  );
}

const isUsual = (one: Way): boolean => Object.keys(compact(one)).length === 0;

/** What a screen reader says of a question: how far it is, and the answer. */
function spoken(turn: Turn | undefined): string {
  if (!turn) return '';
  const { state, steps, answer } = turn;
  if (state === 'asking') return stepWords(steps.at(-1) ?? 'Sending');
  return answer ? `${OUTCOMES[answer.outcome]}. ${sentenceAfterOutcome(answer.sentence)}` : '';
}

/** Keys 1 to 9, wherever nothing is typed. */
function useDigits(pick: ((number: number) => void) | undefined): void {
  const latest = useRef(pick);
  latest.current = pick;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, select, textarea, dialog');
      if (isTyping || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
      latest.current?.(Number(event.key));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

const askAndRemember = async (said: string): Promise<void> => {
  if (await ask(said)) await remember();
};

/** Good first questions about an example. */
function Suggestions({ picture }: { picture: Shown }): JSX.Element | null {
  const left = suggestionsFor(picture).filter((one) =>
    turns.value.every(({ said, answer }) => said !== one && answer?.expression !== one),
  );
  if (picture.example && exampleList.problem.value) return <LoadNote of={exampleList} />;
  if (left.length === 0) return null;
  return (
    <p class="suggestions">
      <span class="quiet">Try</span>
      {left.map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          disabled={isAsking.value}
          onClick={() => askAndRemember(one)}
        >
          {one}
        </button>
      ))}
    </p>
  );
}

function QuestionForm({ onAsk }: { onAsk: () => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const said = input.current!.value;
    if (!said.trim() || isAsking.value) return;
    input.current!.value = '';
    onAsk();
    void askAndRemember(said);
  };
  const isFollowUp = turns.value.length > 0;
  return (
    <form class="question" onSubmit={onSubmit}>
      <label for="expression">What are you looking for?</label>
      <div class="question-line">
        <input
          ref={input}
          id="expression"
          name="expression"
          maxLength={MAX_EXPRESSION_LENGTH}
          autocomplete="off"
          enterkeyhint="send"
          placeholder={isFollowUp ? 'and the cat?' : 'the dog on the left'}
        />
        {isAsking.value ? (
          <button type="button" onClick={stopAsking}>
            Stop
          </button>
        ) : (
          <button type="submit" class="primary">
            Ask
          </button>
        )}
      </div>
    </form>
  );
}
