import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { graphBuilder } from '../../../models/convert/graph.ts';
import { convertNetwork } from '../../../models/convert/network.ts';
import { encodeModel } from '../../../models/convert/onnx.ts';
import { storeKernelsAsInt8 } from '../../../models/convert/quantise.ts';
import type { TfConstant, TfNode } from '../../../models/convert/tfjs.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const list = (...i: number[]) => ({ list: { i: i.map(String) } });
const node = (name: string, op: string, input: string[], attr: TfNode['attr'] = {}): TfNode => ({
  name,
  op,
  input,
  attr,
});
const ints = (shape: number[], ...values: number[]): TfConstant => ({ shape, data: Int32Array.from(values) });

const convolution = {
  strides: list(1, 2, 2, 1),
  dilations: list(1, 1, 1, 1),
  padding: { s: base64('VALID') },
  data_format: { s: base64('NHWC') },
};

// As exporters write it: padded in NCHW, convolved in NHWC, back to NCHW, activated.
const nodes = [
  node('padded', 'Pad', ['image', 'around']),
  node('last', 'Transpose', ['padded', 'to-last']),
  node('convolved', 'Conv2D', ['last', 'kernel'], convolution),
  node('biased', 'Add', ['convolved', 'bias']),
  node('first', 'Transpose', ['biased', 'to-first']),
  node('active', 'LeakyRelu', ['first'], { alpha: { f: 0.5 } }),
  node('out', 'Reshape', ['active', 'flat']),
];
const constants: [string, TfConstant][] = [
  ['around', ints([4, 2], 0, 0, 0, 0, 1, 0, 1, 0)],
  ['to-last', ints([4], 0, 2, 3, 1)],
  ['to-first', ints([4], 0, 3, 1, 2)],
  ['flat', ints([2], 1, -1)],
  // HWIO, 2x2, one channel in, two out: the sum of the window, and minus its last pixel
  ['kernel', { shape: [2, 2, 1, 2], data: Float32Array.of(1, 0, 1, 0, 1, 0, 1, -1) }],
  ['bias', { shape: [2], data: Float32Array.of(10, 0) }],
];

function convert(changed: readonly TfNode[] = nodes) {
  const graph = graphBuilder();
  const source = { nodes: new Map(changed.map((n) => [n.name, n])), constants: new Map(constants) };
  const image = { name: 'x', shape: [1, 1, 4, 4], channelsLast: false };
  const converted = convertNetwork(
    source,
    { input: ['image', image], outputs: ['out'], replaced: new Map() },
    graph,
  );
  graph.output('y', converted.outputs[0]!.name, converted.outputs[0]!.shape);
  converted.attachWeights();
  return { ...graph, inputs: [{ name: 'x', shape: image.shape }] };
}

const replace = (name: string, changes: Partial<TfNode>) =>
  nodes.map((n) => (n.name === name ? { ...n, ...changes } : n));

/** Runs a graph of one channels-last input of 4 x 4 pixels in two channels, and gives its one output. */
async function run(
  nodes: readonly TfNode[],
  constants: readonly [string, TfConstant][],
  pixels: Float32Array,
) {
  const graph = graphBuilder();
  const source = { nodes: new Map(nodes.map((n) => [n.name, n])), constants: new Map(constants) };
  const image = { name: 'x', shape: [1, 4, 4, 2], channelsLast: true };
  const converted = convertNetwork(
    source,
    { input: ['image', image], outputs: ['out'], replaced: new Map() },
    graph,
  );
  graph.output('y', converted.outputs[0]!.name, converted.outputs[0]!.shape);
  converted.attachWeights();
  const port = { name: 'x', shape: [1, 2, 4, 4] };
  const facts = { producer: 'test', name: 'small', metadata: {} };
  const session = await InferenceSession.create(encodeModel({ ...graph, inputs: [port] }, facts));
  const { y } = await session.run({ x: new Tensor('float32', pixels, port.shape) });
  await session.release();
  return y!;
}

