/** Row-major data with its axes permuted: axis i of the result is axis `order[i]` of the source. */
export function transpose(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  let at = 0;
  const fill = (axis: number, from: number): void => {
    if (axis === sizes.length) {
      result[at++] = data[from]!;
      return;
    }
    for (let i = 0; i < sizes[axis]!; i++) fill(axis + 1, from + i * steps[axis]!);
  };
  fill(0, 0);
  return result;
}
