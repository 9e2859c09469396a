import type { GraphBuilder } from './graph.ts';
import { attributeOf, type TfNode } from './tfjs.ts';
import { transpose } from './transpose.ts';
import {
  type Convolution,
  constant,
  type Flow,
  flow,
  numbers,
  type Padding,
  settled,
  type Value,
} from './value.ts';

const NO_PADDING = [0, 0, 0, 0] as const;

/** Padding of an image's rows and columns is remembered, for the operation that follows; channels are added at once. */
export function pad(graph: GraphBuilder, node: TfNode, [input, amounts, fill]: readonly Value[]): Flow {
  const image = settled(input);
  const [channels, rows, columns] = image.channelsLast ? [3, 1, 2] : [1, 2, 3];
  const widths = numbers(amounts);
  const [before, after] = [(axis: number) => widths[2 * axis]!, (axis: number) => widths[2 * axis + 1]!];
  const sides = [before(rows!), before(columns!), after(rows!), after(columns!)] as const;
  const value = fill === undefined ? 0 : numbers(fill)[0]!;
  const shape = image.shape.map((size, axis) => size + before(axis) + after(axis));
  const { name, channelsLast } = image;
  const more = [before(channels!), after(channels!)] as const;
  if (before(0) + after(0) !== 0) throw new Error(`${node.name} pads the batch`);
  if (more.some((amount) => amount > 0)) {
    if (value !== 0 || sides.some((amount) => amount > 0))
      throw new Error(`${node.name} pads channels and sides`);
    const pads = graph.ints([0, more[0], 0, 0, 0, more[1], 0, 0]);
    return { name: graph.apply('Pad', [name, pads]), shape, channelsLast };
  }
  return { name, channelsLast, shape, padding: { value, sides } };
}

export interface ConvolveOptions {
  /** Each channel has a kernel of its own. */
  readonly depthwise?: boolean;
  /** Bias and activation are part of the operation. */
  readonly fused?: boolean;
}

export function convolve(
  { graph, convolutions }: { readonly graph: GraphBuilder; readonly convolutions: Convolution[] },
  node: TfNode,
  inputs: readonly Value[],
  { depthwise = false, fused = false }: ConvolveOptions = {},
): Flow {
  const image = flow(inputs[0]);
  const weights = constant(inputs[1]);
  const [rows, columns, channelsIn, last] = weights.shape as [number, number, number, number];
  const channelsOut = depthwise ? channelsIn * last : last;
  const window = windowOf(node, image, [rows, columns], 0);
  const attributes = {
    kernel_shape: [rows, columns],
    strides: window.strides,
    dilations: attributeOf.ints(node, 'dilations').slice(1, 3),
    group: depthwise ? channelsIn : 1,
    pads: window.pads,
  };
  const operands = [image.name];
  const [bias, activation] = fused ? fusedInto(node, inputs) : [];
  const convolution: Convolution = {
    inputs: operands,
    kernel: transpose(
      Float32Array.from(weights.data),
      weights.shape,
      depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1],
    ),
    kernelShape: [channelsOut, depthwise ? 1 : channelsIn, rows, columns],
    bias: bias ?? new Float32Array(channelsOut),
  };
  convolutions.push(convolution);
  const name = graph.apply('Conv', operands, attributes);
  const shape = [1, ...window.size, channelsOut];
  if (!activation) return { name, shape, channelsLast: true, ...(!fused && { convolution }) };
  return { name: ACTIVATIONS[activation]!(graph, name), shape, channelsLast: true };
}

/** What TF.js calls activations, as ONNX has them. */
export const ACTIVATIONS: Readonly<Record<string, (graph: GraphBuilder, name: string) => string>> = {
  Relu: (graph, name) => graph.apply('Relu', [name]),
  Relu6: (graph, name) => graph.apply('Clip', [name, graph.floats([0], []), graph.floats([6], [])]),
};

function fusedInto(node: TfNode, inputs: readonly Value[]): [bias: Float32Array, activation?: string] {
  const [first, activation, ...more] = attributeOf.texts(node, 'fused_ops');
  const known = activation === undefined || Object.hasOwn(ACTIVATIONS, activation);
  if (first !== 'BiasAdd' || !known || more.length > 0 || inputs.length !== 3)
    throw new Error(`${node.name} is fused with something else`);
  const bias = Float32Array.from(constant(inputs[2]).data);
  return activation === undefined ? [bias] : [bias, activation];
}

