import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { SpotterError } from '../../errors.ts';
import type { Deps } from '../../find.ts';
import { promptsHash } from '../../mllm/prompts.ts';
import type { Calibration } from '../../verdict/calibration.ts';
import { VERSION } from '../../version.ts';

/** What answers a run's questions, in words: two runs with the same are one run. */
export type Identity = Readonly<Record<string, string>>;

/** @param annotations the SHA-256 of what is asked */
export function identityOf(
  { specialist, calibration, strategy = 'auto', mllm }: Deps,
  annotations: string,
): Identity {
  const { mllm: model, ...how } = mllm ?? {};
  const scale = calibration.strategies?.[strategy];
  return {
    spotter: VERSION,
    annotations,
    strategy,
    specialist: [specialist.id, specialist.variant].filter(Boolean).join('@'),
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
