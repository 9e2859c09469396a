import { cpSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nodeVersion } from '../../adapters/cli/doctor/checks.ts';
import { example } from '../specialist/photos.ts';
import { ErrorSchema, oneLine, spotter } from './spotter.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const Report = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      said: z.string().min(1),
      fix: z.string().min(1).nullable(),
    }),
  ),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the program that may be broken. */
function copy(name: string): { root: string; bin: string } {
  const root = join(folder, name);
  for (const part of ['bin', 'adapters', 'src', 'package.json'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  for (const file of ['classes.json', 'families.json', 'vocabulary.json', 'nanodet-g-512.onnx']) {
    cpSync(join(ROOT, 'models/starter', file), join(root, 'models/starter', file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  return { root, bin: join(root, 'bin/spotter.js') };
}

describe('spotter doctor', () => {
  it('finds everything well, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await spotter(['doctor'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ok +node +Node\.js \d+\.\d+\.\d+$/),
      expect.stringMatching(/^ok +runtime +ONNX Runtime for cpu/),
      expect.stringMatching(/^ok +weights +starter, sha256 6fe13969176d…$/),
      expect.stringMatching(/^ok +detector +answers, from a cold start in \d+ ms$/),
      expect.stringMatching(/^ok +font +DejaVu/),
      expect.stringMatching(/^ok +this folder +can be written to$/),
      expect.stringMatching(/^ok +temp folder +can be written to$/),
    ]);
  });

  it('reports missing weights with a fix, and questions fail in the same words', async () => {
    const { root, bin } = copy('weights');
    rmSync(join(root, 'models/starter/nanodet-g-512.onnx'));
    const { code, stdout } = await spotter(['doctor', '--json'], { cwd: root, bin });
    expect(code).toBe(69);
    const { ok, checks } = oneLine(Report, stdout);
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok).map(({ name }) => name)).toEqual(['weights', 'detector']);
    expect(checks.every((check) => check.ok === (check.fix === null))).toBe(true);
    const asked = await spotter(['find', example('wine.jpg'), 'the bottle', '--json'], { cwd: root, bin });
    expect(asked.code).toBe(69);
    expect(oneLine(ErrorSchema, asked.stdout).error.code).toBe('model-missing');
  });

  it('reports weights and a font that are damaged', async () => {
    const { root, bin } = copy('damaged');
    truncateSync(join(root, 'models/starter/nanodet-g-512.onnx'), 1000);
    writeFileSync(join(root, 'src/annotate/fonts/DejaVuSansCondensed-Bold.ttf'), 'not a font');
    // The system's fonts would stand in for ours.
    const nothing = join(root, 'fonts.conf');
    writeFileSync(nothing, '<?xml version="1.0"?><fontconfig><dir>nowhere</dir></fontconfig>');
    const { code, stdout } = await spotter(['doctor'], { cwd: root, bin, env: { FONTCONFIG_FILE: nothing } });
    expect(code).toBe(69);
    expect(stdout).toMatch(
      /^FAIL +weights +The detector's weights are not the expected ones\..*\n +fix: Restore it/m,
    );
    expect(stdout).toMatch(/^FAIL +font .*\n +fix: Restore it/m);
  });

  it('reports a temporary folder that is not there', async () => {
    const env = {
      TMPDIR: join(folder, 'nowhere'),
      TEMP: join(folder, 'nowhere'),
      TMP: join(folder, 'nowhere'),
    };
    const { code, stdout } = await spotter(['doctor'], { cwd: folder, env });
    expect(code).toBe(69);
    expect(stdout).toMatch(/^FAIL +temp folder .*\n +fix: Set TMPDIR/m);
    expect(stdout.match(/^FAIL/gm)).toHaveLength(1);
  });
});

describe('nodeVersion', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s is new enough', (version) => {
    expect(nodeVersion(version)).toContain(version);
  });
  it.each(['18.20.0', '20.18.9'])('%s is too old', (version) => {
    expect(() => nodeVersion(version)).toThrow('too old');
  });
});
