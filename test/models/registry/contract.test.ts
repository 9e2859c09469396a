import { fileURLToPath } from 'node:url';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readRegistry } from '../../../src/models/registry.ts';

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

type Shape = readonly (number | string)[];

/** A size that one of them leaves free is no contradiction. */
const fits = (a: Shape, b: Shape): boolean =>
  a.length === b.length &&
  a.every((size, i) => typeof size === 'string' || typeof b[i] === 'string' || size === b[i]);

describe('the contract in the registry', () => {
  it.each([
    ['starter', 'models/starter/nanodet-g-512.onnx'],
    ['grounding-dino-tiny', 'test/parity/model/onnx/model.onnx'],
  ])('of %s is that of a graph in its layout', async (id, path) => {
    const { contract } = readRegistry().find((entry) => entry.id === id)!;
    const session = await InferenceSession.create(file(path), { intraOpNumThreads: 1 });
    const { inputMetadata, outputMetadata } = session;
    await session.release();
    for (const [listed, there] of [
      [contract.inputs, inputMetadata],
      [contract.outputs, outputMetadata],
    ] as const) {
      expect(listed.map(({ name }) => name).sort()).toEqual(there.map(({ name }) => name).sort());
      for (const { name, type, shape } of listed) {
        const tensor = there.find((one) => one.name === name);
        if (!tensor?.isTensor) return expect.fail(`${name} is no tensor`);
        expect([name, tensor.type]).toEqual([name, type]);
        expect({ name, shape: tensor.shape, fits: fits(tensor.shape, shape) }).toMatchObject({ fits: true });
      }
    }
  });
});
