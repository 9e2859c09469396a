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

/** Padding of an image's rows and columns is remembered, for the operation that follows. */
export function pad(node: TfNode, [input, amounts, fill]: readonly Value[]): Flow {
  const image = settled(input);
  const [channels, rows, columns] = image.channelsLast ? [3, 1, 2] : [1, 2, 3];
  const widths = numbers(amounts);
  const [before, after] = [(axis: number) => widths[2 * axis]!, (axis: number) => widths[2 * axis + 1]!];
  if (before(0) + after(0) + before(channels!) + after(channels!) !== 0)
    throw new Error(`${node.name} pads channels`);
  const sides = [before(rows!), before(columns!), after(rows!), after(columns!)] as const;
  const value = fill === undefined ? 0 : numbers(fill)[0]!;
  const shape = image.shape.map((size, axis) => size + before(axis) + after(axis));
  const { name, channelsLast } = image;
  return { name, channelsLast, shape, padding: { value, sides } };
}

export function convolve(
  graph: GraphBuilder,
  list: Convolution[],
  node: TfNode,
  inputs: readonly Value[],
): Flow {
  const image = flow(inputs[0]);
  const weights = constant(inputs[1]);
  const [rows, columns, channelsIn, channelsOut] = weights.shape as [number, number, number, number];
  const window = windowOf(node, image, [rows, columns], 0);
  const attributes = {
    kernel_shape: [rows, columns],
    strides: window.strides,
    dilations: attributeOf.ints(node, 'dilations').slice(1, 3),
    group: 1,
    pads: window.pads,
  };
  const operands = [image.name];
  const convolution: Convolution = {
    inputs: operands,
    kernel: transpose(Float32Array.from(weights.data), weights.shape, [3, 2, 0, 1]),
    kernelShape: [channelsOut, channelsIn, rows, columns],
    bias: new Float32Array(channelsOut),
  };
  list.push(convolution);
  const name = graph.apply('Conv', operands, attributes);
  return { name, shape: [1, ...window.size, channelsOut], channelsLast: true, convolution };
}

export function maxPool(graph: GraphBuilder, node: TfNode, inputs: readonly Value[]): Flow {
  const image = flow(inputs[0]);
  const kernel = attributeOf.ints(node, 'ksize').slice(1, 3);
  const { strides, pads, size } = windowOf(node, image, kernel, Number.NEGATIVE_INFINITY);
  const name = graph.apply('MaxPool', [image.name], { kernel_shape: kernel, strides, pads });
  return { name, shape: [1, ...size, image.shape[3]!], channelsLast: true };
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
  if (attributeOf.text(node, 'padding') !== 'VALID') throw new Error(`${node.name} pads by itself`);
  if (image.padding !== undefined && image.padding.value !== fill) throw new Error(`${node.name}: padding`);
  const strides = attributeOf.ints(node, 'strides').slice(1, 3);
  const size = [0, 1].map((i) => Math.floor((image.shape[i + 1]! - kernel[i]!) / strides[i]!) + 1);
  return { strides, size, pads: image.padding?.sides ?? NO_PADDING };
}