describe('what mobile networks are made of', () => {
  const same = { ...convolution, padding: { s: base64('SAME') } };
  const fused = (...ops: string[]) => ({ fused_ops: { list: { s: ops.map(base64) } } });
  /** First channel 0..15, second channel 100. */
  const pixels = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? i : 100));

  it('filters each channel by itself, pads as far as the stride needs, and cuts off at 6', async () => {
    const y = await run(
      [
        node('filtered', 'FusedDepthwiseConv2dNative', ['image', 'kernel', 'bias'], {
          ...same,
          ...fused('BiasAdd', 'Relu6'),
        }),
        node('out', 'Reshape', ['filtered', 'flat']),
      ],
      [
        // HWCM, 3x3: the last pixel of the window for the first channel, nothing for the second
        ['kernel', { shape: [3, 3, 2, 1], data: Float32Array.from({ length: 18 }, (_, i) => +(i === 16)) }],
        ['bias', { shape: [2], data: Float32Array.of(-2, 3) }],
        ['flat', ints([2], 1, -1)],
      ],
      pixels,
    );
    // With 4 pixels and a stride of 2 one row is added, behind: only the first window ends at a pixel, the 10th.
    expect([...(y.data as Float32Array)]).toEqual([6, 3, 0, 3, 0, 3, 0, 3]);
  });

  it('adds channels of zeros, and reads an image with its channels last', async () => {
    const y = await run(
      [
        node('more', 'Pad', ['image', 'amounts']),
        node('active', 'Relu', ['more']),
        node('out', 'Reshape', ['active', 'flat']),
      ],
      [
        ['amounts', ints([4, 2], 0, 0, 0, 0, 0, 0, 0, 1)],
        ['flat', ints([2], 1, -1)],
      ],
      pixels,
    );
    expect([...(y.data as Float32Array).slice(0, 9)]).toEqual([0, 100, 0, 1, 100, 0, 2, 100, 0]);
  });

  it('weighs channels by what all of an image says, and adds a number to each', async () => {
    const y = await run(
      [
        node('mean', 'AvgPool', ['image'], { ksize: { list: { i: ['1', '4', '4', '1'] } } }),
        node('weighed', 'Mul', ['image', 'mean']),
        node('shifted', 'AddV2', ['weighed', 'numbers']),
        node('halved', 'Mul', ['half', 'shifted']),
        node('out', 'Reshape', ['halved', 'flat']),
      ],
      [
        ['numbers', { shape: [2], data: Float32Array.of(1, -2) }],
        ['half', { shape: [], data: Float32Array.of(0.5) }],
        ['flat', ints([2], 1, -1)],
      ],
      pixels,
    );
    // The first channel's mean is 7.5, the second one's 100.
    expect([...(y.data as Float32Array).slice(0, 4)]).toEqual([0.5, 4999, 4.25, 4999]);
  });

  it('makes a square of each pixel', async () => {
    const y = await run(
      [
        node('spread', 'Conv2DBackpropInput', ['size', 'kernel', 'image'], {
          strides: { list: { i: ['1', '2', '2', '1'] } },
        }),
        node('more', 'Add', ['spread', 'bias']),
        node('out', 'Reshape', ['more', 'flat']),
      ],
      [
        ['size', ints([4], 1, 8, 8, 1)],
        // Rows, columns, channels out, channels in: the first channel times 1, 2, 3, 4 in the four places.
        ['kernel', { shape: [2, 2, 1, 2], data: Float32Array.of(1, 0, 2, 0, 3, 0, 4, 0) }],
        ['bias', { shape: [1], data: Float32Array.of(10) }],
        ['flat', ints([2], 1, -1)],
      ],
      pixels,
    );
    const rows = [...(y.data as Float32Array)];
    expect(rows).toHaveLength(64);
    expect([rows.slice(0, 4), rows.slice(8, 12)]).toEqual([
      [10, 10, 11, 12],
      [10, 10, 13, 14],
    ]);
  });

  it('refuses a fused operation that it does not know', async () => {
    const elu = node('out', '_FusedConv2D', ['image', 'kernel', 'bias'], {
      ...same,
      ...fused('BiasAdd', 'Elu'),
    });
    await expect(
      run(
        [elu],
        [
          ['kernel', { shape: [1, 1, 2, 1], data: new Float32Array(2) }],
          ['bias', { shape: [1], data: new Float32Array(1) }],
        ],
        pixels,
      ),
    ).rejects.toThrow(/fused with something else/);
  });
});

describe('convertNetwork', () => {
  it('folds padding, transposes and bias into the convolution', () => {
    expect(convert().operations.map(({ type }) => type)).toEqual([
      'Conv',
      'LeakyRelu',
      'Reshape',
      'Identity',
    ]);
  });

  it('computes what the graph says, also with int8 kernels', async () => {
    const facts = { producer: 'test', name: 'small', metadata: { about: 'a test' } };
    const session = await InferenceSession.create(encodeModel(storeKernelsAsInt8(convert()), facts));
    const pixels = Float32Array.from({ length: 16 }, (_, i) => i);
    const { y } = await session.run({ x: new Tensor('float32', pixels, [1, 1, 4, 4]) });
    // Padded by one row above and one column to the left, stepping by two.
    expect(y?.dims).toEqual([1, 8]);
    const found = Array.from(y?.data as Float32Array);
    const expected = [10, 13, 22, 40, -0, -1, -4, -5];
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 3);
    });
  });

  it.each([
    ['an operation it does not know', replace('active', { op: 'Elu' }), /Cannot convert Elu active/],
    [
      'a convolution that pads what is padded already',
      replace('convolved', { attr: { ...convolution, padding: { s: base64('SAME') } } }),
      /padded twice/,
    ],
    [
      'a transpose that would move an image in memory',
      replace('first', { input: ['biased', 'to-last'] }),
      /move in memory/,
    ],
    ['padding that nothing takes up', replace('active', { input: ['padded'] }), /cannot pad/],
  ])('refuses %s', (_, changed, message) => {
    expect(() => convert(changed)).toThrow(message);
  });
});
