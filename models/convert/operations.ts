import type { GraphBuilder } from './graph.ts';
import { ACTIVATIONS, average, convolve, maxPool, pad, resize, spread } from './image-operations.ts';
import { attributeOf, type TfConstant, type TfNode } from './tfjs.ts';
import {
  type Convolution,
  constant,
  type Flow,
  flow,
  isConstant,
  numbers,
  settled,
  type Value,
} from './value.ts';

export interface Context {
  readonly graph: GraphBuilder;
  readonly convolutions: Convolution[];
  /** How many operations read the output of the node of that name. */
  readonly uses: (name: string) => number;
}

type Operation = (node: TfNode, inputs: readonly Value[], context: Context) => Value | Value[];

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const TO_CHANNELS_LAST = '0,2,3,1';
const TO_CHANNELS_FIRST = '0,3,1,2';
/** Where an axis of an NHWC image lies in NCHW. */
const AXIS_IN_MEMORY = [0, 2, 3, 1];

const inMemory = (tensor: Flow, axis: number): number => (tensor.channelsLast ? AXIS_IN_MEMORY[axis]! : axis);

/** What is done to each number by itself. */
const each =
  (apply: (graph: GraphBuilder, name: string) => string): Operation =>
  (_, [input], { graph }) => {
    const { name, shape, channelsLast } = settled(input);
    return { name: apply(graph, name), shape, channelsLast };
  };

/** What each operation of the TF.js graph becomes. Others do not occur in the networks that are converted, and are refused. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  Identity: (_, [input]) => input!,
  Pad: (node, inputs, { graph }) => pad(graph, node, inputs),
  PadV2: (node, inputs, { graph }) => pad(graph, node, inputs),
  Conv2D: (node, inputs, context) => convolve(context, node, inputs),
  _FusedConv2D: (node, inputs, context) => convolve(context, node, inputs, { fused: true }),
  DepthwiseConv2dNative: (node, inputs, context) => convolve(context, node, inputs, { depthwise: true }),
  FusedDepthwiseConv2dNative: (node, inputs, context) =>
    convolve(context, node, inputs, { depthwise: true, fused: true }),
  Conv2DBackpropInput: (node, inputs, context) => spread(context, node, inputs),
  AvgPool: (node, inputs, { graph }) => average(graph, node, inputs),
  MaxPool: (node, inputs, { graph }) => maxPool(graph, node, inputs),
  ResizeBilinear: (node, inputs, { graph }) => resize(graph, node, inputs),

  LeakyRelu: (node, [input], { graph }) => {
    const { name, shape, channelsLast } = settled(input);
    const alpha = { float: attributeOf.float(node, 'alpha') };
    return { name: graph.apply('LeakyRelu', [name], { alpha }), shape, channelsLast };
  },

  Relu: each(ACTIVATIONS.Relu!),
  Relu6: each(ACTIVATIONS.Relu6!),
  Sigmoid: each((graph, name) => graph.apply('Sigmoid', [name])),

  /** Shapes are computed by adding zeros to them, kernels get their bias, and the pyramid's levels are summed. */
  Add: (node, [left, right], { graph, uses }) => {
    const { name, shape, channelsLast, convolution } = settled(left);
    if (isConstant(right!)) {
      if (convolution === undefined || uses(node.input[0]!) !== 1)
        return withConstant(graph, 'Add', settled(left), right);
      convolution.bias.forEach((value, i) => {
        convolution.bias[i] = value + right.data[i]!;
      });
      return { name, shape, channelsLast };
    }
    return add(graph, node, settled(left), settled(right));
  },

  AddV2: (node, [left, right], { graph }) => {
    if (!isConstant(left!) || !isConstant(right!)) return combine(graph, 'Add', node, left!, right!);
    const more = numbers(right);
    return { shape: left.shape, data: Int32Array.from(left.data, (value, i) => value + more[i]!) };
  },

  AddN: (node, [left, right, ...more], { graph }) => {
    if (more.length > 0) throw new Error(`${node.name} adds more than two`);
    return add(graph, node, settled(left), settled(right));
  },

  Mul: (node, [left, right], { graph }) => combine(graph, 'Mul', node, left!, right!),

  /** Left over from the exporter: never has entries, so it is its default value. */
  SparseToDense: (node, [entries, shape, , fallback]) => {
    if (constant(entries).data.length !== 0) throw new Error(`${node.name} has entries`);
    const sizes = numbers(shape);
    return { shape: sizes, data: new Int32Array(product(sizes)).fill(numbers(fallback)[0]!) };
  },

  Transpose: (_, [input, permutation], { graph }) => {
    const tensor = flow(input);
    const perm = numbers(permutation);
    const shape = perm.map((axis) => tensor.shape[axis]!);
    if (String(perm) === TO_CHANNELS_LAST && !tensor.channelsLast)
      return { ...tensor, shape, channelsLast: true };
    if (String(perm) === TO_CHANNELS_FIRST && tensor.channelsLast)
      return { ...tensor, shape, channelsLast: false };
    if (perm.length === 4) throw new Error(`${tensor.name} would have to move in memory`);
    return { name: graph.apply('Transpose', [settled(tensor).name], { perm }), shape, channelsLast: false };
  },

  ConcatV2: (_, inputs, { graph }) => {
    const tensors = inputs.slice(0, -1).map(settled);
    const [first] = tensors as [Flow];
    const axis = numbers(inputs.at(-1))[0]!;
    const shape = first.shape.with(
      axis,
      tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0),
    );
    const names = tensors.map((tensor) => tensor.name);
    const name = graph.apply('Concat', names, { axis: inMemory(first, axis) });
    return { name, shape, channelsLast: first.channelsLast };
  },

  SplitV: (_, [input, sizes, along], { graph }) => {
    const tensor = settled(input);
    const [axis] = numbers(along) as [number];
    const parts = numbers(sizes);
    const names = graph.split(tensor.name, parts, inMemory(tensor, axis));
    const { channelsLast } = tensor;
    return parts.map((size, i) => ({ name: names[i]!, shape: tensor.shape.with(axis, size), channelsLast }));
  },

  Reshape: (_, [input, target], { graph }) => {
    const tensor = settled(input);
    // What is read row by row with its channels last has to lie like that.
    const name = tensor.channelsLast
      ? graph.apply('Transpose', [tensor.name], { perm: [0, 2, 3, 1] })
      : tensor.name;
    const sizes = numbers(target);
    const known = product(sizes.filter((size) => size !== -1));
    const shape = sizes.map((size) => (size === -1 ? product(tensor.shape) / known : size));
    return { name: graph.apply('Reshape', [name, graph.ints(shape)]), shape, channelsLast: false };
  },
};

