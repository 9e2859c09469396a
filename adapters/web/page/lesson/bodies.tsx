import type { ComponentChildren, JSX } from 'preact';
import type { ConstraintScore } from '../../../../src/verdict.ts';
import { candidatesOf, type LessonAnswer, matrixOf, partsOf } from './data.ts';
import { ExchangeView } from './exchange.tsx';
import type { Guess, StepName } from './guesses.ts';
import { MatrixTable } from './matrix.tsx';
import { Reading } from './reading.tsx';
import { Regions } from './regions.tsx';
import { VerdictView } from './verdict.tsx';
import { ScalingPlot, WeighingPlots } from './weighing.tsx';

export interface BodyProps {
  readonly answer: LessonAnswer;
  /** The nouns whose regions are shown. */
  readonly on: ReadonlySet<number>;
  readonly onToggle: (noun: number) => void;
  readonly onCell: (row: number, judgement?: ConstraintScore) => void;
  readonly onExchange: (exchange: number) => void;
  /** What is to be guessed now. */
  readonly open: Guess | undefined;
}

/** The strategy that reasons about regions. */
const USUAL = 'auto';

function ReadingBody({ answer }: BodyProps): ComponentChildren {
  const { explanation } = answer;
  if (!explanation) return <p>Nothing is kept of how it was read.</p>;
  const { reading, nouns } = explanation;
  return <Reading reading={reading} parts={partsOf(answer)} isJudged={nouns.length > 0} />;
}

function RegionsBody({ answer, on, onToggle }: BodyProps): JSX.Element {
  const { nouns = [] } = answer.explanation ?? {};
  if (nouns.length > 0) return <Regions nouns={nouns} on={on} onToggle={onToggle} />;
  return answer.strategy === USUAL ? (
    <p>Nothing was looked for: no picture answers that.</p>
  ) : (
    <p>
      The strategy “{answer.strategy}” looks at no noun by itself: what it works with are the candidates
      below.
    </p>
  );
}

function MatrixBody({ answer, onCell }: BodyProps): JSX.Element {
  const matrix = matrixOf(candidatesOf(answer));
  if (matrix.rows.length === 0) return <p>There was no candidate to judge.</p>;
  return (
    <>
      {matrix.columns.length === 0 && (
        <p>
          {answer.strategy === USUAL
            ? 'Nothing more is said of it, so the candidates differ only in how sure the detector is.'
            : `The strategy “${answer.strategy}” takes regions as the detector gives them; no geometry judges them.`}
        </p>
      )}
      <MatrixTable matrix={matrix} onShow={onCell} />
      <p class="lesson-define">
        Point at a cell, or go there with Tab and the arrow keys: the picture shows what was looked at.{' '}
        <b>Fits</b>: the product of the scores in the row (none counts less than 0.02), times the region’s
        certainty, before look-alikes are taken off, to the power of 0.6; candidates are numbered by it.
      </p>
    </>
  );
}

function WeighingBody({ answer: { explanation } }: BodyProps): JSX.Element {
  const { weighing, scaling, reading, nouns } = explanation ?? {};
  if (!weighing && !scaling) {
    return nouns?.[0]?.match === 'unknown' ? (
      <p>
        Nothing can be weighed, since the detector does not know the word. The presence is a constant then:
        how often such things were there on photographs whose right answers are known.
      </p>
    ) : (
      <p>Nothing was weighed: the presence is what the strategy itself reports.</p>
    );
  }
  return (
    <>
      {weighing && <WeighingPlots weighing={weighing} isQuestion={reading?.question !== undefined} />}
      {scaling && <ScalingPlot scaling={scaling} />}
    </>
  );
}

function RoutingBody({ answer: { explanation, strategy } }: BodyProps): JSX.Element {
  const { routing } = explanation ?? {};
  if (!routing) return <p>The strategy “{strategy}” does not decide that: it always goes the same way.</p>;
  return (
    <p>
      This question counts as <b>{routing.hard ? 'hard' : 'easy'}</b>: {routing.reason}.
    </p>
  );
}

function ExchangesBody({ answer: { explanation }, open, onExchange }: BodyProps): JSX.Element {
  const exchanges = explanation?.exchanges ?? [];
  if (exchanges.length === 0) return <p>No language model was asked.</p>;
  const shown = open?.exchange === undefined ? exchanges : exchanges.slice(0, open.exchange + 1);
  return (
    <>
      {shown.map((exchange, i) => (
        <ExchangeView
          key={`${i} ${exchange.model}`}
          exchange={exchange}
          number={i + 1}
          isHidden={open?.exchange === i}
          onReach={() => onExchange(i)}
        />
      ))}
    </>
  );
}

/** What stands in each step below its first sentences. */
export const BODIES: Readonly<Record<StepName, (props: BodyProps) => ComponentChildren>> = {
  reading: ReadingBody,
  regions: RegionsBody,
  matrix: MatrixBody,
  weighing: WeighingBody,
  routing: RoutingBody,
  exchanges: ExchangesBody,
  verdict: VerdictView,
};
