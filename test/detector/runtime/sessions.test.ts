import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import type { PinnedFile } from '../../../src/models/registry.ts';
import { diagonal, matmulModel } from '../matmul-model.ts';
import { run } from '../run.ts';

// Through a host, because loading and running would block the test process as they would any other.
const host = createDetectorHost({ threads: 1 });
let folder: string;
let model: PinnedFile;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-onnx-'));
  model = matmulModel(folder, 2);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

describe('sessions', () => {
  it('run a model again without loading it again', async () => {
    const loaded = matmulModel(folder, 3);
    const first = await run(host, loaded, diagonal(2, 2));
    // Without its file it could not be loaded a second time.
    rmSync(loaded.file);
    const again = await run(host, loaded, diagonal(2, 3));
    expect(first.outputs.y?.data).toEqual(new Float32Array([16, 0, 0, 16]));
    expect(again.outputs.y?.data).toEqual(new Float32Array([81, 0, 0, 81]));
  });

  it('say that weights are missing, and find them once they are there', async () => {
    const later = matmulModel(folder, 4);
    rmSync(later.file);
    await expect(host.load(later)).rejects.toMatchObject({
      code: 'model-missing',
      message: "The detector's weights are missing.",
      hint: expect.stringContaining(later.file),
    });
    matmulModel(folder, 4);
    await expect(host.load(later)).resolves.toBeDefined();
  });

  it('refuse weights that are not the pinned ones', async () => {
    const file = join(folder, 'other.onnx');
    writeFileSync(file, 'not these');
    await expect(host.load({ file, sha256: model.sha256 })).rejects.toMatchObject({
      code: 'model-missing',
      message: "The detector's weights are not the expected ones.",
      hint: expect.stringContaining(model.sha256),
    });
  });

  it('say what ONNX Runtime has against a model', async () => {
    const file = join(folder, 'garbage.onnx');
    writeFileSync(file, 'garbage');
    const sha256 = createHash('sha256').update('garbage').digest('hex');
    await expect(host.load({ file, sha256 })).rejects.toMatchObject({
      code: 'detector-down',
      hint: expect.stringMatching(/^ONNX Runtime said: .+/),
    });
  });

  it('say that this machine cannot run them, where ONNX Runtime does not load', async () => {
    const entry = fileURLToPath(new URL('./without-runtime.ts', import.meta.url));
    const elsewhere = createDetectorHost({ entry, threads: 1 });
    await expect(run(elsewhere, model, diagonal(1, 3))).rejects.toMatchObject({
      code: 'detector-down',
      message: 'The detector cannot run on this machine.',
      hint: expect.stringMatching(/^onnxruntime-node does not load on .+: no binary for this platform$/),
    });
    await elsewhere.close();
  });

  it('survive all of that', async () => {
    await expect(run(host, model, diagonal(1, 3))).resolves.toMatchObject({
      outputs: { y: { dims: [1, 1] } },
    });
  });
});
