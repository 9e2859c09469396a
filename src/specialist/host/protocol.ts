import type { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/model.ts';
import type { Device, Optimisation } from '../device.ts';

/** ONNX element types and what carries them across a process border; float16 travels as its raw bits. */
interface Elements {
  float32: Float32Array;
  float16: Uint16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** A dense row-major tensor: `data.length` is the product of `dims`. */
export type TensorData = {
  [T in keyof Elements]: { readonly type: T; readonly data: Elements[T]; readonly dims: readonly number[] };
}[keyof Elements];

/** Tensors by the names of a graph's inputs or outputs. */
export type Tensors = Readonly<Record<string, TensorData>>;

/** An input or output of a graph; a free dimension has a name ("batch") instead of a size. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A way to run a model that was tried in vain, and what was said about it. */
export interface Refused {
  readonly device: Device;
  readonly optimisation: Optimisation;
  readonly why: string;
}

/** What became of loading a model. */
export interface Loaded {
  readonly device: Device;
  readonly optimisation: Optimisation;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** In the order in which it was tried. */
  readonly refused: readonly Refused[];
  /** What loading took. */
  readonly ms: number;
}

/** Parent to child. Without feeds the model is only loaded. */
export interface Request {
  readonly id: number;
  readonly model: PinnedFile;
  readonly feeds?: Tensors;
}

/** The answer to a request: how the model runs here, and, for feeds, its outputs and what the run itself took. */
export interface Answered {
  readonly id: number;
  readonly loaded: Loaded;
  readonly outputs: Tensors;
  readonly ms: number;
}

/** Child to parent, one for each request. */
export type Reply = Answered | { readonly id: number; readonly error: ReturnType<SpotterError['toJSON']> };
