import { SpotterError } from '../errors.ts';
import type { Verdict } from './verdict.ts';

/**
 * Resolves an undecided verdict by the number of a candidate, counted from 1 as it was shown.
 * @throws SpotterError bad-pick
 */
export function pick(verdict: Verdict, number: number): Verdict {
  const chosen = verdict.candidates[number - 1];
  if (!chosen) {
    const shown = verdict.candidates.length;
    throw new SpotterError(
      'bad-pick',
      `There is no candidate ${number}.`,
      shown === 0 ? 'There are no candidates to choose from.' : `Choose a number from 1 to ${shown}.`,
    );
  }
  return {
    ...verdict,
    outcome: 'found',
    candidates: [chosen],
    sentence: `Found: you chose candidate ${number}, a ${chosen.label}.`,
    route: 'picked',
  };
}
