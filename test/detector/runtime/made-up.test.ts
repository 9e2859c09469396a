import { describe, expect, it } from 'vitest';
import { dummyInputs } from '../../../src/detector/runtime/sessions.ts';

describe('made up inputs', () => {
  it('have the sizes the graph fixes, a batch of one, and the same small size wherever a name is the same', () => {
    const { pixels, ids, mask } = dummyInputs([
      { name: 'pixels', type: 'float32', shape: ['batch_size', 3, 4, 4] },
      { name: 'ids', type: 'int64', shape: ['batch_size', 'sequence_length'] },
      { name: 'mask', type: 'bool', shape: ['sequence_length', 'sequence_length'] },
    ]);
    expect(pixels).toEqual({ type: 'float32', data: new Float32Array(48).fill(1), dims: [1, 3, 4, 4] });
    expect(ids).toEqual({ type: 'int64', data: new BigInt64Array(8).fill(1n), dims: [1, 8] });
    expect(mask).toEqual({ type: 'bool', data: new Uint8Array(64).fill(1), dims: [8, 8] });
  });

  it('take a dimension without name or size for a free one', () => {
    expect(dummyInputs([{ name: 'a', type: 'uint8', shape: [-1, ''] }]).a?.dims).toEqual([8, 8]);
    expect(dummyInputs([{ name: 'a', type: 'int32', shape: [] }]).a?.data).toEqual(new Int32Array([1]));
  });

  it('carry half precision as its bits', () => {
    expect(dummyInputs([{ name: 'a', type: 'float16', shape: [2] }]).a?.data).toEqual(
      new Uint16Array([15360, 15360]),
    );
  });

  it('are not made of what cannot be carried', () => {
    expect(() => dummyInputs([{ name: 'words', type: 'string', shape: [1] }])).toThrow(
      'Input "words" is of type string.',
    );
  });
});
