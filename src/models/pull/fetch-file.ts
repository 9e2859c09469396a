import { join } from 'node:path';
import { SpotterError } from '../../errors.ts';
import type { Entry } from '../registry/schema.ts';
import { npmRegistry } from '../sources/npm-registry.ts';
import type { Means } from '../sources/source.ts';
import { fetchFrom, sourceName } from '../sources/table.ts';
import { download, type Patience } from './download.ts';
import { SourceFailure } from './failure.ts';
import type { Http } from './http.ts';
import { openPart, type Part } from './part.ts';
import { type Wanted, wrongHash, wrongSize } from './wanted.ts';

export interface FetchContext {
  readonly entry: Entry;
  readonly folder: string;
  readonly config: Means['config'];
  readonly http: Http;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** What lies in the folder only as long as the model is not complete; whoever made it removes it. */
  readonly scratch: Set<string>;
  readonly onBytes: (received: number, total: number | undefined) => void;
  readonly onNote: (said: string) => void;
}

/**
 * A part with all bytes of a file, checked, from the first source that has it, and that source's name.
 * @throws SpotterError download-failed, with what each source said; cancelled, cannot-write, no-space
 */
export async function fetchFile(
  wanted: Wanted,
  context: FetchContext,
): Promise<{ readonly part: Part; readonly from: string }> {
  const { entry, folder, config, onNote } = context;
  const part = await openPart(join(folder, wanted.path), wanted.algorithm);
  try {
    const said: string[] = [];
    for (const source of entry.sources) {
      const from = sourceName(source, config);
      try {
        await fetchFrom(source, wanted, part, meansOf(context, from));
        await check(part, wanted);
        return { part, from };
      } catch (thrown) {
        if (!(thrown instanceof SourceFailure)) throw thrown;
        said.push(`${from} ${thrown.message}`);
        if (said.length < entry.sources.length)
          onNote(`${wanted.path}: ${said.at(-1)}; trying the next source`);
      }
    }
    const sentence = `${wanted.path} of ${entry.id} could not be downloaded.`;
    throw new SpotterError('download-failed', sentence, `${said.join('. ')}.`);
  } finally {
    await part.close();
  }
}

/** Whatever a source did: what it leaves is judged here. @throws SourceFailure */
async function check(part: Part, wanted: Wanted): Promise<void> {
  const wrong = wrongSize(wanted, part.size) ?? wrongHash(wanted, part.digest());
  if (!wrong) return;
  await part.discard();
  throw new SourceFailure('elsewhere', wrong);
}

function meansOf(
  { config, folder, http, patience, signal, scratch, onBytes, onNote }: FetchContext,
  from: string,
): Means {
  return {
    config,
    signal,
    onBytes,
    npmRegistry,
    download: (remote, wanted, part) =>
      download({
        remote,
        wanted,
        part,
        http,
        patience,
        signal,
        onBytes,
        onTrouble: (said) => onNote(`${wanted.path}: ${from} ${said}`),
      }),
    scratch: (name, algorithm) => {
      const target = join(folder, name);
      scratch.add(target);
      return openPart(target, algorithm);
    },
  };
}
