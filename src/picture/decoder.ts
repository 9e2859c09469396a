import { fileURLToPath } from 'node:url';
import { SpotterError } from '../errors.ts';
import { type Excess, WorkerPool } from '../worker/pool.ts';
import { startProcess } from '../worker/process.ts';
import type { Decoded } from './decode.ts';
import type { DecoderTasks } from './decoder-worker.ts';
import { type Limits, outOfMemory } from './limits.ts';

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string | undefined;
}

/** Whatever a picture claims to be. */
const DEADLINE_MS = 10_000;

/** Two, so that a picture that takes long keeps nobody else's waiting. */
const pool = new WorkerPool<DecoderTasks>({
  start: startProcess,
  source: fileURLToPath(new URL('./decoder-worker.ts', import.meta.url)),
  size: 2,
  // Of which the process itself takes about 110 MB.
  maxMemory: 440 * 2 ** 20,
  idleMs: 60_000,
  maxQueue: 64,
  excess: (excess, reason) => EXCESS[excess](reason),
});

const EXCESS: Readonly<Record<Excess, (reason: string) => SpotterError>> = {
  time: () =>
    new SpotterError(
      'too-costly',
      'Decoding the picture takes too long.',
      'Send a smaller version of the picture, or save it again as JPEG.',
    ),
  memory: () => outOfMemory(),
  death: (reason) =>
    new SpotterError(
      'broken-picture',
      'The picture cannot be decoded: its decoder stopped working.',
      `Open it in a viewer and save it again, or send another copy. (The decoder ${reason}.)`,
    ),
};

/** Process ids of the decoders, for tests and measurements. */
export const decoderPids = (): readonly number[] => pool.pids;

/**
 * Decodes a picture in a process of its own, which is ended when that takes too much time or memory, or when nobody
 * wants it any more; see `decode`.
 * @throws SpotterError as `decode`; too-costly, busy; cancelled, timed-out by the signal
 */
export const decodePicture = (
  bytes: Uint8Array,
  limits: Limits,
  { signal, asker }: DecodeOptions = {},
): Promise<Decoded> => pool.run('decode', { bytes, limits }, { deadlineMs: DEADLINE_MS, signal, asker });
