import type { JSX } from 'preact';
import type { LessonAnswer } from './data.ts';
import { shareOf } from './layout.ts';
import { ShareBar } from './plot.tsx';
import { counted, milliseconds, OUTCOME_COLOURS, OUTCOME_WORDS, percent, STEP_WORDS } from './words.ts';

const ROUTE_WORDS: Readonly<Record<string, string>> = {
  reasoning: 'reasoning about regions',
  specialist: 'the detector alone',
  mllm: 'the language model',
  picked: 'the person who chose a candidate',
};

/** The verdict, who gave it, and what it took. */
export function VerdictView({ answer }: { readonly answer: LessonAnswer }): JSX.Element {
  const { outcome, sentence, presence, strategy, route, unresolved, cost, steps = [] } = answer;
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <>
      <p class="lesson-outcome" style={{ '--part': `var(${OUTCOME_COLOURS[outcome]})` }}>
        <b>{OUTCOME_WORDS[outcome]}</b> {sentence}
      </p>
      <p>
        Presence: {percent(presence)}. Decided by {ROUTE_WORDS[route] ?? route}, by the strategy “{strategy}”.
        {unresolved.length > 0 && ` Not checked: ${unresolved.map((words) => `“${words}”`).join(', ')}.`}
      </p>
      {cost && (
        <p>
          The language model took {counted(cost.calls, 'call')}, {cost.prompt_tokens} tokens of question and{' '}
          {cost.answer_tokens} of answer, {milliseconds(cost.ms)}.
        </p>
      )}
      {steps.length > 0 && (
        <>
          <h4>How long each step took</h4>
          <ol class="lesson-times">
            {steps.map(({ name, ms, said }, i) => (
              <li key={`${i} ${name}`}>
                <span>
                  <b>{STEP_WORDS[name] ?? name}</b> <small>{said}</small>
                </span>
                <span class="lesson-number-cell">{milliseconds(ms)}</span>
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
