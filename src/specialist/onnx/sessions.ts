import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import type { Loaded, TensorData, TensorInfo, Tensors } from '../host/protocol.ts';
import { NO_TELEMETRY } from './telemetry.ts';

type Ort = typeof import('onnxruntime-node');

export interface Sessions {
  /**
   * Makes a model ready; it stays loaded, because re-creating sessions grows memory.
   * @throws SpotterError model-missing (no such file, or not the pinned bytes), detector-down (cannot run here)
   */
  load(model: PinnedFile): Promise<Loaded>;
  /** Runs a model once, loading it if need be. @throws as `load`; whatever ONNX Runtime throws on bad feeds */
  run(model: PinnedFile, feeds: Tensors): Promise<Tensors>;
}

/** Long-lived ONNX Runtime sessions, one for each model. Loading and running block the calling process. */
export function createSessions({ threads }: { threads: number }): Sessions {
  const sessions = new Map<string, Promise<InferenceSession>>();

  const open = (model: PinnedFile): Promise<InferenceSession> => {
    const key = `${model.sha256} ${model.file}`;
    const known = sessions.get(key);
    if (known) return known;
    const opening = openSession(model, threads);
    sessions.set(key, opening);
    // A failure is not remembered: the file may be there the next time.
    opening.catch(() => sessions.delete(key));
    return opening;
  };

  return {
    load: async (model) => {
      const session = await open(model);
      const { inputMetadata, outputMetadata } = session;
      const [inputs, outputs] = [inputMetadata, outputMetadata].map((all) => all.map(describe));
      return { device: 'cpu', optimisation: 'all', inputs: inputs!, outputs: outputs!, refused: [], ms: 0 };
    },
    run: async (model, feeds) => {
      const session = await open(model);
      const ort = await loadRuntime();
      return mapValues(await session.run(mapValues(feeds, (t) => toOrt(ort, t))), fromOrt);
    },
  };
}

async function openSession(model: PinnedFile, threads: number): Promise<InferenceSession> {
  await verifyModel(model);
  const ort = await loadRuntime();
  try {
    return await ort.InferenceSession.create(model.file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Threads that wait must not spin on cores that the asking process needs: measured, this takes a quarter
      // off its event-loop delay (p99 3.8 -> 2.9 ms) and costs 2 % of a run.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    const hint = `ONNX Runtime said: ${messageOf(cause)}`;
    throw new SpotterError(
      'detector-down',
      'The detector cannot run its model on this machine.',
      hint,
      cause,
    );
  }
}

/** @throws SpotterError model-missing (no such file, or not the pinned bytes) */
export async function verifyModel({ file, sha256 }: PinnedFile): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    const hint = `Looked for ${file} (${messageOf(cause)}). Restore it from the project, or install it again.`;
    throw new SpotterError('model-missing', "The detector's weights are missing.", hint, cause);
  }
  const found = hash.digest('hex');
  if (found === sha256) return;
  const hint = `${basename(file)} has sha256 ${found}, expected ${sha256}. Restore it: ${file}`;
  throw new SpotterError('model-missing', "The detector's weights are not the expected ones.", hint);
}

/** Loaded late, so that a platform without a binary gets an answer instead of a process that cannot start. */
async function loadRuntime(): Promise<Ort> {
  process.env.ORT_DISABLE_TELEMETRY = NO_TELEMETRY.ORT_DISABLE_TELEMETRY;
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const here = `${process.platform}/${process.arch}`;
    const hint = `onnxruntime-node does not load on ${here} (glibc Linux, macOS arm64 and Windows do): ${messageOf(cause)}`;
    throw new SpotterError('detector-down', 'The detector cannot run on this machine.', hint, cause);
  }
}

const describe = (value: InferenceSession.ValueMetadata): TensorInfo =>
  value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: [] };

function toOrt(ort: Ort, { type, data, dims }: TensorData): Tensor {
  // The constructor has one overload for each type; that data matches type is what TensorData states.
  return new ort.Tensor(type as 'float32', data as Float32Array, dims);
}

const fromOrt = (t: Tensor): TensorData =>
  ({ type: t.type, data: t.data, dims: t.dims }) as unknown as TensorData;

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
