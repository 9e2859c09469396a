import type { HTMLAttributes, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ConstraintScore } from '../../../../src/verdict.ts';
import type { Matrix } from './data.ts';
import { briefReason, KINDS, two } from './words.ts';

export interface MatrixTableProps {
  readonly matrix: Matrix;
  /** Told where the pointer or the focus is: a candidate by its place, and a judgement of it. */
  readonly onShow: (candidate: number, judgement?: ConstraintScore) => void;
}

/** So many candidates are shown at first. */
const FIRST = 8;

/** Row, and column counted from the candidate's own cell. */
type Place = readonly [row: number, column: number];

const KEYS: Readonly<Record<string, Place>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Candidates × constraints. One cell is in the order of Tab; arrow keys go from cell to cell. */
export function MatrixTable({ matrix: { columns, rows }, onShow }: MatrixTableProps): JSX.Element {
  const table = useRef<HTMLTableElement>(null);
  const [[atRow, atColumn], setPlace] = useState<Place>([0, 0]);
  /** Where the pointer was told to be. */
  const last = useRef('');
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, FIRST);

  function onKey(event: KeyboardEvent) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = Math.min(Math.max(atRow + step[0], 0), shown.length - 1);
    const column = Math.min(Math.max(atColumn + step[1], 0), columns.length);
    table.current?.querySelector<HTMLElement>(`[data-place="${row} ${column}"]`)?.focus();
  }
  const reach = (row: number, column: number) => {
    const show = () => {
      const place = `${row} ${column}`;
      if (last.current !== place) onShow(row, rows[row]!.cells[column - 1]);
      last.current = place;
    };
    return {
      tabIndex: row === atRow && column === atColumn ? 0 : -1,
      'data-place': `${row} ${column}`,
      onFocus: () => {
        setPlace([row, column]);
        last.current = '';
        show();
      },
      onPointerMove: show,
    };
  };

  return (
    <>
      <div class="lesson-scroll">
        <table
          class="lesson-matrix"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are gone through by keys
          role="grid"
          aria-label="Candidates and constraints"
          ref={table}
          onKeyDown={onKey}
          onPointerLeave={() => {
            last.current = '';
          }}
        >
          <thead>
            <tr>
              <th scope="col">candidate</th>
              {columns.map(({ words, kind, negated }) => (
                <th scope="col" key={`${words} ${negated}`}>
                  {negated && 'not '}“{words}”
                  <small>{kind === 'category' ? 'its name' : KINDS[kind].name}</small>
                </th>
              ))}
              <th scope="col">fits</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ candidate, cells }, row) => (
              <tr key={candidate.box.join()}>
                <th scope="row" {...reach(row, 0)}>
                  <b>{row + 1}</b> {candidate.label}
                  <small>
                    score {two(candidate.detection)}, certainty {two(candidate.certainty)}
                  </small>
                </th>
                {columns.map(({ words, negated }, i) => (
                  <Cell key={`${words} ${negated}`} cell={cells[i]} place={reach(row, i + 1)} />
                ))}
                <td class="lesson-fits">{two(candidate.score)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {rows.length - shown.length} with a lower fit
        </button>
      )}
    </>
  );
}

interface CellProps {
  readonly cell: ConstraintScore | undefined;
  readonly place: HTMLAttributes<HTMLTableCellElement>;
}

function Cell({ cell, place }: CellProps): JSX.Element {
  if (!cell) return <td {...place}>–</td>;
  const { score, words, reason } = cell;
  return (
    <td
      {...place}
      class={score === undefined ? 'unjudged' : 'judged'}
      style={{ '--score': `${Math.round((score ?? 0) * 45)}%` }}
    >
      <b>{score === undefined ? '?' : two(score)}</b>
      <small>{briefReason(reason, words)}</small>
    </td>
  );
}
