import type { FileHandle } from 'node:fs/promises';
import { SpotterError } from '../../errors.ts';
import { linesOf, openFile } from '../../files.ts';
import { type Prediction, PredictionLine } from '../prediction.ts';
import { type Foreign, fieldsOf, idOf, refuseForeign } from '../read/check.ts';
import { parsedLine } from '../read/rows.ts';
import { cocoResults } from './coco.ts';
import type { AnswerOptions, BadLine, Form, Note, Told } from './forms.ts';
import { mmdetResults } from './npy.ts';
import { isReplyLine, replyLine } from './replies.ts';

/**
 * The predictions of a file in any form that docs/evaluation.md lists, one after the other; what is none is told with
 * its number and reason. Lines are read without holding the file; blank ones are passed over.
 * @throws SpotterError not-found; bad-usage where the file cannot be read as what it is
 */
export async function* readPredictions(
  file: string,
  options: AnswerOptions = {},
): AsyncGenerator<Prediction | BadLine> {
  const handle = await opened(file);
  try {
    const form = await formOf(handle, file);
    const told = form === 'lines' ? toldByLine(handle, options) : OTHER_FORMS[form](file);
    for await (const { line, row, form: lineForm = form } of told) {
      const read = 'reason' in row ? { line, reason: String(row.reason) } : checked(row, line, options);
      if (!isBad(read)) options.onForm?.(lineForm);
      yield read;
    }
  } catch (thrown) {
    throw missing(file, thrown);
  } finally {
    await handle.close();
  }
}

export const isBad = (read: Prediction | BadLine): read is BadLine => !('id' in read);

interface ToldRow {
  readonly line: number;
  readonly row: Told;
  readonly form?: Form;
}

const OTHER_FORMS: Readonly<Record<'mmdetection' | 'coco', (file: string) => AsyncIterable<ToldRow>>> = {
  mmdetection: mmdetResults,
  coco: cocoResults,
};

/** So much is looked at to tell what a file is. */
const HEAD = 4096;

const FOREIGN: readonly Foreign[] = [
  [['\x80'], 'is a Python pickle', 'Write the results with np.save, or as JSON lines.'],
  [['PAR1'], 'is a Parquet file', 'Write it as JSON lines.'],
];

/** A list is COCO's results, a NumPy file mmdetection's; everything else is lines. */
async function formOf(handle: FileHandle, file: string): Promise<'lines' | 'mmdetection' | 'coco'> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
  const head = buffer.toString('latin1', 0, bytesRead);
  refuseForeign(file, head, FOREIGN);
  if (head.startsWith('\x93NUMPY')) return 'mmdetection';
  return /^(\xef\xbb\xbf)?\s*\[\s*(\{|\]\s*$)/.test(head) ? 'coco' : 'lines';
}

async function* toldByLine(handle: FileHandle, { sizeOf = () => undefined }: AnswerOptions) {
  let line = 0;
  for await (const text of linesOf(handle)) {
    line += 1;
    if (text?.trim() === '') continue;
    const json = text === undefined ? undefined : parsedLine(text);
    const fields = fieldsOf(json);
    if (json === undefined) yield { line, row: { reason: whyNot(text) } };
    else if (!fields) yield { line, row: { reason: 'not an object with fields' } };
    else if (isReplyLine(fields)) yield { line, row: replyLine(fields, sizeOf), form: 'replies' as const };
    else yield { line, row: fields };
  }
}

/** Python writes what it has no number for in words that are not JSON. */
function whyNot(line: string | undefined): string {
  if (line === undefined) return 'too long for a line';
  return /[:,[]\s*-?(NaN|Infinity)\b/.test(line)
    ? 'NaN or Infinity, which JSON does not have'
    : 'not JSON, or cut off';
}

/** A row in the own keys as a prediction: ids may be numbers, scores out of order; outcome and time may be missing. */
function checked(row: Told, line: number, { onNote }: AnswerOptions): Prediction | BadLine {
  const { id, outcome, ...rest } = row as Record<string, unknown>;
  const boxes = Array.isArray(rest.boxes) ? rest.boxes : [];
  const notes: Note[] = [];
  const told: Record<string, unknown> = { ...rest, id: idOf(id), outcome };
  if (told.id === undefined) return { line, reason: 'no id, or a number beyond 2^53, which must be text' };
  if (outcome === undefined && rest.error === undefined && 'boxes' in rest) {
    told.outcome = boxes.length > 0 ? 'found' : 'not-present';
    notes.push('outcome');
  }
  if (rest.scores === undefined && Array.isArray(rest.boxes)) {
    told.scores = boxes.map(() => 1);
    if (boxes.length > 0) notes.push('unscored');
  }
  const { success, data, error } = PredictionLine.safeParse(told);
  if (!success) {
    const { path, message } = error.issues[0]!;
    return { line, reason: path.length > 0 ? `${path.join('.')}: ${message}` : message };
  }
  // Spotter's own answers come in the order in which regions are believed in, whatever their scores.
  const isSorted =
    data.strategy !== undefined || data.scores.every((s, i, all) => i === 0 || s <= all[i - 1]!);
  if (!isSorted) notes.push('unsorted');
  if (data.boxes.length > 0 && data.boxes.every(isWithinOne)) notes.push('shares');
  if (data.boxes.some(isTurned)) notes.push('corners');
  for (const note of notes) onNote?.(note);
  return isSorted ? data : sorted(data);
}

/** The last of equal scores first, as NumPy's `argsort` turned round has it, which the published scripts use. */
function sorted(prediction: Prediction): Prediction {
  const { boxes, scores } = prediction;
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || b - a);
  return { ...prediction, boxes: order.map((i) => boxes[i]!), scores: order.map((i) => scores[i]!) };
}

/** A box of all zeros is how some scripts write that there is none. */
const isWithinOne = (box: readonly number[]): boolean =>
  box.every((edge) => edge >= 0 && edge <= 1) && box.some((edge) => edge > 0);

const isTurned = ([x1, y1, x2, y2]: readonly [number, number, number, number]): boolean => x2 < x1 || y2 < y1;

const opened = async (file: string): Promise<FileHandle> => {
  try {
    return await openFile(file);
  } catch (thrown) {
    throw missing(file, thrown);
  }
};

const missing = (file: string, cause: unknown): unknown => {
  if (cause instanceof SpotterError) return cause;
  const hint = 'Name the file that a run has written, or one of the forms in docs/evaluation.md.';
  return new SpotterError('not-found', `The predictions ${file} cannot be read.`, hint, cause);
};
