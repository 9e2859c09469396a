import { describe, expect, it } from 'vitest';
import { attributeOf, halfToFloat, readTfGraph, readTfWeights } from '../../../models/convert/tfjs.ts';
import { transpose } from '../../../models/convert/transpose.ts';

const model = (weights: unknown[], node: unknown[] = []) =>
  JSON.stringify({ modelTopology: { node }, weightsManifest: [{ paths: ['a.bin'], weights }] });
const half = { name: 'h', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } };
const whole = { name: 'i', shape: [], dtype: 'int32' };

describe('halfToFloat', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i as %d', (bits, expected) => {
    expect(halfToFloat(bits)).toBe(expected);
  });
});

describe('readTfGraph', () => {
  it('reads weights one after the other', () => {
    const { constants } = readTfGraph(model([half, whole]), Buffer.from('003c00c0feffffff', 'hex'));
    expect(constants.get('h')).toEqual({ shape: [2], data: Float32Array.of(1, -2) });
    expect(constants.get('i')).toEqual({ shape: [], data: Int32Array.of(-2) });
  });

  it('reads weights that nobody has made smaller', () => {
    const single = { name: 'f', shape: [1], dtype: 'float32' };
    const { constants } = readTfGraph(model([single]), Buffer.from('0000c03f', 'hex'));
    expect(constants.get('f')).toEqual({ shape: [1], data: Float32Array.of(1.5) });
  });

  it('refuses weights that are too short, too long, or of another kind', () => {
    expect(() => readTfGraph(model([half]), Buffer.alloc(3))).toThrow(/end before h/);
    expect(() => readTfGraph(model([half]), Buffer.alloc(5))).toThrow(/1 bytes .* nothing/);
    expect(() => readTfGraph(model([{ ...whole, dtype: 'int8' }]), Buffer.alloc(4))).toThrow(/dtype/);
  });

  it('reads attributes of a node, and refuses those of another kind', () => {
    const attr = { strides: { list: { i: ['1', '2'] } }, padding: { s: 'VkFMSUQ=' }, alpha: { f: 0.1 } };
    const { nodes } = readTfGraph(model([], [{ name: 'n', op: 'Conv2D', attr }]), Buffer.alloc(0));
    const node = nodes.get('n')!;
    expect(node.input).toEqual([]);
    expect(attributeOf.ints(node, 'strides')).toEqual([1, 2]);
    expect(attributeOf.text(node, 'padding')).toBe('VALID');
    expect(attributeOf.float(node, 'alpha')).toBe(0.1);
    expect(() => attributeOf.flag(node, 'alpha')).toThrow();
  });
});

describe('readTfWeights', () => {
  it('reads weights of 8 bits, from the least in steps of the scale', () => {
    const quantization = { dtype: 'uint8', scale: 0.5, min: -1 };
    const weights = [{ name: 'q', shape: [3], dtype: 'float32', quantization }];
    const constants = readTfWeights(JSON.stringify([{ weights }]), Buffer.from('0002ff', 'hex'));
    expect(constants.get('q')).toEqual({ shape: [3], data: Float32Array.of(-1, 0, 126.5) });
  });

  it('refuses a manifest of several groups', () => {
    expect(() =>
      readTfWeights(JSON.stringify([{ weights: [] }, { weights: [] }]), Buffer.alloc(0)),
    ).toThrow();
  });
});

describe('transpose', () => {
  it('swaps rows and columns', () => {
    expect([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('turns HWIO kernels into OIHW', () => {
    const kernel = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);
    const turned = transpose(kernel, [2, 3, 4, 5], [3, 2, 0, 1]);
    const at = (o: number, i: number, h: number, w: number) => turned[((o * 4 + i) * 2 + h) * 3 + w];
    expect(at(4, 3, 1, 2)).toBe(((1 * 3 + 2) * 4 + 3) * 5 + 4);
    expect(at(1, 0, 1, 0)).toBe((1 * 3 * 4 + 0) * 5 + 1);
  });
});
