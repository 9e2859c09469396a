import type { JSX } from 'preact';
import type { Guess } from './guesses.ts';

export interface GuessViewProps {
  readonly guess: Guess;
  /** The place of the choice, once it was made. */
  readonly guessed: number | undefined;
  readonly onGuess: (choice: number) => void;
}

/** A question about what comes next, its choices, and how the viewer did. */
export function GuessView({ guess, guessed, onGuess }: GuessViewProps): JSX.Element {
  const { question, choices, truth } = guess;
  const isRight = guessed !== undefined && choices[guessed]?.isRight === true;
  return (
    <fieldset class="lesson-guess">
      <legend>Your guess: {question}</legend>
      <div class="lesson-choices">
        {choices.map(({ name, isRight }, i) => (
          <button
            key={name}
            type="button"
            // Stays in reach of the keyboard once it was pressed.
            aria-disabled={guessed !== undefined}
            aria-pressed={guessed === i}
            class={guessed === undefined ? '' : isRight ? 'right' : guessed === i ? 'wrong' : ''}
            onClick={() => guessed === undefined && onGuess(i)}
          >
            {name}
          </button>
        ))}
      </div>
      <p class="lesson-told" role="status">
        {guessed !== undefined && (
          <>
            <b class={isRight ? 'right' : 'wrong'}>{isRight ? 'You were right.' : 'Wrong.'}</b> {truth}
          </>
        )}
      </p>
    </fieldset>
  );
}
