import type { JSX } from 'preact';
import type { Problem } from './api.ts';

/** What went wrong, and what to do next. */
export function ProblemNote({ problem }: { problem: Problem }): JSX.Element {
  return (
    <p role="alert" class="problem">
      <strong>{problem.message}</strong> {problem.hint}
    </p>
  );
}
