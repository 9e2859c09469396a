import type { Candidate } from '../reasoning/candidate.ts';
import type { Outcome, Verdict } from '../verdict/verdict.ts';
import type { AnnotateOptions, Mark } from './annotate.ts';

const STYLES: Record<Outcome, AnnotateOptions['style']> = {
  found: 'found',
  'not-present': 'plain',
  undecided: 'candidates',
};

/** What to draw for a verdict: its regions in the style of its outcome, or all considered ones numbered. */
export function annotationOf(verdict: Verdict, all = false): AnnotateOptions & { marks: Mark[] } {
  const { outcome, candidates, considered, presence } = verdict;
  const label = ({ label }: Candidate) =>
    outcome === 'found' && candidates.length === 1 ? `${label} ${Math.round(presence * 100)} %` : label;
  if (all) return { style: 'candidates', marks: considered.map(({ box, label }) => ({ box, label })) };
  const marks = candidates.map((candidate) => ({ box: candidate.box, label: label(candidate) }));
  const caption = outcome === 'not-present' ? verdict.sentence : undefined;
  return { style: STYLES[outcome], marks, ...(caption === undefined ? {} : { caption }) };
}
