import type { TfConstant } from './tfjs.ts';

/** What the TF.js exporter pads around an image before a convolution or a pooling, folded into that operation. */
export interface Padding {
  readonly value: number;
  /** top, left, bottom, right */
  readonly sides: readonly [number, number, number, number];
}

/** A convolution whose weights are attached when all of the graph is known. */
export interface Convolution {
  readonly inputs: string[];
  readonly kernel: Float32Array;
  readonly kernelShape: readonly number[];
  readonly bias: Float32Array;
}

/**
 * A tensor on its way through the graph. TF.js computes in NHWC and transposes back and forth; here images always
 * lie in memory as NCHW, and a transpose only changes how their axes are read.
 */
export interface Flow {
  readonly name: string;
  /** As TF.js sees it. */
  readonly shape: readonly number[];
  /** Whether TF.js sees this image as NHWC. Always false for what is not an image. */
  readonly channelsLast: boolean;
  readonly padding?: Padding;
  /** The convolution that made this and nothing else has read yet. */
  readonly convolution?: Convolution;
}

export type Value = Flow | TfConstant;

export const isConstant = (value: Value): value is TfConstant => 'data' in value;

export function flow(value: Value | undefined): Flow {
  if (value === undefined || isConstant(value)) throw new Error('Expected a tensor, not a constant');
  return value;
}

/** A tensor that must not wait for its padding any more. */
export function settled(value: Value | undefined): Flow {
  const tensor = flow(value);
  if (tensor.padding !== undefined)
    throw new Error(`${tensor.name} is padded for an operation that cannot pad`);
  return tensor;
}

export function constant(value: Value | undefined): TfConstant {
  if (value === undefined || !isConstant(value)) throw new Error('Expected a constant');
  return value;
}

export const numbers = (value: Value | undefined): number[] => Array.from(constant(value).data);
