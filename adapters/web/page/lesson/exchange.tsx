import type { JSX } from 'preact';
import type { Exchange } from '../../../../src/explanation.ts';
import { colourOf } from '../shared/marks.ts';
import { percent } from '../shared/words.ts';
import { ShareBar } from './plot.tsx';
import { counted, two } from './words.ts';

export interface ExchangeViewProps {
  readonly exchange: Exchange;
  readonly number: number;
  /** The reply and what follows from it is left to be guessed. */
  readonly isHidden: boolean;
  /** Told when the reader comes to it. */
  readonly onReach: () => void;
}

/** What a language model was sent and said: the very prompt, the reply, its letters, and what came of None. */
export function ExchangeView({ exchange, number, isHidden, onReach }: ExchangeViewProps): JSX.Element {
  const { model, prompt, images, reply, alternatives, options, choice } = exchange;
  return (
    <div class="lesson-exchange" onPointerEnter={onReach} onFocusCapture={onReach}>
      <h4>
        Question {number} to {model}
      </h4>
      <p>Sent: {counted(images, 'picture')} and these words, to the letter.</p>
      <Verbatim title={`Prompt ${number}`} text={prompt} />
      {!isHidden && (
        <>
          {reply === undefined ? (
            <p>No reply came.</p>
          ) : (
            <>
              <p>Its reply:</p>
              <Verbatim title={`Reply ${number}`} text={reply} />
            </>
          )}
          {options ? (
            <Letters options={options} chosen={choice?.letter} />
          ) : (
            alternatives && (
              <Letters
                options={alternatives.map(({ token, probability }) => ({ letter: token, probability }))}
                chosen={undefined}
              />
            )
          )}
          {choice && <p>{cameOf(exchange)}</p>}
        </>
      )}
    </div>
  );
}

/** A text to the letter, in a box that scrolls. */
function Verbatim({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="lesson-verbatim" tabIndex={0} aria-label={title}>
      <pre>{text}</pre>
    </section>
  );
}

interface LettersProps {
  readonly options: NonNullable<Exchange['options']>;
  readonly chosen: string | undefined;
}

function Letters({ options, chosen }: LettersProps): JSX.Element {
  return (
    <ul class="lesson-letters">
      {options.map(({ letter, box, label, probability }, i) => (
        <li key={letter} class={letter === chosen ? 'chosen' : ''}>
          <b>{letter}</b>
          <span>
            {box ? (label ?? 'a region') : 'None'}
            {letter === chosen && ' (chosen)'}
          </span>
          <ShareBar share={probability ?? 0} colour={colourOf(i)} />
          <span class="lesson-number-cell">{probability === undefined ? '?' : two(probability)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What follows from the choice, and from how likely None was. */
export function cameOf({ options = [], choice }: Exchange): string {
  if (!choice) return '';
  const none = options.find(({ box }) => box === undefined);
  const presence =
    choice.presence === undefined
      ? ' None was not on offer, or nothing is known of it: this says nothing of whether it is there.'
      : ` Presence = 1 − P(None) = 1 − ${two(1 - choice.presence)} = ${two(choice.presence)}.`;
  if (choice.kind === 'unreadable')
    return 'The reply is no letter that was on offer, so it does not count: everything stays as it was.';
  if (choice.kind === 'none') return `It takes None${none ? ` (${none.letter})` : ''}.${presence}`;
  const chosen = options.find(({ letter }) => letter === choice.letter);
  const sure = chosen?.probability === undefined ? '' : `, with ${percent(chosen.probability)}`;
  return `It chooses ${choice.letter}${sure}.${presence}`;
}
