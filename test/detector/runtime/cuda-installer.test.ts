import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cudaLibraries } from '../../../src/detector/runtime/cuda-installer.ts';
import { CUDA_LIBRARIES } from '../../../src/detector/runtime/devices.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

describe("ONNX Runtime's libraries for CUDA", () => {
  it('are those of the version that is installed, and all that are looked for', () => {
    const libraries = cudaLibraries('linux/x64');
    expect(libraries).toMatchObject({ package: 'Microsoft.ML.OnnxRuntime.Gpu.Linux', version });
    expect(libraries.from).toMatch(/^https:/);
    expect(libraries.files).toEqual(expect.arrayContaining(CUDA_LIBRARIES));
  });

  it.each(['linux/arm64', 'darwin/arm64', 'win32/x64', 'sunos/x64'])(
    'are not to be had for %s',
    (platform) => {
      expect(() => cudaLibraries(platform)).toThrow(
        `ONNX Runtime for Node.js comes without CUDA for ${platform}.`,
      );
    },
  );

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'lie where the installer would put them, which says so before it fetches anything',
    async () => {
      const args = ['bin/run.js', 'src/detector/gpu-install-main.ts', '--dry-run'];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
      expect(stderr).toBe('');
      const { folder, from } = cudaLibraries();
      expect(stdout).toContain(`${version}, from ${from}: about 250 MB`);
      for (const name of CUDA_LIBRARIES) expect(stdout).toContain(`  ${name}\n`);
      expect(stdout).toContain(`into ${folder}. "npm ci" removes it again.`);
      // Beside the library that loads them.
      expect(existsSync(join(folder, 'onnxruntime_binding.node'))).toBe(true);
    },
  );
});
