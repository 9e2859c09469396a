import { type FileHandle, open, rm } from 'node:fs/promises';
import { SpotterError } from '../../errors.ts';
import { writableTarget } from '../../files.ts';
import { lineOf, type Prediction } from '../prediction.ts';
import { isBad, readPredictions } from '../score/read-predictions.ts';
import { differences, type Identity, identityFile, readIdentity, writeIdentity } from './identity.ts';

export interface PredictionFileOptions {
  readonly identity: Identity;
  /** Begin anew, whatever is there. */
  readonly fresh?: boolean;
  /** Ask again what failed. */
  readonly retryErrors?: boolean;
}

/** Answers as they come, a line each; it can be left at any time and taken up again. */
export interface PredictionFile {
  /** Ids that are answered. */
  readonly done: ReadonlySet<string>;
  /** Lines that are none, and are left alone. */
  readonly badLines: number;
  append(prediction: Prediction): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a prediction file to go on with it. A last line that was cut off is removed: its question is asked again.
 * @throws SpotterError bad-usage (begun with other settings), cannot-write
 */
export async function openPredictions(
  path: string,
  { identity, fresh = false, retryErrors = false }: PredictionFileOptions,
): Promise<PredictionFile> {
  await writableTarget(path);
  if (fresh) await Promise.all([path, identityFile(path)].map((file) => rm(file, { force: true })));
  const known = await readIdentity(path);
  if (known) refuseOther(path, differences(known, identity));
  const file = await opened(path);
  try {
    if (!known && (await file.stat()).size > 0) refuseUnknown(path);
    await cutTornLine(file);
    await writeIdentity(path, identity);
    const { done, badLines } = await answeredIn(path, retryErrors);
    return {
      done,
      badLines,
      // One write a line: a process that is killed leaves whole lines, and a torn one at most at the end.
      append: async (prediction) => void (await file.appendFile(`${lineOf(prediction)}\n`)),
      close: () => file.close(),
    };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function answeredIn(
  path: string,
  retryErrors: boolean,
): Promise<{ readonly done: ReadonlySet<string>; readonly badLines: number }> {
  const done = new Set<string>();
  let badLines = 0;
  for await (const read of readPredictions(path)) {
    if (isBad(read)) badLines += 1;
    else if (retryErrors && read.outcome === 'error') done.delete(read.id);
    else done.add(read.id);
  }
  return { done, badLines };
}

const NEW_LINE = 0x0a;
const CHUNK = 65_536;

/** Cuts off what comes after the last end of line. */
async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  for (let end = size; end > 0; end = Math.max(0, end - CHUNK)) {
    const start = Math.max(0, end - CHUNK);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const last = buffer.lastIndexOf(NEW_LINE);
    if (last < 0) continue;
    if (start + last + 1 < size) await file.truncate(start + last + 1);
    return;
  }
  await file.truncate(0);
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+');
  } catch (cause) {
    throw new SpotterError('cannot-write', `${path} cannot be written.`, 'Name another --out.', cause);
  }
}

function refuseOther(path: string, apart: readonly string[]): void {
  if (apart.length === 0) return;
  throw new SpotterError(
    'bad-usage',
    `${path} was begun with other settings: ${apart.join('; ')}.`,
    'Name another --out, or begin anew with --fresh.',
  );
}

function refuseUnknown(path: string): never {
  throw new SpotterError(
    'bad-usage',
    `${path} is there already, and nothing tells what it was made with.`,
    'Name another --out, or begin anew with --fresh.',
  );
}
