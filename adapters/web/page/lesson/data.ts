import type { Explanation, ReadPart } from '../../../../src/explanation.ts';
import type { AnswerJson, Candidate, ConstraintScore, Trace } from '../../../../src/verdict.ts';

/** The API's answer with its trace: what a lesson is made of. Boxes are in pixels of the oriented picture. */
export interface LessonAnswer extends AnswerJson {
  readonly expression: string;
  readonly detector: string;
  readonly steps?: Trace | undefined;
  readonly considered?: readonly Candidate[] | undefined;
  readonly explanation?: Explanation | undefined;
}

/** All that a lesson in a file of its own holds. */
export interface LessonData {
  readonly answer: LessonAnswer;
  /** URL of the picture. */
  readonly picture: string;
  /** Of the oriented picture, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

/** What was considered, by how well it fits; a language model's choice comes first in the answer itself. */
export const candidatesOf = ({ considered = [] }: LessonAnswer): Candidate[] =>
  considered.toSorted((a, b) => b.score - a.score);

/** A column of the matrix: one thing that must hold. */
export interface Column {
  readonly words: string;
  readonly kind: ConstraintScore['kind'];
  readonly negated: boolean;
}

/** Candidates × constraints: what a candidate was not judged by is absent. */
export interface Matrix {
  readonly columns: readonly Column[];
  readonly rows: readonly {
    readonly candidate: Candidate;
    readonly cells: readonly (ConstraintScore | undefined)[];
  }[];
}

/** The judgements of all candidates, side by side; candidates best first, constraints in the order they were judged in. */
export function matrixOf(candidates: readonly Candidate[]): Matrix {
  const columns: Column[] = [];
  const same =
    ({ words, negated }: Column) =>
    (judgement: ConstraintScore) =>
      judgement.words === words && (judgement.negated ?? false) === negated;
  for (const judgement of candidates.flatMap(({ judgements }) => judgements)) {
    if (columns.some((column) => same(column)(judgement))) continue;
    const { words, kind, negated = false } = judgement;
    columns.push({ words, kind, negated });
  }
  const rows = candidates.map((candidate) => ({
    candidate,
    cells: columns.map((column) => candidate.judgements.find(same(column))),
  }));
  return { columns, rows };
}

/** Whether a score says that a constraint holds; undefined where it could not be judged. */
export const holds = ({ score }: Pick<ConstraintScore, 'score'>): boolean | undefined =>
  score === undefined ? undefined : score >= HOLDS;
const HOLDS = 0.5;

/** The parts of the expression; words within them that nothing could judge are parts of their own. */
export function partsOf(answer: LessonAnswer): readonly ReadPart[] {
  const { text = '', parts = [] } = answer.explanation?.reading ?? {};
  const unjudged = candidatesOf(answer).flatMap(({ judgements }) =>
    judgements.filter(({ kind, score }) => kind === 'unresolved' && score === undefined),
  );
  const words = [...new Set(unjudged.map((judgement) => judgement.words))];
  return words.reduce<readonly ReadPart[]>((all, one) => all.flatMap((part) => cut(part, one, text)), parts);
}

/** A part with some of its words cut out as not understood. */
function cut(part: ReadPart, words: string, text: string): ReadPart[] {
  const at = text.slice(part.start, part.end).toLowerCase().indexOf(words.toLowerCase());
  if (at < 0 || part.as === 'unresolved') return [part];
  const [start, end] = [part.start + at, part.start + at + words.length];
  const pieces: ReadPart[] = [
    { ...part, end: part.start + text.slice(part.start, start).trimEnd().length },
    { ...part, start, end, as: 'unresolved' },
    { ...part, start: part.end - text.slice(end, part.end).trimStart().length },
  ];
  return pieces.filter((piece) => piece.start < piece.end);
}
