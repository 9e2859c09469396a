import { describe, expect, it } from 'vitest';
import { createTensorStore } from '../../../src/detector/grounding-dino/inputs.ts';
import type { PictureTensor } from '../../../src/picture/tensor.ts';
import { squash } from '../../../src/picture/tensor.ts';

const mapping = squash({ width: 1, height: 1 }, { width: 1, height: 1 });

/** Counts what is made, and writes a mark into it. */
function maker() {
  const made: { mark: number; reused: boolean }[] = [];
  return {
    made,
    make: (mark: number) => async (reuse?: Float32Array) => {
      made.push({ mark, reused: reuse !== undefined });
      const data = reuse ?? new Float32Array(1);
      data[0] = mark;
      return { data, mapping } satisfies PictureTensor;
    },
  };
}

const mark = async ({ data }: PictureTensor): Promise<number> => data[0]!;

/** Work that ends when it is told to, and then reads its tensor. */
function slow(): { work: (tensor: PictureTensor) => Promise<number>; end: () => void } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: async (tensor) => ended.then(() => mark(tensor)), end };
}

describe('tensors of the last pictures', () => {
  it('are made once', async () => {
    const { made, make } = maker();
    const store = createTensorStore({ max: 2 });
    expect(await Promise.all([1, 2, 1].map((n) => store.use(`${n}`, make(n), mark)))).toEqual([1, 2, 1]);
    expect(await store.use('2', make(2), mark)).toBe(2);
    expect(made).toEqual([
      { mark: 1, reused: false },
      { mark: 2, reused: false },
    ]);
  });

  it('give way to a new one, the longest unused first, and leave it their memory', async () => {
    const { made, make } = maker();
    const store = createTensorStore({ max: 2 });
    for (const n of [1, 2, 1, 3, 1, 2]) await store.use(`${n}`, make(n), mark);
    expect(made).toEqual([
      { mark: 1, reused: false },
      { mark: 2, reused: false },
      { mark: 3, reused: true },
      { mark: 2, reused: true },
    ]);
  });

  it('are not written over while somebody works with them', async () => {
    const { made, make } = maker();
    const store = createTensorStore({ max: 1 });
    const first = slow();
    const seen = store.use('1', make(1), first.work);
    expect(await store.use('2', make(2), mark)).toBe(2);
    first.end();
    expect(await seen).toBe(1);
    await store.use('1', make(1), mark);
    expect(made.map(({ reused }) => reused)).toEqual([false, false]);
  });

  it('are free again after work that failed', async () => {
    const { made, make } = maker();
    const store = createTensorStore({ max: 1 });
    const failing = store.use('1', make(1), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await store.use('2', make(2), mark);
    expect(made[1]).toEqual({ mark: 2, reused: true });
  });

  it('that could not be made are tried again', async () => {
    const { make } = maker();
    const store = createTensorStore({ max: 1 });
    await expect(store.use('1', () => Promise.reject(new Error('broken')), mark)).rejects.toThrow('broken');
    expect(await store.use('1', make(1), mark)).toBe(1);
  });
});
