import { safeJson } from '../../../src/safe-text.ts';
import type { PathRequest } from './declare.ts';
import type { Action } from './models-command.ts';

/** Where a model lies. Printed as it is, since a shell is to take it. */
export const path: Action<PathRequest> = ({ reference, options }, models, console) => {
  const folder = models.path(reference);
  console.print(options.json ? safeJson({ path: folder }) : folder);
  return 0;
};