function add(graph: GraphBuilder, node: TfNode, left: Flow, right: Flow): Flow {
  const { name, shape, channelsLast } = left;
  if (right.channelsLast !== channelsLast) throw new Error(`${node.name} adds two layouts`);
  if (String(right.shape) !== String(shape)) throw new Error(`${node.name} adds two sizes`);
  return { name: graph.apply('Add', [name, right.name]), shape, channelsLast };
}

/** Two tensors, of which one may be a constant. */
function combine(graph: GraphBuilder, type: 'Add' | 'Mul', node: TfNode, left: Value, right: Value): Flow {
  if (isConstant(left)) return withConstant(graph, type, settled(right), left);
  if (isConstant(right)) return withConstant(graph, type, settled(left), right);
  return (type === 'Add' ? add : multiply)(graph, node, settled(left), settled(right));
}

/** Each channel with a number of its own, or all with the same one. */
function withConstant(
  graph: GraphBuilder,
  type: 'Add' | 'Mul',
  { name, shape, channelsLast }: Flow,
  { shape: sizes, data }: TfConstant,
): Flow {
  if (data.length > 1 && !(channelsLast && sizes.length === 1)) throw new Error(`${name}: layout`);
  const numbers = graph.floats(data, data.length > 1 ? [1, data.length, 1, 1] : []);
  return { name: graph.apply(type, [name, numbers]), shape, channelsLast };
}

/** Of images of the same size, or of an image and a number for each of its channels. */
function multiply(graph: GraphBuilder, node: TfNode, left: Flow, right: Flow): Flow {
  const { name, shape, channelsLast } = left;
  const perChannel = String(right.shape) === String([1, 1, 1, shape[3]]);
  if (right.channelsLast !== channelsLast || !(perChannel || String(right.shape) === String(shape)))
    throw new Error(`${node.name} multiplies two layouts or sizes`);
  return { name: graph.apply('Mul', [name, right.name]), shape, channelsLast };
}
