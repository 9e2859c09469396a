import { type GraphBuilder, graphBuilder, type OnnxGraph } from '../convert/graph.ts';
import type { TfConstant } from '../convert/tfjs.ts';
import { transpose } from '../convert/transpose.ts';

/** Side of the faces that it looks at, in pixels. */
const SIDE = 112;
const FEATURES = 512;

type Weights = ReadonlyMap<string, TfConstant>;

/**
 * The age and gender network of face-api.js without the age, whose layers (a small Xception, arXiv:1610.02357) its package has as
 * code and not as a graph. In: `images` f32[N,3,112,112], RGB less its means and divided by 255. Out: `probabilities` f32[N,2], woman
 * and man.
 */
export function faceApiGender(weights: Weights): OnnxGraph {
  const graph = graphBuilder();
  const { relu, add, convolution, separable, reduce } = layersOf(weights, graph);

  let x = relu(convolution('images', 'entry_flow/conv_in', 2));
  x = reduce(x, 'entry_flow/reduction_block_0', (input) => input);
  x = reduce(x, 'entry_flow/reduction_block_1', relu);
  for (const block of ['middle_flow/main_block_0', 'middle_flow/main_block_1']) {
    const inner = [0, 1, 2].reduce((y, i) => separable(relu(y), `${block}/separable_conv${i}`), x);
    x = add(inner, x);
  }
  x = reduce(x, 'exit_flow/reduction_block', relu);
  x = relu(separable(x, 'exit_flow/separable_conv'));
  const features = graph.apply('Flatten', [graph.apply('GlobalAveragePool', [x])]);

  const kernel = womanFirst(weights, 'fc/gender/weights');
  const bias = womanFirst(weights, 'fc/gender/bias');
  const logits = add(
    graph.apply('MatMul', [features, graph.floats(kernel, [FEATURES, 2])]),
    graph.floats(bias, [2]),
  );
  graph.output('probabilities', graph.apply('Softmax', [logits], { axis: 1 }), ['N', 2]);
  const { operations, constants, outputs } = graph;
  return { operations, constants, inputs: [{ name: 'images', shape: ['N', 3, SIDE, SIDE] }], outputs };
}

/** Man comes first in its two columns; in ours, woman, as in the other network. */
function womanFirst(weights: Weights, name: string): Float32Array {
  const { data } = weightOf(weights, name);
  return Float32Array.from(data, (_, i) => data[i % 2 === 0 ? i + 1 : i - 1]!);
}

/** Axes of a kernel [height, width, in, out] as ONNX has them, and of a depthwise one [height, width, in, 1]. */
const [OUT_IN, IN_ONE] = [
  [3, 2, 0, 1],
  [2, 3, 0, 1],
];

/** Layers as TF.js computes them: padded to the same size, more of it after than before. */
function layersOf(weights: Weights, graph: GraphBuilder) {
  const relu = (x: string): string => graph.apply('Relu', [x]);
  const add = (a: string, b: string): string => graph.apply('Add', [a, b]);
  const kernel = (name: string, order = OUT_IN): string => {
    const { data, shape } = weightOf(weights, name);
    const turned = transpose(Float32Array.from(data), shape, order);
    return graph.floats(
      turned,
      order.map((axis) => shape[axis]!),
    );
  };
  const bias = (name: string): string => {
    const { data, shape } = weightOf(weights, name);
    return graph.floats(data, shape);
  };
  const convolution = (x: string, name: string, stride: number): string =>
    graph.apply('Conv', [x, kernel(`${name}/filters`), bias(`${name}/bias`)], {
      strides: [stride, stride],
      auto_pad: 'SAME_UPPER',
    });
  const separable = (x: string, name: string): string => {
    const filter = `${name}/depthwise_filter`;
    const group = weightOf(weights, filter).shape[2]!;
    const spread = graph.apply('Conv', [x, kernel(filter, IN_ONE)], { group, auto_pad: 'SAME_UPPER' });
    return graph.apply('Conv', [spread, kernel(`${name}/pointwise_filter`), bias(`${name}/bias`)]);
  };
  const reduce = (x: string, block: string, activate: (x: string) => string): string => {
    const first = separable(activate(x), `${block}/separable_conv0`);
    const second = separable(relu(first), `${block}/separable_conv1`);
    const pooled = graph.apply('MaxPool', [second], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      auto_pad: 'SAME_UPPER',
    });
    return add(pooled, convolution(x, `${block}/expansion_conv`, 2));
  };
  return { relu, add, convolution, separable, reduce };
}

/** @throws Error when the package has no such weight */
function weightOf(weights: Weights, name: string): TfConstant {
  const weight = weights.get(name);
  if (!weight) throw new Error(`There is no weight ${name}`);
  return weight;
}
