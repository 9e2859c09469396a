import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import { diagonal, matmulModel } from '../matmul-model.ts';
import { run } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'spotter-crash-'));
const host = createDetectorHost({ device: 'cpu', threads: 1 });
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

describe('20 questions at once, and the process killed in the middle', () => {
  it('end in 20 answers, and the next question works: one death is made good by trying again', async () => {
    const model = matmulModel(folder, 2);
    const big = diagonal(700, 1);
    await host.load(model);
    const all = Promise.allSettled(Array.from({ length: 20 }, () => run(host, model, big)));
    await sleep(100);
    process.kill(host.pid!, 'SIGKILL');
    const settled = await all;
    expect(settled.flatMap((s) => (s.status === 'rejected' ? [s.reason] : []))).toEqual([]);
    for (const s of settled) expect(s).toMatchObject({ value: { outputs: { y: { dims: [700, 700] } } } });
    expect(host.state.restarts).toBe(1);
    const { outputs } = await run(host, model, diagonal(1, 2));
    expect(outputs.y?.data[0]).toBe(8);
  });
});
