import type { TensorData, TensorInfo, Tensors } from '../host/protocol.ts';

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
export function madeUp(inputs: readonly TensorInfo[]): Tensors {
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
