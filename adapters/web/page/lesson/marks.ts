import { type Box, centre, isSame } from '../../../../src/box.ts';
import type { Exchange, NounRegions } from '../../../../src/explanation.ts';
import type { Candidate, ConstraintScore } from '../../../../src/verdict.ts';
import type { Shape } from '../picture/geometry.ts';
import { colourOf } from '../shared/marks.ts';
import { two } from './words.ts';

/** What is drawn over the picture at each step. */

/** Of what a judgement looked at besides the candidate. */
const OTHER = '--mark-2';
const GROUP = '--mark-4';
const CANDIDATE = '--mark-1';

const box = (at: Box, colour: string, more: Partial<Extract<Shape, { kind: 'box' }>> = {}): Shape => ({
  kind: 'box',
  box: at,
  colour,
  ...more,
});

/** The regions of nouns, each noun in its colour, with the detector's scores. */
export const nounShapes = (nouns: readonly NounRegions[], on: ReadonlySet<number>): Shape[] =>
  nouns.flatMap(({ regions }, i) =>
    on.has(i)
      ? regions.map((region) =>
          box(region.box, colourOf(i), { label: `${region.label} ${two(region.score)}` }),
        )
      : [],
  );

/** Candidates with their numbers, counted from 1. */
export const candidateShapes = (candidates: readonly Candidate[]): Shape[] =>
  candidates.map((candidate, i) =>
    box(candidate.box, colourOf(i), { label: `${i + 1}`, ...(i >= PLAIN && { look: 'faint' }) }),
  );
/** Lower ones are drawn faintly, so that the first stand out. */
const PLAIN = 3;

/** Regions under names of their own, to be guessed among. */
export const namedShapes = (regions: readonly { readonly name: string; readonly box: Box }[]): Shape[] =>
  regions.map(({ name, box: at }, i) => box(at, colourOf(i), { label: name }));

/** One candidate, and what a judgement looked at: a line to other things, the group with its numbers, the pixels read. */
export function evidenceShapes(
  candidate: Candidate,
  number: number,
  { evidence }: Pick<ConstraintScore, 'evidence'> = {},
): Shape[] {
  const { others = [], group = [], pixels = [] } = evidence ?? {};
  const name = `candidate ${number}`;
  const isOwn = (at: Box) => isSame(at, candidate.box);
  const isTold = [...pixels, ...group].some(isOwn);
  return [
    ...pixels.map((at) =>
      box(at, CANDIDATE, { look: 'filled', label: isOwn(at) ? `${name}: pixels read` : 'pixels read' }),
    ),
    ...group.map((at, i) =>
      isOwn(at)
        ? box(at, CANDIDATE, { label: `${i + 1}: ${name}` })
        : box(at, GROUP, { label: `${i + 1}`, look: 'dashed' }),
    ),
    ...(isTold ? [] : [box(candidate.box, CANDIDATE, { label: name })]),
    ...others.flatMap((at): Shape[] => [
      box(at, OTHER, { look: 'dashed', label: 'other thing' }),
      { kind: 'line', from: centre(candidate.box), to: centre(at), colour: OTHER },
    ]),
  ];
}

/** What a language model could choose from, with its letters; what it chose is filled. */
export const optionShapes = ({ options = [], choice }: Exchange): Shape[] =>
  options.flatMap(({ letter, box: at }, i) =>
    at
      ? [
          box(at, colourOf(i), {
            label: letter,
            ...(letter === choice?.letter && { look: 'filled' }),
          }),
        ]
      : [],
  );

/** What is drawn for a judgement, in words. */
export function evidenceWords({ evidence, kind }: Pick<ConstraintScore, 'evidence' | 'kind'>): string {
  const { others = [], group = [], pixels = [] } = evidence ?? {};
  const told = [
    others.length > 0 && 'a line to the other thing of the relation',
    group.length > 0 &&
      `the ${group.length} it was ${kind === 'ordinal' ? 'counted among' : 'compared with'}, numbered`,
    pixels.length > 0 && 'the area whose pixels were read',
  ].filter((words) => words !== false);
  return told.length === 0 ? 'Nothing besides the candidate was looked at.' : `Drawn: ${told.join('; ')}.`;
}
