import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphBuilder } from '../../../models/convert/graph.ts';
import { quantise, storeKernelsAsInt8 } from '../../../models/convert/quantise.ts';

describe('quantise', () => {
  it('maps the largest magnitude of each channel to 127', () => {
    const { integers, scales } = quantise(Float32Array.of(1, -0.3, 0.25, 0, -254, 100, 2, 3.2), 2);
    expect([...integers]).toEqual([127, -38, 32, 0, -127, 50, 1, 2]);
    expect([...scales]).toEqual([Math.fround(1 / 127), 2]);
  });

  it('keeps a channel of zeros zero', () => {
    const { integers, scales } = quantise(new Float32Array(6), 2);
    expect([...integers]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...scales]).toEqual([1, 1]);
  });

  it('moves no value by more than half a scale', () => {
    const values = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), {
      minLength: 12,
      maxLength: 12,
    });
    const normal = values.map((list) => list.map((v) => (Math.abs(v) < 1e-30 ? 0 : v)));
    fc.assert(
      fc.property(normal, fc.constantFrom(1, 2, 3, 4), (list, channels) => {
        const { integers, scales } = quantise(Float32Array.from(list), channels);
        list.forEach((value, i) => {
          const scale = scales[Math.floor(i / (12 / channels))]!;
          expect(Math.abs(integers[i]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
        });
      }),
    );
  });
});

describe('storeKernelsAsInt8', () => {
  it('touches kernels only, and restores them before they are read', () => {
    const graph = graphBuilder();
    const kernel = graph.floats([1, 2, 3, 4], [2, 2, 1, 1], 'w');
    const depthwise = graph.floats([1, 2], [2, 1, 1, 1], 'w');
    const bias = graph.floats([3, 4], [2], 'w');
    const other = graph.floats([5], [1, 1, 1, 1]);
    graph.apply('Conv', [other, kernel, bias]);
    const stored = storeKernelsAsInt8({ ...graph, inputs: [] });
    expect(stored.constants.map(({ name, data }) => [name, data.constructor.name])).toEqual([
      [`${kernel}_q`, 'Int8Array'],
      [`${kernel}_s`, 'Float32Array'],
      [depthwise, 'Float32Array'],
      [bias, 'Float32Array'],
      [other, 'Float32Array'],
    ]);
    expect(stored.operations.map(({ type, outputs }) => [type, outputs[0]])).toEqual([
      ['Cast', `${kernel}_f`],
      ['Mul', kernel],
      ['Conv', 'Conv_4'],
    ]);
  });
});
