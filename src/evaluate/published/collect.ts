import type { AnswerOptions } from '../answers/forms.ts';
import { isBad, readPredictions } from '../answers/read.ts';
import type { Annotation, Prediction } from '../prediction.ts';
import { type Many, type Row, rowOf } from '../score/items.ts';
import {
  type BoxFigures,
  boxFigures,
  type Judged,
  judge,
  type LetterFigures,
  letterFigures,
  type RoutedFigures,
  routedFigures,
  SCRIPTS,
  type Script,
} from './figures.ts';

/** What the authors' scripts print of the same answers, each table named by its script. */
export interface Published {
  /** Which of the two scripts for boxes is followed. */
  readonly script: Script;
  readonly boxes: BoxFigures;
  readonly letters: LetterFigures;
  /** Undefined where no answer says who decided. */
  readonly routed: RoutedFigures | undefined;
  /** Answers that the figures are counted from; a missing one is in none of them. */
  readonly answers: number;
}

/**
 * @param annotations read with `uncut`: the scripts cut no box at the edge of its picture
 * @param predictions a file of them, or themselves; of several to one question the last one counts
 * @throws SpotterError not-found
 */
export async function collectPublished(
  annotations: Many<Annotation>,
  predictions: string | Many<Prediction>,
): Promise<Published> {
  const rows = new Map<string, Row>();
  for await (const annotation of annotations) {
    if (!rows.has(annotation.id)) rows.set(annotation.id, rowOf(annotation));
  }
  const judged = new Map<string, Judged>();
  let script: Script = SCRIPTS.boxes;
  const options: AnswerOptions = {
    sizeOf: (id) => rows.get(id)?.size,
    onForm: (form) => {
      if (form === 'replies') script = SCRIPTS.text;
    },
  };
  const read = typeof predictions === 'string' ? readPredictions(predictions, options) : predictions;
  for await (const answer of read) {
    const row = isBad(answer) ? undefined : rows.get(answer.id);
    if (row) judged.set(row.id, judge(row, answer as Prediction, script));
  }
  const all = [...judged.values()];
  return {
    script,
    boxes: boxFigures(all),
    letters: letterFigures(all),
    routed: all.some(({ route }) => route !== undefined) ? routedFigures(all) : undefined,
    answers: all.length,
  };
}
