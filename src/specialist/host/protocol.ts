import type { SpotterError } from '../../errors.ts';

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

/** The weights of a model: an absolute path, and the sha256 (hex) its bytes must have. */
export interface ModelFile {
  readonly file: string;
  readonly sha256: string;
}

/** Parent to child. Without feeds the model is only loaded. */
export interface Request {
  readonly id: number;
  readonly model: ModelFile;
  readonly feeds?: Tensors;
}

/** Child to parent, one for each request; `ms` is what the run itself took. */
export type Reply =
  | { readonly id: number; readonly outputs: Tensors; readonly ms: number }
  | { readonly id: number; readonly error: ReturnType<SpotterError['toJSON']> };
