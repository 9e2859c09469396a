import type { JSX } from 'preact';
import type { NounRegions } from '../../../../src/explanation.ts';
import { colourOf } from '../shared/marks.ts';
import { ShareBar } from './plot.tsx';
import { counted, MATCHES, two } from './words.ts';

export interface RegionsProps {
  readonly nouns: readonly NounRegions[];
  readonly on: ReadonlySet<number>;
  readonly onToggle: (noun: number) => void;
}

/** The regions of each noun, each noun with a switch. */
export function Regions({ nouns, on, onToggle }: RegionsProps): JSX.Element {
  return (
    <>
      {nouns.map(({ noun, words, match, regions }, i) => (
        <div class="lesson-noun" key={words} style={{ '--part': `var(${colourOf(i)})` }}>
          <label>
            <input
              type="checkbox"
              role="switch"
              checked={on.has(i)}
              aria-checked={on.has(i)}
              onChange={() => onToggle(i)}
            />
            <span class="lesson-swatch" />
            <span>
              <b>{noun}</b>, of “{words}”:{' '}
              {regions.length === 0 ? 'no region' : counted(regions.length, 'region')}
            </span>
          </label>
          <p>{MATCHES[match]}</p>
          {regions.length > 0 && (
            <details>
              <summary>Scores of all {regions.length}</summary>
              <table>
                <thead>
                  <tr>
                    <th scope="col">label</th>
                    <th scope="col">score</th>
                    <th scope="col">certainty</th>
                  </tr>
                </thead>
                <tbody>
                  {regions.map(({ box, label, score, certainty }) => (
                    <tr key={box.join()}>
                      <td>{label}</td>
                      <td>
                        {two(score)} <ShareBar share={score} colour={colourOf(i)} />
                      </td>
                      <td>
                        {two(certainty)} <ShareBar share={certainty} colour={colourOf(i)} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          )}
        </div>
      ))}
      <p class="lesson-define">
        <b>Score</b>: how strongly the network reacts, from 0 to 1; the number in the picture.{' '}
        <b>Certainty</b>: how often such a score was right on other pictures, from 0 to 1.
      </p>
    </>
  );
}
