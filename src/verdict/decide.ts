import type { Query } from '../language/query.ts';
import type { Scene } from '../reasoning/sighting.ts';
import type { Calibration } from './calibration.ts';
import type { Candidate, Verdict } from './verdict.ts';

export function decide(
  _q: Query,
  candidates: readonly Candidate[],
  _s: Scene,
  _c: Calibration,
): Omit<Verdict, 'trace'> {
  return {
    outcome: 'undecided',
    candidates,
    considered: candidates,
    presence: 0.5,
    sentence: '',
    unresolved: [],
    route: 'reasoning',
  };
}
