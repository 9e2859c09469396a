import type { PullEvent } from '../../../src/models/pull/pull.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import { askLicence } from './ask-licence.ts';
import type { PullRequest } from './declare.ts';
import { createDownloadProgress } from './download-progress.ts';
import type { Action } from './models-command.ts';
import { sizeText } from './text.ts';

/** Downloads a model, and tells what is going on while it lasts. */
export const pull: Action<PullRequest> = async ({ reference, options }, models, console, signal) => {
  const progress = createDownloadProgress(console.stderr);
  const done: Extract<PullEvent, { kind: 'file' }>[] = [];
  const onProgress = (event: PullEvent): void => {
    if (event.kind === 'bytes') progress.update(event);
    else progress.clear();
    if (event.kind === 'note') console.note(safe(event.said));
    if (event.kind !== 'file') return;
    done.push(event);
    const { path, pinned, fresh } = event;
    if (fresh) console.note(`${path}  ${sizeText(pinned.bytes)} from ${safe(pinned.from)}`);
  };
  const acceptLicence = askLicence(models, options, console, signal);
  const { model, folder } = await models
    .pull(reference, { signal, onProgress, acceptLicence })
    .finally(() => progress.clear());

  const { id, variant } = model;
  const files = done.map(({ path, pinned, fresh }) => ({ path, ...pinned, fresh }));
  const anyFresh = files.some(({ fresh }) => fresh);
  if (anyFresh) console.note(...pinLines(files.filter(({ pinnedBy }) => pinnedBy === 'first pull')));
  if (options.json) console.print(safeJson({ id, variant, path: folder, files }));
  else if (files.length === 0) console.print(`${id} comes with Spotter: there is nothing to pull.`);
  else console.print(`${id}@${variant} ${anyFresh ? 'is here' : 'was here already'}: ${safe(folder)}`);
  return 0;
};

const pinLines = (files: readonly { readonly path: string }[]): string[] =>
  files.length === 0
    ? []
    : [
        `The registry does not know the whole sha256 of ${files.map(({ path }) => path).join(', ')}.`,
        'What came is pinned in spotter-lock.json: other bytes will be refused from now on.',
      ];
