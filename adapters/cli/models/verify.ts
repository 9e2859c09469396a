import type { Verified } from '../../../src/models/verify.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import { UNWELL_EXIT } from '../exit-codes.ts';
import { startProgress } from '../progress.ts';
import type { VerifyRequest } from './declare.ts';
import type { Action } from './models-command.ts';

/** Checks the bytes of one model or of all that are here. */
export const verify: Action<VerifyRequest> = async ({ reference, options }, models, console, signal) => {
  const progress = startProgress(console.stderr, 'Reading');
  const files = await models.verify(reference, signal).finally(progress.stop);
  const ok = files.every((file) => file.ok);
  if (options.json) console.print(safeJson({ ok, files }));
  else {
    console.print(...files.map((file) => fileLine(file, console.paint)));
    const damaged = new Set(files.filter((file) => !file.ok).map(({ id }) => id));
    console.note(
      ...models
        .list()
        .filter(({ id }) => damaged.has(id))
        .map(advice),
    );
  }
  return ok ? 0 : UNWELL_EXIT;
};

const fileLine = ({ id, path, ok, said }: Verified, paint: Console['paint']): string =>
  `${ok ? paint('green', 'ok  ') : paint(['bold', 'red'], 'FAIL')}  ${id}  ${path}: ${safe(said)}`;

const advice = ({ id, shipped, folder }: { id: string; shipped: boolean; folder: string }): string =>
  shipped ? `${id} comes with Spotter: restore ${safe(folder)}.` : `To mend it: spotter models pull ${id}`;
