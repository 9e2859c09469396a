import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Deps } from '../../ask.ts';
import { VERSION } from '../../config.ts';
import { SpotterError } from '../../errors.ts';
import { writableTarget, writeFileAtomic } from '../../files.ts';
import { promptsHash } from '../../mllm/prompts.ts';
import type { Calibration } from '../../reasoning/calibration.ts';
import { isBad, readPredictions } from '../answers/read.ts';
import { lineOf, type Prediction } from '../prediction.ts';

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

/** What answers a run's questions, in words: two runs with the same are one run. */
export type Identity = Readonly<Record<string, string>>;

/**
 * @param annotations the SHA-256 of what is asked
 * @param files the SHA-256 of what the detector was loaded from, where it was loaded
 */
export function identityOf(
  { detector, calibration, strategy = 'auto', mllm }: Deps,
  annotations: string,
  files: readonly string[] = [],
): Identity {
  const { mllm: model, ...how } = mllm ?? {};
  const scale = calibration.strategies?.[strategy];
  return {
    spotter: VERSION,
    annotations,
    strategy,
    specialist: [detector.id, detector.variant].filter(Boolean).join('@'),
    ...(files.length > 0 && { 'detector files': short(files.toSorted().join()) }),
    calibration: calibrationHash(calibration),
    ...(scale && { presence: `scaled by ${short(JSON.stringify(scale))}` }),
    'language model': model?.id ?? 'none',
    ...(model && {
      asked: JSON.stringify(how),
      profile: short(JSON.stringify(model.profile)),
      prompts: promptsHash(),
    }),
  };
}

/** Of all but the scales: only that of the strategy in use has a say in its answers. */
export function calibrationHash({ strategies: _, ...calibration }: Calibration): string {
  return short(JSON.stringify(calibration));
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Lies beside a prediction file. */
export const identityFile = (predictions: string): string => `${predictions}.run.json`;

const Stored = z.record(z.string(), z.string());

/** What a prediction file was made with; undefined where nobody has noted it. @throws SpotterError bad-usage */
export async function readIdentity(predictions: string): Promise<Identity | undefined> {
  const file = identityFile(predictions);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Stored.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpotterError('bad-usage', `${file} cannot be read.`, 'Begin anew with --fresh.', cause);
  }
}

export const writeIdentity = (predictions: string, identity: Identity): Promise<void> =>
  writeFile(identityFile(predictions), `${JSON.stringify(identity, null, 2)}\n`);

/** "strategy was auto and is crs", for all that differs. */
export const differences = (was: Identity, is: Identity): string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => was[key] !== is[key])
    .map((key) => `${key} was ${was[key] ?? 'not there'} and is ${is[key] ?? 'not there'}`);

const SIMULATED = 'simulated-';

export const isSimulated = ({ 'language model': model = '' }: Identity): boolean =>
  model.startsWith(SIMULATED);

/** "crs, starter, SIMULATED language model "oracle": no real model", for tables. */
export function nameOf(identity: Identity): string {
  const { strategy, specialist, presence, 'language model': model = 'none' } = identity;
  const who = isSimulated(identity)
    ? `SIMULATED language model "${model.slice(SIMULATED.length)}": no real model`
    : model === 'none'
      ? 'no language model'
      : `language model ${model}`;
  return [strategy, specialist, who, ...(presence ? ['presence scaled'] : [])].join(', ');
}

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
