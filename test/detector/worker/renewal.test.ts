import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createDetectorHost,
  type DetectorHost,
  type HostOptions,
} from '../../../src/detector/worker/host.ts';
import type { PinnedFile } from '../../../src/models/registry.ts';
import { diagonal, matmulModel } from '../matmul-model.ts';
import { runs, until } from '../processes.ts';
import { run } from '../run.ts';

let folder: string;
let once: PinnedFile;
let host: DetectorHost;
const open = (options: HostOptions = {}): DetectorHost => {
  host = createDetectorHost({ threads: 1, device: 'cpu', ...options });
  return host;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-renewal-'));
  once = matmulModel(folder, 1);
});
afterEach(() => host.close());
afterAll(() => rmSync(folder, { recursive: true }));

describe('a process that grows too large', () => {
  it('is replaced between two runs, and that is counted', async () => {
    const host = open({ maxRss: 1 });
    await host.load(once);
    const first = host.pid!;
    expect(host.state).toMatchObject({ renewals: 0, rss: expect.any(Number) });
    const values = [1, 2, 3];
    const ran = await Promise.all(values.map((value) => run(host, once, diagonal(1, value))));
    expect(ran.map(({ outputs }) => outputs.y?.data[0])).toEqual([1, 4, 9]);
    await until(() => !runs(first));
    expect(host.state).toMatchObject({ renewals: 3, restarts: 0 });
  });

  it('is kept as long as it does not', async () => {
    const host = open();
    await host.load(once);
    const { pid } = host;
    for (const value of [1, 2, 3]) await run(host, once, diagonal(300, value));
    expect(host.pid).toBe(pid);
    expect(host.state).toMatchObject({ renewals: 0, restarts: 0, device: 'cpu', threads: 1 });
    expect(host.state.rss).toBeGreaterThan(10 * 2 ** 20);
    expect(host.state.paceMs).toBeGreaterThan(0);
  });
});
