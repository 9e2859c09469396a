import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf, SpotterError } from '../../errors.ts';
import type { Attempt, TensorData, TensorInfo, Tensors } from '../host/protocol.ts';
import { NO_TELEMETRY } from './telemetry.ts';

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
  file: string,
  { device, optimisation }: Attempt,
  threads: number,
): Promise<InferenceSession> {
  return ort.InferenceSession.create(file, {
    executionProviders: [device],
    graphOptimizationLevel: optimisation,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
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
