import { SpotterError } from '../../errors.ts';

/** What kept a file of annotations from being read; what is a SpotterError already stays the one it is. */
export function unreadable(file: string, thrown: unknown): SpotterError {
  if (thrown instanceof SpotterError) return thrown;
  const missing = (thrown as { code?: unknown } | undefined)?.code === 'ENOENT';
  const hint = 'Name yours with --annotations FILE; docs/evaluation-formats.md has the formats.';
  const sentence = missing ? `There is no annotation file ${file}.` : `The file ${file} cannot be read.`;
  return new SpotterError('not-found', sentence, hint, thrown);
}
