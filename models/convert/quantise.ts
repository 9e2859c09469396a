import type { Constant, OnnxGraph, Operation } from './graph.ts';

const FLOAT = 1;

/** Rows of a weight as 8-bit integers: `value ~ integers * scale of its row`. */
export interface Quantised {
  readonly integers: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Symmetric, one scale per output channel: the channel's largest magnitude becomes 127. A channel of zeros gets
 * scale 1. No value moves by more than half a scale.
 */
export function quantise(values: Float32Array, channels: number): Quantised {
  const size = values.length / channels;
  const integers = new Int8Array(values.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const row = values.subarray(channel * size, (channel + 1) * size);
    const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    scales[channel] = largest / 127 || 1;
    row.forEach((value, i) => {
      integers[channel * size + i] = Math.round(value / scales[channel]!);
    });
  }
  return { integers, scales };
}

/**
 * Stores the kernels of convolutions (constants of rank 4 named `w_…`) as int8 and has the graph restore them:
 * a quarter of the size. ONNX Runtime folds that once, when it loads the model, so a run costs the same. Kernels of one
 * channel (of depthwise convolutions) stay as they are: they are small, and rounding them costs most.
 */
export function storeKernelsAsInt8(graph: OnnxGraph): OnnxGraph {
  const restoring: Operation[] = [];
  const constants = graph.constants.flatMap((constant): Constant[] => {
    const { name, shape, data } = constant;
    if (shape.length !== 4 || shape[1] === 1 || !name.startsWith('w_') || !(data instanceof Float32Array))
      return [constant];
    const channels = shape[0]!;
    const { integers, scales } = quantise(data, channels);
    restoring.push(
      { type: 'Cast', inputs: [`${name}_q`], attributes: { to: FLOAT }, outputs: [`${name}_f`] },
      { type: 'Mul', inputs: [`${name}_f`, `${name}_s`], attributes: {}, outputs: [name] },
    );
    return [
      { name: `${name}_q`, shape, data: integers },
      { name: `${name}_s`, shape: [channels, 1, 1, 1], data: scales },
    ];
  });
  return { ...graph, constants, operations: [...restoring, ...graph.operations] };
}
