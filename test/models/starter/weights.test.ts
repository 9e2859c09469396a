import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

const file = new URL('../../../models/starter/nanodet-g-512.onnx', import.meta.url);
const SHA256 = '6fe13969176d0eb1d7e791c786ee43d764bb4d4bbbf33c0dba4f5de3609d3809';

describe("the starter's weights", () => {
  it('are the pinned file, which the conversion script rebuilds', () => {
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(SHA256);
  });

  it('keep their contract: pixels in, boxes and scores out', async () => {
    const session = await InferenceSession.create(readFileSync(file), { intraOpNumThreads: 1 });
    const pixels = Float32Array.from({ length: 3 * 512 * 512 }, (_, i) => (i * 7919) % 256);
    const answer = await session.run({ image: new Tensor('float32', pixels, [1, 3, 512, 512]) });
    await session.release();
    const [boxes, scores] = [answer.boxes!, answer.scores!];
    expect(boxes.dims).toEqual([1, 5376, 4]);
    expect(scores.dims).toEqual([1, 5376, 80]);
    const edges = boxes.data as Float32Array;
    expect((scores.data as Float32Array).every((score) => score > 0 && score < 1)).toBe(true);
    // Distances go outwards from the cell's centre, so no box can be inside out, or larger than 20 cells.
    for (let i = 0; i < edges.length; i += 4) {
      const [x1, y1, x2, y2] = edges.subarray(i, i + 4) as unknown as [number, number, number, number];
      if (!(x1 <= x2 && y1 <= y2 && x2 - x1 <= 640 && y2 - y1 <= 640)) expect.fail(`box ${i / 4}`);
    }
  });
});
