import type { PullEvent } from '../../../src/models/pull/pull.ts';
import { safe, safeJson } from '../safe-text.ts';
import { askLicence } from './ask-licence.ts';
import type { PullRequest } from './declare.ts';
import { createDownloadProgress } from './download-progress.ts';
import type { Action } from './models-command.ts';
import { sizeText } from './text.ts';

/** Downloads a model, and tells what is going on while it lasts. */
export const pull: Action<PullRequest> = async ({ reference, options }, models, console, signal) => {
  const progress = createDownloadProgress(console.stderr);
  const fresh: Extract<PullEvent, { kind: 'file' }>[] = [];
  const onProgress = (event: PullEvent): void => {
    if (event.kind === 'bytes') progress.update(event);
    else progress.clear();
    if (event.kind === 'note') console.note(safe(event.said));
    else if (event.kind === 'file' && event.fresh) {
      fresh.push(event);
      console.note(`${event.path}  ${sizeText(event.pinned.bytes)} from ${safe(event.pinned.from)}`);
    }
  };
  const acceptLicence = options.acceptLicence || (options.json ? false : askLicence(console, signal));
  const pulled = await models
    .pull(reference, { signal, onProgress, acceptLicence })
    .finally(() => progress.clear());
  const { model, folder, files } = pulled;
  const name = `${model.id}@${model.variant}`;
  if (options.json) {
    const { id, variant } = model;
    console.print(safeJson({ id, variant, path: folder, fresh: fresh.map(({ path }) => path), files }));
    return 0;
  }
  const unknown = fresh.filter(({ pinned }) => pinned.pinnedBy === 'first pull').map(({ path }) => path);
  if (unknown.length > 0) console.note(...pinLines(unknown));
  if (Object.keys(files).length === 0) console.print(`${name} comes with Spotter: there is nothing to pull.`);
  else console.print(`${name} ${fresh.length > 0 ? 'is here' : 'was here already'}: ${safe(folder)}`);
  return 0;
};

const pinLines = (paths: readonly string[]): string[] => [
  `The registry does not know the sha256 of ${paths.join(', ')}.`,
  'What came is pinned in spotter-lock.json: other bytes will be refused from now on.',
];
