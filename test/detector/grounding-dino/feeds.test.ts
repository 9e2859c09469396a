import { describe, expect, it } from 'vitest';
import type { Contract, InputName } from '../../../src/detector/grounding-dino/contract.ts';
import { feedsOf, outputOf } from '../../../src/detector/grounding-dino/inputs.ts';

const ALL: readonly InputName[] = [
  'pixel_values',
  'pixel_mask',
  'input_ids',
  'token_type_ids',
  'attention_mask',
];
const contract = (inputs: readonly InputName[], sequence?: number): Contract => ({
  inputs: new Set(inputs),
  maxTokens: 256,
  sequence,
});
const question = (width: number, height: number) => ({
  ids: [101, 3899, 1012, 102],
  pad: 7,
  pixels: new Float32Array(3 * width * height),
  size: { width, height },
});

describe('what a graph is fed', () => {
  it('is a picture without padding and one prompt', () => {
    const feeds = feedsOf(question(3, 2), contract(ALL));
    expect(feeds.pixel_values).toMatchObject({ type: 'float32', dims: [1, 3, 2, 3] });
    expect(feeds.pixel_mask).toEqual({ type: 'int64', data: new BigInt64Array(6).fill(1n), dims: [1, 2, 3] });
    expect(feeds.input_ids).toEqual({
      type: 'int64',
      data: BigInt64Array.of(101n, 3899n, 1012n, 102n),
      dims: [1, 4],
    });
    expect(feeds.token_type_ids?.data).toEqual(BigInt64Array.of(0n, 0n, 0n, 0n));
    expect(feeds.attention_mask?.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n));
  });

  it('has no mask that the graph does not take', () => {
    expect(Object.keys(feedsOf(question(3, 2), contract(['pixel_values', 'input_ids'])))).toEqual([
      'pixel_values',
      'input_ids',
    ]);
  });

  it('is filled up where the graph takes one length only, and what fills is not attended to', () => {
    const feeds = feedsOf(question(3, 2), contract(ALL, 6));
    expect(feeds.input_ids).toMatchObject({
      data: BigInt64Array.of(101n, 3899n, 1012n, 102n, 7n, 7n),
      dims: [1, 6],
    });
    expect(feeds.attention_mask?.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n, 0n, 0n));
    expect(feeds.token_type_ids?.data).toHaveLength(6);
  });

  it('has a mask of its own size after a larger one', () => {
    feedsOf(question(9, 9), contract(ALL));
    const { pixel_mask: mask } = feedsOf(question(2, 2), contract(ALL));
    expect(mask?.data).toEqual(new BigInt64Array(4).fill(1n));
  });
});

describe('what a graph gives', () => {
  const logits = { type: 'float32', data: new Float32Array(6), dims: [1, 2, 3] } as const;
  const boxes = { type: 'float32', data: new Float32Array(8), dims: [1, 2, 4] } as const;

  it('is logits and boxes, row by row', () => {
    expect(outputOf({ logits, pred_boxes: boxes })).toEqual({
      logits: logits.data,
      boxes: boxes.data,
      tokens: 3,
    });
  });

  it('is refused when it is something else', () => {
    expect(() => outputOf({ logits })).toThrow('logits or pred_boxes missing');
    const half = { type: 'float16', data: new Uint16Array(6), dims: [1, 2, 3] } as const;
    expect(() => outputOf({ logits: half, pred_boxes: boxes })).toThrow('logits or pred_boxes missing');
  });
});
