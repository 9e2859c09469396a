import { SpotterError } from '../../errors.ts';
import { NotAFile } from '../../files.ts';

/** A refusal of the file system as a SpotterError; anything else as it is. */
export function unreadable(file: string, thrown: unknown): unknown {
  const { code } = thrown as { code?: unknown };
  if (thrown instanceof SpotterError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return thrown;
  const missing = code === 'ENOENT';
  const why = thrown instanceof NotAFile ? `: ${thrown.message}` : '';
  const hint = 'Name yours with --annotations FILE; docs/evaluation-formats.md has the formats.';
  const sentence = missing
    ? `There is no annotation file ${file}.`
    : `The file ${file} cannot be read${why}.`;
  return new SpotterError('not-found', sentence, hint, thrown);
}
