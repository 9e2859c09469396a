import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PinnedFile } from '../../../src/models/registry.ts';
import { matmulModel } from '../matmul-model.ts';
import { runs, until } from '../processes.ts';

const ASKER = fileURLToPath(new URL('./asker.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-orphans-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the asking program from another folder, with what it printed so far. */
function ask(
  model: PinnedFile,
  size: number,
): { asker: ChildProcess; printed: () => string; said: () => string } {
  const args = ['--import', TSX, ASKER, model.file, model.sha256, String(size)];
  const asker = spawn(process.execPath, args, { cwd: folder });
  let out = '';
  let err = '';
  asker.stdout.on('data', (chunk) => {
    out += chunk;
  });
  asker.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return { asker, printed: () => out, said: () => err };
}

describe('a detector process', () => {
  it('does not keep its asker alive, nor outlive it, nor print anything', async () => {
    const { asker, printed, said } = ask(matmulModel(folder, 1), 2);
    const [code] = await once(asker, 'close');
    expect(code).toBe(0);
    expect(printed()).toMatch(/^\d+\nanswered\n$/);
    expect(said()).toBe('');
    await until(() => !runs(Number.parseInt(printed(), 10)));
  });

  it('ends after its asker was killed in the middle of a run', async () => {
    const { asker, printed } = ask(matmulModel(folder, 100), 700);
    const pid = await until(() => Number.parseInt(printed(), 10));
    expect(runs(pid)).toBe(true);
    asker.kill('SIGKILL');
    await until(() => !runs(pid));
    expect(printed()).not.toContain('answered');
  });
});
