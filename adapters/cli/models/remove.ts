import { safe, safeJson } from '../../../src/safe-text.ts';
import type { RemoveRequest } from './declare.ts';
import type { Action } from './models-command.ts';

/** Removing what is not there is no failure. */
export const remove: Action<RemoveRequest> = async ({ reference, options }, models, console, signal) => {
  const removed = await models.remove(reference, signal);
  if (options.json) console.print(safeJson({ model: reference, removed }));
  else console.print(removed ? `${safe(reference)} was removed.` : `${safe(reference)} was not here.`);
  return 0;
};
