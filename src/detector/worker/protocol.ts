import type { Device, Optimisation } from '../../config.ts';
import type { SpotterError } from '../../errors.ts';
import type { PinnedFile } from '../../models/registry.ts';

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

/** A way to run a model. */
export interface Attempt {
  readonly device: Device;
  readonly optimisation: Optimisation;
}

/** A way to run a model that was tried in vain, or not worth a try, and why. */
export interface Refused extends Attempt {
  readonly why: string;
}

/** What became of loading a model. */
export interface Loaded extends Attempt {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** In the order in which it was tried. */
  readonly refused: readonly Refused[];
  /** What loading took, in vain or not. */
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
  /** Resident memory of the process, in bytes. */
  readonly rss: number;
}

/** A request that could not be answered; the process lives on. */
export interface Failed {
  readonly id: number;
  readonly error: ReturnType<SpotterError['toJSON']>;
  readonly rss: number;
}

/** Child to parent, one for each request. */
export type Reply = Answered | Failed;

/**
 * Child to parent, ahead of what it may not survive: the way in which it is about to open a model, or null when it is
 * about to run one.
 */
export interface Trying {
  readonly id: number;
  readonly trying: Attempt | null;
}
