import { performance } from 'node:perf_hooks';
import type { InferenceSession } from 'onnxruntime-node';
import { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import type { Device } from '../device.ts';
import type { Attempt, Loaded, TensorInfo, Tensors } from '../host/protocol.ts';
import { AllRefused, choose, NotWorthIt } from './choose.ts';
import { madeUp } from './made-up.ts';
import { adviceOn, explain, ruledOut } from './obstacles.ts';
import { createSession, describe, loadRuntime, type Ort, runSession } from './runtime.ts';
import { verifyModel } from './weights.ts';

/** A model that is ready. */
export interface Opened {
  readonly loaded: Loaded;
  /** Runs it once. @throws whatever ONNX Runtime throws on bad feeds */
  run(feeds: Tensors): Promise<Tensors>;
}

/** Told ahead of every try, and waited for. */
export type Announce = (attempt: Attempt) => Promise<void>;

export interface Sessions {
  /**
   * Makes a model ready; it stays so, because re-creating sessions grows memory.
   * @throws SpotterError model-missing (no such file, or not the pinned bytes), detector-down (cannot run here)
   */
  open(model: PinnedFile, announce?: Announce): Promise<Opened>;
}

export interface SessionsOptions {
  readonly threads: number;
  /** In this order; with a single one there is no other to fall back to. */
  readonly devices: readonly Device[];
}

/** Long-lived ONNX Runtime sessions, one for each model. Loading and running block the calling process. */
export function createSessions(options: SessionsOptions): Sessions {
  const sessions = new Map<string, Promise<Opened>>();
  return {
    open(model, announce = async () => {}) {
      const key = `${model.sha256} ${model.file}`;
      const known = sessions.get(key);
      if (known) return known;
      const opening = open(model, options, announce);
      sessions.set(key, opening);
      // A failure is not remembered: the file may be there the next time.
      opening.catch(() => sessions.delete(key));
      return opening;
    },
  };
}

async function open(
  model: PinnedFile,
  { threads, devices }: SessionsOptions,
  announce: Announce,
): Promise<Opened> {
  await verifyModel(model);
  const ort = await loadRuntime();
  const create = (attempt: Attempt) => createSession(ort, model.file, attempt, threads);
  const start = performance.now();
  try {
    const { session, device, optimisation, refused } = await choose({
      devices,
      explain,
      ruledOut: (device) => ruledOut(device, devices.length === 1),
      async open(attempt) {
        await announce(attempt);
        const session = await create(attempt);
        // The processor is what everything runs on; a run to prove that would cost the first question seconds.
        if (attempt.device !== 'cpu') await prove(ort, session, rivalOf(attempt, devices, create));
        return session;
      },
    });
    const [inputs, outputs] = metadata(session);
    const ms = performance.now() - start;
    return {
      loaded: { device, optimisation, refused, ms, inputs, outputs },
      run: (feeds) => runSession(ort, session, feeds),
    };
  } catch (thrown) {
    throw thrown instanceof AllRefused ? cannotRun(devices, thrown) : thrown;
  }
}

const metadata = ({ inputMetadata, outputMetadata }: InferenceSession): [TensorInfo[], TensorInfo[]] => [
  inputMetadata.map(describe),
  outputMetadata.map(describe),
];

/** A run this short is worth having, whatever the processor needs. */
const SURELY_FAST_MS = 500;
/** A first run, which also compiles what the card is to run, is not repeated when it took longer. */
const PATIENCE_MS = 10_000;

/** Of WebGPU, which may sit on a software adapter: the same model on the processor, where that is to be had. */
const rivalOf = (
  { device, optimisation }: Attempt,
  devices: readonly Device[],
  create: (attempt: Attempt) => Promise<InferenceSession>,
): (() => Promise<InferenceSession>) | undefined =>
  device === 'webgpu' && devices.includes('cpu') ? () => create({ device: 'cpu', optimisation }) : undefined;

/**
 * Shows that a session not only loads but runs, and, beside a rival, that it is not the slower one.
 * @throws NotWorthIt, or what ONNX Runtime throws; the session is released then
 */
async function prove(
  ort: Ort,
  session: InferenceSession,
  rival?: () => Promise<InferenceSession>,
): Promise<void> {
  try {
    const feeds = madeUp(metadata(session)[0]);
    const first = await timeRun(ort, session, feeds);
    const ms = first > PATIENCE_MS ? first : await timeRun(ort, session, feeds);
    if (ms < SURELY_FAST_MS || !rival) return;
    const other = await rival();
    const otherMs = await timeRun(ort, other, feeds).finally(() => other.release());
    if (otherMs >= ms) return;
    const figures = `${Math.round(ms)} ms a run, ${Math.round(otherMs)} ms on the processor`;
    throw new NotWorthIt(`It is slower than the processor (${figures}): perhaps a software adapter.`);
  } catch (thrown) {
    await session.release();
    throw thrown;
  }
}

async function timeRun(ort: Ort, session: InferenceSession, feeds: Tensors): Promise<number> {
  const start = performance.now();
  await runSession(ort, session, feeds);
  return performance.now() - start;
}

function cannotRun(devices: readonly Device[], { message, refused }: AllRefused): SpotterError {
  const [device] = devices;
  if (devices.length > 1 || !device || device === 'cpu') {
    const hint = `ONNX Runtime said: ${message}`;
    return new SpotterError('detector-down', 'The detector cannot run its model on this machine.', hint);
  }
  const whys = [...new Set(refused.map(({ why }) => why))].join(' ');
  const sentence = `The detector cannot use ${device}, which was asked for.`;
  const hint = `${whys} ${adviceOn(device)} Or let SPOTTER_DEVICE be auto.`;
  return new SpotterError('detector-down', sentence, hint);
}
