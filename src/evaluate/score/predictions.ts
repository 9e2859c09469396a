import type { FileHandle } from 'node:fs/promises';
import { SpotterError } from '../../errors.ts';
import { openFile } from '../../files.ts';
import { type Prediction, PredictionLine } from '../prediction.ts';

/** A line that is no prediction. Lines are counted from 1, blank ones too. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/**
 * The predictions of a file, one line after the other, without holding the file; a line that is none is told with its
 * number and reason. Blank lines are passed over.
 * @throws SpotterError not-found
 */
export async function* readPredictions(file: string): AsyncGenerator<Prediction | BadLine> {
  const handle = await opened(file);
  try {
    let line = 0;
    for await (const text of handle.readLines()) {
      line += 1;
      if (text.trim() !== '') yield readLine(text, line);
    }
  } catch (thrown) {
    throw missing(file, thrown);
  } finally {
    await handle.close();
  }
}

export const isBad = (read: Prediction | BadLine): read is BadLine => !('id' in read);

function readLine(text: string, line: number): Prediction | BadLine {
  const json = parsed(text);
  if (json === undefined) return { line, reason: 'not JSON, or cut off' };
  const { success, data, error } = PredictionLine.safeParse(json);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  return { line, reason: path.length > 0 ? `${path.join('.')}: ${message}` : message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

const opened = async (file: string): Promise<FileHandle> => {
  try {
    return await openFile(file);
  } catch (thrown) {
    throw missing(file, thrown);
  }
};

const missing = (file: string, cause: unknown): SpotterError => {
  const hint = 'Name the file that a run has written: one JSON object a line.';
  return new SpotterError('not-found', `The predictions ${file} cannot be read.`, hint, cause);
};
