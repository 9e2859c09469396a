import type { JSX } from 'preact';
import type { Scaling, Weighing } from '../../../../src/explanation.ts';
import { logit, sigmoid } from '../../../../src/scales.ts';
import { list, percent } from '../../../../src/text.ts';

import { sumOf } from './layout.ts';
import { CurvePlot, SumBar } from './plot.tsx';
import { FEATURE_WORDS, signed, three, two } from './words.ts';

const nameOf = (feature: string): string => FEATURE_WORDS[feature]?.[0] ?? feature;

interface WeighingPlotsProps {
  readonly weighing: Weighing;
  /** It was asked as a question, which is answered from the same candidates. */
  readonly isQuestion: boolean;
}

/** Features × weights as bars that add up to the log odds, and what these are as a probability. */
export function WeighingPlots({ weighing, isQuestion }: WeighingPlotsProps): JSX.Element {
  const { logOdds, right, thresholds } = weighing;
  const { summands, idle, domain } = sumOf(weighing);
  const presence = sigmoid(logOdds);
  return (
    <>
      <ol class="lesson-sum">
        {summands.map(({ name, value, weight, product, from, to }) => (
          <li key={name}>
            <span>
              <b>{value === undefined ? 'constant' : nameOf(name)}</b>{' '}
              <small>
                {value === undefined
                  ? 'where the sum begins, whatever is seen'
                  : `${FEATURE_WORDS[name]?.[1] ?? ''}: ${three(value)} × weight ${three(weight!)}`}
              </small>
            </span>
            <b class="lesson-number-cell">{signed(product)}</b>
            <SumBar from={from} to={to} domain={domain} />
          </li>
        ))}
        <li class="total">
          <span>
            <b>log odds</b> <small>the sum of all bars above</small>
          </span>
          <b class="lesson-number-cell">{signed(logOdds)}</b>
          <SumBar from={0} to={logOdds} domain={domain} />
        </li>
      </ol>
      {idle.length > 0 && <p class="lesson-define">These add nothing here: {list(idle.map(nameOf))}.</p>}
      <CurvePlot
        title={`The logistic curve: log odds of ${two(logOdds)} are a presence of ${two(presence)}; being right has ${two(right)}.`}
        dots={[
          { logOdds, probability: presence, name: 'presence' },
          { logOdds: logit(right), probability: right, name: 'right', isHollow: true },
        ]}
        thresholds={[
          {
            at: thresholds.found,
            name: `found: right ≥ ${three(thresholds.found)}`,
            colour: '--found',
          },
          {
            at: thresholds.absent,
            name: `not present: presence ≤ ${three(thresholds.absent)}`,
            colour: '--absent',
          },
        ]}
      />
      <dl class="lesson-define">
        <dt>Presence, {percent(presence)}</dt>
        <dd>
          The probability that what was asked for is in the picture:{' '}
          <span class="lesson-formula">
            1 / (1 + e<sup>−log odds</sup>)
          </span>
          . {isQuestion ? '' : `Up to ${three(thresholds.absent)} the answer is “not present”.`}
        </dd>
        <dt>Right, {percent(right)}</dt>
        <dd>
          {isQuestion
            ? 'How sure the answer to the question is; it is given by counting and naming the same candidates.'
            : `The probability that the best candidate is what was asked for: the same features with other weights. From ${three(thresholds.found)} the answer is “found”, unless another candidate fits as well; what is neither found nor not present is undecided.`}
        </dd>
        <dt>Weights and thresholds</dt>
        <dd>were fitted on photographs whose right answers are known.</dd>
      </dl>
    </>
  );
}

/** What the presence that a strategy reports is worth. */
export function ScalingPlot({ scaling }: { readonly scaling: Scaling }): JSX.Element {
  const { raw, bias, weight, presence, thresholds } = scaling;
  return (
    <>
      <CurvePlot
        title={`Platt scaling: a presence of ${two(raw)} is worth ${two(presence)}.`}
        dots={[{ logOdds: logit(raw), probability: presence, name: 'presence' }]}
        thresholds={[
          { at: thresholds.found, name: `found ≥ ${three(thresholds.found)}`, colour: '--found' },
          { at: thresholds.absent, name: `not present ≤ ${three(thresholds.absent)}`, colour: '--absent' },
        ]}
        bias={bias}
        slope={weight}
      />
      <p class="lesson-define">
        The strategy itself reports a presence of {percent(raw)}. Measured on photographs whose answers are
        known, that is worth {percent(presence)}: 1 / (1 + e
        <sup class="lesson-formula">
          −({three(bias)} + {three(weight)} × log odds)
        </sup>
        ), where the log odds of the reported presence are {two(logit(raw))} (Platt scaling).
      </p>
    </>
  );
}
