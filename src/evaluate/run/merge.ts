import { SpotterError } from '../../errors.ts';
import { writeFileAtomic } from '../../files.ts';
import { lineOf } from '../prediction.ts';
import { isBad, readPredictions } from '../score/read-predictions.ts';
import { differences, type Identity, readIdentity, writeIdentity } from './identity.ts';

export interface Merged {
  readonly predictions: number;
  /** Ids answered in several files; the last answer that is no error counts. */
  readonly repeated: number;
  readonly badLines: number;
}

/**
 * Puts the parts of a run together: one line an id, in the order of the files.
 * @throws SpotterError not-found, bad-usage (parts of different runs), cannot-write
 */
export async function mergePredictions(parts: readonly string[], out: string): Promise<Merged> {
  const identity = await commonIdentity(parts);
  const lines = new Map<string, { readonly line: string; readonly failed: boolean }>();
  let [repeated, badLines] = [0, 0];
  for (const part of parts) {
    for await (const read of readPredictions(part)) {
      if (isBad(read)) {
        badLines += 1;
        continue;
      }
      const failed = read.outcome === 'error';
      const before = lines.get(read.id);
      if (before) repeated += 1;
      if (!before || !failed || before.failed) lines.set(read.id, { line: lineOf(read), failed });
    }
  }
  const all = [...lines.values()];
  await writeFileAtomic(
    out,
    all.map(
      ({ line }) => `${line}
`,
    ),
  );
  if (identity) await writeIdentity(out, identity);
  return { predictions: lines.size, repeated, badLines };
}

async function commonIdentity([first = '', ...others]: readonly string[]): Promise<Identity | undefined> {
  const identity = await readIdentity(first);
  for (const other of others) {
    const apart = differences(identity ?? {}, (await readIdentity(other)) ?? {});
    if (apart.length === 0) continue;
    throw new SpotterError(
      'bad-usage',
      `${first} and ${other} are not parts of one run: ${apart.join('; ')}.`,
      'Merge the parts of each run by themselves; "spotter eval compare" puts two runs side by side.',
    );
  }
  return identity;
}
