import type { JSX } from 'preact';
import { percent } from '../../../../src/text.ts';
import { models, strategyOf } from '../shared/choices.ts';
import { costWords, OUTCOMES, stepTimes } from '../shared/words.ts';
import { agreementOf, agreementWords } from './agreement.ts';
import type { Column } from './columns.ts';

const NAMES = ['A', 'B', 'C', 'D'] as const;
export const columnName = (index: number): string => NAMES[index]!;

/** How far the columns agree, and what each of them took. */
export function AgreementTable({ columns }: { columns: readonly Column[] }): JSX.Element {
  const answers = columns.map((column) => column.answer.value);
  const { overlaps } = agreementOf(answers);
  const byDefault = models.value.find((model) => model.is_default)?.id ?? '';
  return (
    <section class="agreement" aria-labelledby="agreement">
      <h2 id="agreement">Agreement</h2>
      <p aria-live="polite">{agreementWords(agreementOf(answers))}</p>
      <section
        class="scrolls"
        aria-label="Table of agreement"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: where it is narrow, keys scroll it sideways
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Outcome</th>
              <th scope="col">Presence</th>
              {columns.map(({ key }, i) => (
                <th key={key} scope="col">
                  IoU with {columnName(i)}
                </th>
              ))}
              <th scope="col">Time</th>
              <th scope="col">Language model</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column, i) => {
              const [way, answer] = [column.way.value, answers[i]];
              return (
                <tr key={column.key} class={column.isStale.value ? 'stale' : ''}>
                  <th scope="row">
                    {columnName(i)}{' '}
                    <span class="quiet">{`${strategyOf(way)}, ${way.detector ?? byDefault}`}</span>
                  </th>
                  <td>{answer ? OUTCOMES[answer.outcome] : '–'}</td>
                  <td>{answer ? percent(answer.presence) : '–'}</td>
                  {overlaps[i]!.map((overlap, j) => (
                    <td key={columns[j]!.key}>
                      {i === j || overlap === undefined ? '–' : overlap.toFixed(2)}
                    </td>
                  ))}
                  <td>{answer ? stepTimes(answer) : '–'}</td>
                  <td>{answer ? (answer.cost ? costWords(answer.cost) : 'not asked') : '–'}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p class="small quiet">
        Presence: calibrated probability that it is in the picture. IoU: intersection over union of the first
        boxes, 0 to 1. Time: of all steps on the server, without waiting.
      </p>
    </section>
  );
}
