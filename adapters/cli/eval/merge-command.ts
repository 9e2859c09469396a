import { mergePredictions } from '../../../src/evaluate/run/merge.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import type { MergeRequest } from './declare.ts';

/** @throws SpotterError */
export async function mergeCommand({ parts, options }: MergeRequest, console: Console): Promise<number> {
  const merged = await mergePredictions(parts, options.out);
  const { predictions, repeated, badLines } = merged;
  if (options.json) console.print(safeJson({ ...merged, output: options.out }));
  else
    console.print(
      `${predictions} predictions of ${parts.length} files; ${repeated} repeated, ${badLines} lines that are none: ${safe(options.out)}`,
    );
  return 0;
}
