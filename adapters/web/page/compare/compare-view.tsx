import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MAX_EXPRESSION_LENGTH } from '../../../../src/expression/query.ts';
import { PictureView } from '../picture/picture-view.tsx';
import { choices, mayCallModel, strategies, whyNot } from '../shared/choices.ts';
import { remember, updateAddressSoon } from '../shared/history.ts';
import { compact, MAX_COLUMNS, MIN_COLUMNS, type Way } from '../shared/link.ts';
import { columns, columnWays, compared } from '../shared/page-state.ts';
import { exampleList, type Shown, suggestionsFor } from '../shared/picture.ts';
import { LoadNote, ProblemNote } from '../shared/problem-note.tsx';
import { WayControls } from '../shared/way-controls.tsx';
import { OUTCOMES, sentenceAfterOutcome } from '../shared/words.ts';
import { AgreementTable, columnName } from './agreement-table.tsx';
import { addColumn, type Column, createColumn, removeColumn } from './columns.ts';
import { columnShapes, narrowed } from './narrow.ts';

/** One question, answered in several ways beside each other. */
export function CompareView({ picture }: { picture: Shown }): JSX.Element {
  useEffect(() => void choices.load(), []);
  const shown = useColumns(columns.value ?? []);
  return (
    <div class="compare">
      <QuestionLine picture={picture} />
      <LoadNote of={choices} />
      <div class="columns" data-count={shown.length}>
        {shown.map((column, i) => (
          <ColumnView key={column.key} column={column} index={i} count={shown.length} picture={picture} />
        ))}
      </div>
      <p class="buttons">
        <button type="button" disabled={shown.length >= MAX_COLUMNS} onClick={remembered(addColumn)}>
          Add a column
        </button>
      </p>
      <AgreementTable columns={shown} />
    </div>
  );
}

/** A change that gets an entry of the browser's history. */
const remembered = (change: () => void) => () => {
  change();
  void remember();
};

/** Columns for ways; each keeps its answer for as long as its place has its way. */
function useColumns(ways: readonly Way[]): readonly Column[] {
  const [shown, setShown] = useState<readonly Column[]>([]);
  const latest = useRef(shown);
  latest.current = shown;
  useEffect(() => {
    const free = [...latest.current];
    const next = ways.map((way) => {
      const wanted = JSON.stringify(compact(way));
      const at = free.findIndex((column) => JSON.stringify(compact(column.way.peek())) === wanted);
      return at < 0 ? createColumn(way) : free.splice(at, 1)[0]!;
    });
    for (const column of free) column.close();
    const isSame = next.length === latest.current.length && next.every((one, i) => one === latest.current[i]);
    if (!isSame) setShown(next);
  }, [ways]);
  useEffect(() => () => latest.current.forEach((column) => void column.close()), []);
  return shown;
}

interface ColumnViewProps {
  readonly column: Column;
  readonly index: number;
  readonly count: number;
  readonly picture: Shown;
}

function ColumnView({ column, index, count, picture }: ColumnViewProps): JSX.Element {
  const way = column.way.value;
  const answer = column.answer.value;
  const proposed = column.proposed.value;
  const regions = useMemo(() => narrowed(proposed, way.settings ?? {}), [proposed, way.settings]);
  const shapes = useMemo(() => columnShapes(regions, answer), [regions, answer]);
  const isStale = column.isStale.value;
  const change = (changed: Way) => {
    column.way.value = changed;
    columnWays.value = columnWays.value?.map((one, i) => (i === index ? changed : one));
    updateAddressSoon();
  };
  const remains = regions.reduce((sum, noun) => sum + noun.regions.length, 0);
  const all = proposed.reduce((sum, noun) => sum + noun.regions.length, 0);
  return (
    <section class="column" aria-label={`Column ${columnName(index)}`}>
      <div class="column-head">
        <h2>{columnName(index)}</h2>
        {count > MIN_COLUMNS && (
          <button
            type="button"
            class="plain"
            aria-label={`Remove column ${columnName(index)}`}
            onClick={remembered(() => removeColumn(index))}
          >
            Remove
          </button>
        )}
      </div>
      <PictureView
        source={picture.url}
        size={answer?.image ?? picture.size}
        shapes={shapes}
        alt={picture.alt}
        zoomable
      />
      {column.regionsProblem.value ? (
        <ProblemNote problem={column.regionsProblem.value} onRetry={column.propose} />
      ) : (
        <p class="small quiet">
          {remains} of {all} regions remain
        </p>
      )}
      <div class={isStale ? 'column-answer stale' : 'column-answer'} aria-live="polite">
        <ColumnAnswer column={column} />
      </div>
      <WayControls way={way} onChange={change} />
    </section>
  );
}

/** What came of a column; a button asks where that may call a language model. */
function ColumnAnswer({ column }: { column: Column }): JSX.Element {
  const way = column.way.value;
  const [answer, problem] = [column.answer.value, column.problem.value];
  const needsButton = mayCallModel(way) && !whyNot(way) && column.isStale.value && !column.isAsking.value;
  return (
    <>
      {problem && <ProblemNote problem={problem} {...(!needsButton && { onRetry: column.ask })} />}
      {answer && (
        <p class="verdict">
          <span class={`outcome ${answer.outcome}`}>{OUTCOMES[answer.outcome]}</span>{' '}
          {sentenceAfterOutcome(answer.sentence)}
        </p>
      )}
      {!answer && !problem && <p class="quiet">{column.isAsking.value ? 'Asking …' : 'Not asked yet.'}</p>}
      {needsButton && compared.value && (
        <button type="button" class="primary" onClick={column.ask}>
          Ask {strategies.value?.language_model ?? 'the language model'}
        </button>
      )}
    </>
  );
}

/** The question of all columns. */
function QuestionLine({ picture }: { picture: Shown }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const put = (expression: string) => {
    if (!expression.trim()) return;
    compared.value = expression.trim();
    void remember();
  };
  const suggested = suggestionsFor(picture);
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        put(input.current!.value);
      }}
    >
      <label for="compared">Question for all columns</label>
      <div class="question-line">
        <input
          ref={input}
          id="compared"
          key={compared.value}
          defaultValue={compared.value}
          maxLength={MAX_EXPRESSION_LENGTH}
          autocomplete="off"
        />
        <button type="submit" class="primary">
          Ask
        </button>
      </div>
      {compared.value === '' && suggested.length > 0 && (
        <p class="suggestions">
          <span class="quiet">Try</span>
          {suggested.map((one) => (
            <button key={one} type="button" class="chip" onClick={() => put(one)}>
              {one}
            </button>
          ))}
        </p>
      )}
      {picture.example && <LoadNote of={exampleList} />}
    </form>
  );
}