export function maxPool(graph: GraphBuilder, node: TfNode, inputs: readonly Value[]): Flow {
  const image = flow(inputs[0]);
  const kernel = attributeOf.ints(node, 'ksize').slice(1, 3);
  const { strides, pads, size } = windowOf(node, image, kernel, Number.NEGATIVE_INFINITY);
  const name = graph.apply('MaxPool', [image.name], { kernel_shape: kernel, strides, pads });
  return { name, shape: [1, ...size, image.shape[3]!], channelsLast: true };
}

/** The mean of all of an image: no other pooling of means occurs. */
export function average(graph: GraphBuilder, node: TfNode, inputs: readonly Value[]): Flow {
  const { name, shape, channelsLast } = settled(inputs[0]);
  const [, rows, columns, channels] = shape as [number, number, number, number];
  if (!channelsLast || String(attributeOf.ints(node, 'ksize')) !== String([1, rows, columns, 1]))
    throw new Error(`${node.name} averages a part`);
  return { name: graph.apply('GlobalAveragePool', [name]), shape: [1, 1, 1, channels], channelsLast };
}

/** A transposed convolution whose kernels lie side by side: each pixel becomes a square of them. */
export function spread(
  { graph, convolutions }: { readonly graph: GraphBuilder; readonly convolutions: Convolution[] },
  node: TfNode,
  [, kernel, input]: readonly Value[],
): Flow {
  const image = settled(input);
  const weights = constant(kernel);
  const [rows, columns, channelsOut, channelsIn] = weights.shape as [number, number, number, number];
  const strides = attributeOf.ints(node, 'strides').slice(1, 3);
  if (!image.channelsLast || String(strides) !== String([rows, columns]))
    throw new Error(`${node.name}: kernels overlap`);
  const operands = [image.name];
  const convolution: Convolution = {
    inputs: operands,
    kernel: transpose(Float32Array.from(weights.data), weights.shape, [3, 2, 0, 1]),
    kernelShape: [channelsIn, channelsOut, rows, columns],
    bias: new Float32Array(channelsOut),
  };
  convolutions.push(convolution);
  const name = graph.apply('ConvTranspose', operands, { kernel_shape: [rows, columns], strides });
  const shape = [1, image.shape[1]! * rows, image.shape[2]! * columns, channelsOut];
  return { name, shape, channelsLast: true, convolution };
}

export function resize(graph: GraphBuilder, node: TfNode, inputs: readonly Value[]): Flow {
  const image = settled(inputs[0]);
  if (!image.channelsLast || !attributeOf.flag(node, 'half_pixel_centers'))
    throw new Error(`${node.name} differs`);
  const [, oldRows, oldColumns, channels] = image.shape as [number, number, number, number];
  const [rows, columns] = numbers(inputs[1]) as [number, number];
  const scales = graph.floats([1, 1, rows / oldRows, columns / oldColumns], [4]);
  const modes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const name = graph.apply('Resize', [image.name, '', scales], modes);
  return { name, shape: [1, rows, columns, channels], channelsLast: true };
}

/** How a kernel slides over an NHWC image, with the padding that was put around it. */
function windowOf(node: TfNode, image: Flow, kernel: readonly number[], fill: Padding['value']) {
  if (!image.channelsLast || attributeOf.text(node, 'data_format') !== 'NHWC')
    throw new Error(`${node.name}: layout`);
  const strides = attributeOf.ints(node, 'strides').slice(1, 3);
  const [rows, columns] = [image.shape[1]!, image.shape[2]!];
  if (attributeOf.text(node, 'padding') === 'SAME') {
    if (image.padding !== undefined) throw new Error(`${node.name} is padded twice`);
    const [top, bottom] = samePadding(rows, kernel[0]!, strides[0]!);
    const [left, right] = samePadding(columns, kernel[1]!, strides[1]!);
    const size = [Math.ceil(rows / strides[0]!), Math.ceil(columns / strides[1]!)];
    return { strides, size, pads: [top, left, bottom, right] };
  }
  if (image.padding !== undefined && image.padding.value !== fill) throw new Error(`${node.name}: padding`);
  const size = [rows, columns].map((length, i) => Math.floor((length - kernel[i]!) / strides[i]!) + 1);
  return { strides, size, pads: image.padding?.sides ?? NO_PADDING };
}

/** As much as a window needs to start at every stride; the odd pixel goes behind. */
function samePadding(length: number, kernel: number, stride: number): [before: number, after: number] {
  const needed = Math.max(0, (Math.ceil(length / stride) - 1) * stride + kernel - length);
  return [needed >> 1, needed - (needed >> 1)];
}
