import type { JSX } from 'preact';
import type { Problem } from './api.ts';
import type { Loadable } from './loadable.ts';

interface ProblemNoteProps {
  readonly problem: Problem;
  /** Does the same again; without it there is no button. */
  readonly onRetry?: () => void;
}

/** What went wrong, and what to do next. */
export function ProblemNote({ problem, onRetry }: ProblemNoteProps): JSX.Element {
  return (
    <p role="alert" class="problem">
      <strong>{problem.message}</strong> {problem.hint}
      {onRetry && (
        <>
          {' '}
          <button type="button" class="chip" onClick={onRetry}>
            Try again
          </button>
        </>
      )}
    </p>
  );
}

/** Why something could not be loaded, and a button that loads it again; nothing where it could. */
export function LoadNote({ of }: { of: Loadable<unknown> }): JSX.Element | null {
  const problem = of.problem.value;
  return problem ? <ProblemNote problem={problem} onRetry={of.load} /> : null;
}
