import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device } from '../../config.ts';
import { messageOf, SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/registry.ts';
import { type Digest, digestOf } from '../../models/store.ts';
import type { Attempt, Loaded, TensorData, TensorInfo, Tensors } from '../worker/protocol.ts';
import { AllRefused, adviceOn, choose, explain, NotWorthIt, ruledOut } from './devices.ts';
import { NO_TELEMETRY } from './telemetry.ts';

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
  const create = (attempt: Attempt) => createSession(ort, model, attempt, threads);
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
    const feeds = dummyInputs(metadata(session)[0]);
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

export type Ort = typeof import('onnxruntime-node');

/**
 * Loaded late, so that a platform without a binary gets an answer instead of a process that cannot start.
 * @throws SpotterError detector-down
 */
export async function loadRuntime(): Promise<Ort> {
  process.env.ORT_DISABLE_TELEMETRY = NO_TELEMETRY.ORT_DISABLE_TELEMETRY;
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    const here = `${process.platform}/${process.arch}`;
    const hint = `onnxruntime-node does not load on ${here} (glibc Linux, macOS arm64 and Windows do): ${messageOf(cause)}`;
    throw new SpotterError('detector-down', 'The detector cannot run on this machine.', hint, cause);
  }
}

/** A session on one device, with what it cannot run there on the processor. @throws what ONNX Runtime has against it */
export function createSession(
  ort: Ort,
  { file, occasional = false }: Pick<PinnedFile, 'file' | 'occasional'>,
  { device, optimisation }: Attempt,
  threads: number,
): Promise<InferenceSession> {
  return ort.InferenceSession.create(file, {
    executionProviders: [device],
    graphOptimizationLevel: optimisation,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // An arena keeps the memory of a run for the next one: measured, 250 MB for reading, where
    // a question takes .24 s with it and .38 s without.
    enableCpuMemArena: !occasional,
    logSeverityLevel: 3,
    // Threads that wait must not spin on cores that the asking process needs: measured, this takes a quarter
    // off its event-loop delay (p99 3.8 -> 2.9 ms) and costs 2 % of a run.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

export async function runSession(ort: Ort, session: InferenceSession, feeds: Tensors): Promise<Tensors> {
  return mapValues(await session.run(mapValues(feeds, (t) => toOrt(ort, t))), fromOrt);
}

export const describe = (value: InferenceSession.ValueMetadata): TensorInfo =>
  value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: 'no tensor', shape: [] };

function toOrt(ort: Ort, { type, data, dims }: TensorData): Tensor {
  // The constructor has one overload for each type; that data matches type is what TensorData states.
  return new ort.Tensor(type as 'float32', data as Float32Array, dims);
}

function fromOrt({ type, data, dims }: Tensor): TensorData {
  // Where there is a Float16Array (Node.js 24), it is what carries half precision; here its bits are.
  const bits =
    type === 'float16' && ArrayBuffer.isView(data)
      ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      : data;
  return { type, data: bits, dims } as unknown as TensorData;
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** @throws SpotterError model-missing (no such file, or not the pinned bytes) */
export async function verifyModel({ file, sha256 }: PinnedFile): Promise<void> {
  let found: Digest;
  try {
    found = await digestOf(file);
  } catch (cause) {
    const hint = `Looked for ${file} (${messageOf(cause)}). Restore it from the project, or install it again.`;
    throw new SpotterError('model-missing', "The detector's weights are missing.", hint, cause);
  }
  if (found.sha256 === sha256) return;
  const hint = `${basename(file)} has sha256 ${found.sha256}, expected ${sha256}. Restore it: ${file}`;
  throw new SpotterError('model-missing', "The detector's weights are not the expected ones.", hint);
}

/** A typed array full of ones, for each element type. */
const ONES: { readonly [T in TensorData['type']]: (length: number) => TensorData['data'] } = {
  float32: (length) => new Float32Array(length).fill(1),
  float16: (length) => new Uint16Array(length).fill(0x3c00),
  int32: (length) => new Int32Array(length).fill(1),
  int64: (length) => new BigInt64Array(length).fill(1n),
  uint8: (length) => new Uint8Array(length).fill(1),
  bool: (length) => new Uint8Array(length).fill(1),
};

const FREE = 8;

/** A batch is of one; any other free dimension is small, and the same wherever it has the same name. */
const sizeOf = (dimension: number | string): number => {
  if (typeof dimension === 'number' && dimension > 0) return dimension;
  return /batch/i.test(String(dimension)) ? 1 : FREE;
};

/**
 * Inputs that a graph accepts, for a run that only shows whether it runs: ones everywhere, since they are a valid
 * index, a mask that hides nothing, and a number like any other.
 * @throws RangeError for an element type that cannot be carried
 */
export function dummyInputs(inputs: readonly TensorInfo[]): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, type, shape }) => {
      const ones = ONES[type as TensorData['type']];
      if (!ones) throw new RangeError(`Input "${name}" is of type ${type}.`);
      const dims = shape.map(sizeOf);
      const data = ones(dims.reduce((product, size) => product * size, 1));
      return [name, { type, data, dims } as TensorData];
    }),
  );
}
