import type { JSX } from 'preact';
import type { Exchange } from '../../../../src/explanation.ts';
import { colourOf } from '../shared/marks.ts';
import { ShareBar } from './plot.tsx';
import { cameOf, counted, two } from './words.ts';

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
    <div class="lesson-exchange" onPointerMove={onReach} onFocusCapture={onReach}>
      <h4>
        Question {number} to {model}
      </h4>
      <p>Sent: {counted(images, 'picture')} and exactly these words.</p>
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

/** A text exactly as it is, in a box that scrolls. */
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
