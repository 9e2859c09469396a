import { type GraphBuilder, graphBuilder, type OnnxGraph } from '../convert/graph.ts';
import { type Converted, convertNetwork } from '../convert/network.ts';
import type { TfGraph } from '../convert/tfjs.ts';
import type { Flow } from '../convert/value.ts';

/** The networks look at pictures of this side, in pixels. */
const SIDE = 256;
const BODY = 'StatefulPartitionedCall';

/** A network from pixels 0..255 to what its last layers tell, without what decodes that. */
interface Cut {
  /** The node that stands for the normalised picture. */
  readonly input: string;
  readonly outputs: readonly string[];
  readonly fromZero?: boolean;
  /** Names and publishes the outputs. */
  readonly publish: (graph: GraphBuilder, outputs: readonly Flow[]) => void;
}

/** Puts the scaling of pixels in front of a network: to -1..1, or to 0..1. */
function cut(source: TfGraph, { input, outputs, publish, fromZero = false }: Cut): OnnxGraph {
  const graph = graphBuilder();
  const scaled = graph.apply('Mul', ['image', graph.floats([1 / (fromZero ? 255 : 127.5)], [1])]);
  const name = fromZero ? scaled : graph.apply('Sub', [scaled, graph.floats([1], [1])]);
  const image: Flow = { name, shape: [1, SIDE, SIDE, 3], channelsLast: true };
  const network: Converted = convertNetwork(
    source,
    { input: [input, image], outputs, replaced: new Map() },
    graph,
  );
  publish(graph, network.outputs);
  network.attachWeights();
  const { operations, constants } = graph;
  return {
    operations,
    constants,
    inputs: [{ name: 'image', shape: [1, 3, SIDE, SIDE] }],
    outputs: graph.outputs,
  };
}

/** Anchors: two on each of 16 x 16 cells, then six on each of 8 x 8. */
const ANCHORS = 896;

/**
 * BlazeFace. In: `image` f32[1,3,256,256], RGB 0..255. Out: `scores` f32[1,896,1], log odds of a face at each anchor, and
 * `faces` f32[1,896,16] in pixels: from the anchor to the middle of the face, its width and height, and from the anchor to
 * six points of it.
 */
export const blazeface = (source: TfGraph): OnnxGraph =>
  cut(source, {
    input: 'input',
    outputs: ['Identity', 'Identity_1', 'Identity_2', 'Identity_3'],
    publish(graph, [scores, moreScores, faces, moreFaces]) {
      const joined = (a: Flow, b: Flow) => graph.apply('Concat', [a.name, b.name], { axis: 1 });
      graph.output('scores', joined(scores!, moreScores!), [1, ANCHORS, 1]);
      graph.output('faces', joined(faces!, moreFaces!), [1, ANCHORS, 16]);
    },
  });

/** MoveNet's outputs, by the nodes that give them: planes of 64 x 64 cells. */
const PLANES = {
  heatmaps: [`${BODY}/Sigmoid`, 17],
  centre: [`${BODY}/Sigmoid_1`, 1],
  regression: [`${BODY}/kpt_regress_0/conv2d_6/BiasAdd`, 34],
  offsets: [`${BODY}/kpt_offset_0/conv2d_7/BiasAdd`, 34],
} as const;
const CELLS = 64;

/**
 * MoveNet Thunder up to its four heads, planes of 64 x 64 cells. In: `image` f32[1,3,256,256], RGB 0..255. Out: `heatmaps`
 * f32[1,17,64,64], 0..1 for each joint; `centre` f32[1,1,64,64], 0..1 for the middle of a person; `regression` and
 * `offsets` f32[1,34,64,64], y and x of each joint in cells: from a person's middle, and within the joint's cell.
 */
export const movenet = (source: TfGraph): OnnxGraph =>
  cut(source, {
    input: `${BODY}/sub_1`,
    outputs: Object.values(PLANES).map(([node]) => node),
    publish(graph, outputs) {
      Object.entries(PLANES).forEach(([name, [, channels]], i) => {
        graph.output(name, outputs[i]!.name, [1, channels, CELLS, CELLS]);
      });
    },
  });

/**
 * MediaPipe's selfie segmentation. In: `image` f32[1,3,256,256], RGB 0..255. Out: `mask` f32[1,1,256,256], how likely each pixel
 * belongs to a person, 0..1.
 */
export const selfie = (source: TfGraph): OnnxGraph =>
  cut(source, {
    input: 'input_1',
    outputs: ['activation_10'],
    fromZero: true,
    publish: (graph, [mask]) => graph.output('mask', mask!.name, [1, 1, SIDE, SIDE]),
  });
