import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createDetectorHost,
  type DetectorHost,
  type HostOptions,
} from '../../../src/detector/worker/host.ts';
import type { Loaded } from '../../../src/detector/worker/protocol.ts';
import type { PinnedFile } from '../../../src/models/registry.ts';
import { diagonal, matmulModel } from '../matmul-model.ts';
import { run } from '../run.ts';

const FATAL = fileURLToPath(new URL('./fatal-child.ts', import.meta.url));
const NO_FILE: PinnedFile = { file: 'none', sha256: '' };

let folder: string;
let once: PinnedFile;
const hosts: DetectorHost[] = [];
function open(options: HostOptions): DetectorHost {
  const host = createDetectorHost({ threads: 1, ...options });
  hosts.push(host);
  return host;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-devices-'));
  once = matmulModel(folder, 1);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a device', () => {
  it('is found, with the reasons against those before it', async () => {
    const host = open({ device: 'auto' });
    const { device, optimisation, refused, ms } = await host.load(once);
    expect(['cuda', 'webgpu', 'cpu']).toContain(device);
    expect(optimisation).toBe('all');
    expect(ms).toBeGreaterThan(0);
    const before = { cuda: [], webgpu: ['cuda'], cpu: ['cuda', 'webgpu'] }[device];
    expect([...new Set(refused.map((one) => one.device))]).toEqual(before);
    for (const { why } of refused) expect(why).toMatch(/^[A-Z].+[.)]$/s);
    expect(host.state.loaded).toEqual(await host.load(once));
    const { outputs } = await run(host, once, diagonal(2, 3));
    expect(outputs.y?.data).toEqual(new Float32Array([9, 0, 0, 9]));
  });

  it('asked for by name is used and no other one is tried', async () => {
    const host = open({ device: 'cpu' });
    expect(await host.load(once)).toMatchObject({ device: 'cpu', refused: [] });
    expect(host.state.device).toBe('cpu');
  });

  it('asked for by name that is not there is an error with the reason and what to do', async () => {
    const other = await open({ device: 'auto' }).load(once);
    const missing = other.refused.at(0);
    if (!missing) return expect(other.device).toBe('cuda');
    const host = open({ device: missing.device });
    await expect(run(host, once, diagonal(1, 1))).rejects.toMatchObject({
      code: 'detector-down',
      message: `The detector cannot use ${missing.device}, which was asked for.`,
      hint: expect.stringMatching(/^Its libraries .*gpu:install.*docs\/gpu\.md.*SPOTTER_DEVICE/),
    });
  });
});

describe('a device that is fatal to the process', () => {
  it('is given up for the next one, and not tried again', async () => {
    vi.stubEnv('FATAL', 'cuda=dies');
    const host = open({ device: 'auto', entry: FATAL });
    const loaded = await host.load(NO_FILE);
    expect(loaded.device).toBe('webgpu');
    expect(loaded.refused).toEqual([
      { device: 'cuda', optimisation: 'all', why: 'The process that tried it was killed by SIGSEGV.' },
    ]);
    expect(await run(host, NO_FILE, {})).toMatchObject({ ms: 1 });
    expect(host.state).toMatchObject({ restarts: 1, device: 'webgpu' });
    process.kill(host.pid!, 'SIGKILL');
    await vi.waitUntil(() => host.pid === undefined);
    expect((await host.load(NO_FILE)).refused).toEqual(loaded.refused);
    expect(host.state.restarts).toBe(2);
  });

  it('costs nobody an answer, even where two of them are', async () => {
    vi.stubEnv('FATAL', 'cuda=dies,webgpu=dies');
    const host = open({ device: 'auto', entry: FATAL });
    const all = await Promise.all([1, 2, 3].map(() => run(host, NO_FILE, {})));
    expect(all).toHaveLength(3);
    expect(host.state.device).toBe('cpu');
    expect(host.state.loaded?.refused.map(({ device }) => device)).toEqual(['cuda', 'webgpu']);
  });

  it('by hanging is ended and given up as well', async () => {
    vi.stubEnv('FATAL', 'cuda=hangs');
    const host = open({ device: 'auto', entry: FATAL, timeoutMs: 1500 });
    // The question that finds out may be too late itself; a next one is not.
    const load = async (): Promise<Loaded> => {
      try {
        return await host.load(NO_FILE);
      } catch (error) {
        expect(error).toMatchObject({ code: 'timed-out' });
        return load();
      }
    };
    expect(await load()).toMatchObject({
      device: 'webgpu',
      refused: [{ device: 'cuda', why: 'The process that tried it was ended after 2 s without an answer.' }],
    });
  });

  it('is an error where it was asked for by name', async () => {
    vi.stubEnv('FATAL', 'webgpu=dies');
    const host = open({ device: 'webgpu', entry: FATAL });
    await expect(host.load(NO_FILE)).rejects.toMatchObject({
      code: 'detector-down',
      hint: 'Its process, trying webgpu, was killed by SIGSEGV.',
    });
  });

  it('is never given up when it is the last one', async () => {
    vi.stubEnv('FATAL', 'cuda=dies,webgpu=dies,cpu=dies');
    const host = open({ device: 'auto', entry: FATAL });
    const hint = 'Its process, trying cpu, was killed by SIGSEGV.';
    await expect(host.load(NO_FILE)).rejects.toMatchObject({ code: 'detector-down', hint });
    await expect(host.load(NO_FILE)).rejects.toMatchObject({ code: 'detector-down', hint });
  });
});
