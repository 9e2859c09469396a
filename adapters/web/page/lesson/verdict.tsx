import type { JSX } from 'preact';
import { percent } from '../../../../src/text.ts';
import { OUTCOMES, ROUTES, seconds, sentenceAfterOutcome, stepWords } from '../shared/words.ts';
import type { LessonAnswer } from './data.ts';
import { shareOf } from './layout.ts';
import { ShareBar } from './plot.tsx';
import { counted, OUTCOME_COLOURS } from './words.ts';

/** The verdict, who gave it, and what it took. */
export function VerdictView({ answer }: { readonly answer: LessonAnswer }): JSX.Element {
  const { outcome, sentence, presence, strategy, route, unresolved, cost, steps = [] } = answer;
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <>
      <p class="lesson-outcome" style={{ '--part': `var(${OUTCOME_COLOURS[outcome]})` }}>
        <b>{OUTCOMES[outcome]}</b> {sentenceAfterOutcome(sentence)}
      </p>
      <p>
        Presence: {percent(presence)}. Decided by {ROUTES[route]}, by the strategy “{strategy}”.
        {unresolved.length > 0 && ` Not checked: ${unresolved.map((words) => `“${words}”`).join(', ')}.`}
      </p>
      {cost && (
        <p>
          The language model took {counted(cost.calls, 'call')}, {cost.prompt_tokens} tokens of question and{' '}
          {cost.answer_tokens} of answer, {seconds(cost.ms)}.
        </p>
      )}
      {steps.length > 0 && (
        <>
          <h4>How long each step took</h4>
          <ol class="lesson-times">
            {steps.map(({ name, ms, said }, i) => (
              <li key={`${i} ${name}`}>
                <span>
                  <b>{stepWords(name)}</b> <small>{said}</small>
                </span>
                <span class="lesson-number-cell">{seconds(ms)}</span>
                <ShareBar share={shareOf(ms, total)} colour="--accent" />
              </li>
            ))}
          </ol>
          <p class="lesson-define">
            A detector that was asked about the same picture before remembers it, and then takes next to no
            time.
          </p>
        </>
      )}
    </>
  );
}
