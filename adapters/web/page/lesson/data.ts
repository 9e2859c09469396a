import type { Explanation } from '../../../../src/explanation.ts';
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
