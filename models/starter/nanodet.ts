import { type GraphBuilder, graphBuilder, type OnnxGraph } from '../convert/graph.ts';
import { type Conversion, convertNetwork } from '../convert/network.ts';
import type { TfGraph } from '../convert/tfjs.ts';

/** Sides of the cells of the three levels that regions are predicted on, in pixels. */
const STRIDES = [8, 16, 32];
const CLASSES = 80;
/** A side of a box is a distribution over its distance from the cell's centre: 0, 1, … 10 strides. */
const DISTANCES = 11;
/** Of the pixels the network was trained on, blue, green, red. */
const MEAN = [103.53, 116.28, 123.675];
const DEVIATION = [57.375, 57.12, 58.395];
/** The network up to its input, before the normalisation is put in front of it. */
const NETWORK_INPUT = 'x';

/**
 * NanoDet with pixels in and boxes out. In: `image` f32[1,3,side,side], RGB 0..255. Out: `boxes` f32[1,N,4],
 * xyxy in pixels of the input, and `scores` f32[1,N,80], 0..1. `side` must be divisible by 32; the network is
 * convolutional throughout, so any such side goes with the same weights.
 */
export function nanodet(source: TfGraph, side: number): OnnxGraph {
  const graph = graphBuilder();
  const network = convertNetwork(source, conversion(side), graph);
  const levels = network.outputs.map((output) => output.name);
  decode(graph, levels, side);
  const normalised = normalise(graph);
  network.attachWeights();
  return {
    operations: movedToFront(graph.operations, normalised).map((operation) => ({
      ...operation,
      inputs: operation.inputs.map((name) => (name === NETWORK_INPUT ? normalised.name : name)),
    })),
    constants: graph.constants,
    inputs: [{ name: 'image', shape: [1, 3, side, side] }],
    outputs: graph.outputs,
  };
}

/** The file has a side of 416 baked into four places: the targets of the feature pyramid's resizing. */
function conversion(side: number): Conversion {
  const target = (stride: number) => ({ shape: [2], data: Int32Array.of(side / stride, side / stride) });
  return {
    input: ['input_1', { name: NETWORK_INPUT, shape: [1, 3, side, side], channelsLast: false }],
    outputs: ['Identity', 'Identity_1', 'Identity_2', 'Identity_3', 'Identity_4', 'Identity_5'],
    replaced: new Map([
      ['PartitionedCall/Cast_1', target(16)],
      ['PartitionedCall/Cast_3', target(8)],
      ['PartitionedCall/Cast_5', target(16)],
      ['PartitionedCall/Cast_7', target(32)],
    ]),
  };
}

/** The levels give scores f32[1,n,80] three times, then distances f32[1,n,4*11] three times. */
function decode(graph: GraphBuilder, levels: readonly string[], side: number): void {
  const cells = cellsOf(side);
  const count = cells.length;
  const scores = graph.apply('Concat', levels.slice(0, 3), { axis: 1 });
  const logits = graph.apply('Concat', levels.slice(3), { axis: 1 });
  const sides = graph.apply('Reshape', [logits, graph.ints([1, count * 4, DISTANCES])]);
  const distribution = graph.apply('Softmax', [sides], { axis: -1 });
  const steps = graph.floats(
    Array.from({ length: DISTANCES }, (_, i) => i),
    [DISTANCES, 1],
  );
  const expected = graph.apply('MatMul', [distribution, steps]);
  const distances = graph.apply('Reshape', [expected, graph.ints([1, count, 4])]);
  const outwards = cells.flatMap(({ stride }) => [-stride, -stride, stride, stride]);
  const pixels = graph.apply('Mul', [distances, graph.floats(outwards, [1, count, 4])]);
  const centres = graph.floats(
    cells.flatMap(({ x, y }) => [x, y, x, y]),
    [1, count, 4],
  );
  graph.output('boxes', graph.apply('Add', [pixels, centres]), [1, count, 4]);
  graph.output('scores', scores, [1, count, CLASSES]);
}

interface Cell {
  readonly stride: number;
  /** Its centre, in pixels. */
  readonly x: number;
  readonly y: number;
}

/** Row by row, the finest level first. */
function cellsOf(side: number): Cell[] {
  return STRIDES.flatMap((stride) => {
    const centres = Array.from({ length: side / stride }, (_, i) => (i + 0.5) * stride);
    return centres.flatMap((y) => centres.map((x) => ({ stride, x, y })));
  });
}

/** From RGB 0..255 to what the network was trained on; the last `length` operations of the graph do it. */
function normalise(graph: GraphBuilder): { name: string; length: number } {
  const before = graph.operations.length;
  const bgr = graph.apply('Gather', ['image', graph.ints([2, 1, 0])], { axis: 1 });
  const centred = graph.apply('Sub', [bgr, graph.floats(MEAN, [1, 3, 1, 1])]);
  const scale = DEVIATION.map((deviation) => 1 / deviation);
  const name = graph.apply('Mul', [centred, graph.floats(scale, [1, 3, 1, 1])]);
  return { name, length: graph.operations.length - before };
}

/** ONNX wants operations in the order they can be run. */
const movedToFront = <T>(items: readonly T[], { length }: { length: number }): T[] => [
  ...items.slice(-length),
  ...items.slice(0, -length),
];
