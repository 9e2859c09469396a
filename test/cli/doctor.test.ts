import { cpSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { nodeVersion } from '../../adapters/cli/doctor.ts';
import { example } from '../detector/photos.ts';
import { ErrorSchema, oneLine, spotter } from './spotter.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const Report = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      said: z.string().min(1),
      details: z.array(z.string().min(1)),
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
  cpSync(join(ROOT, 'models/registry.json'), join(root, 'models/registry.json'));
  for (const file of ['classes.json', 'families.json', 'vocabulary.json', 'nanodet-g-512.onnx']) {
    cpSync(join(ROOT, 'models/starter', file), join(root, 'models/starter', file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  return { root, bin: join(root, 'bin/spotter.js') };
}

describe('spotter doctor', () => {
  it('finds everything well, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await spotter(['doctor'], {
      cwd: folder,
      env: { SPOTTER_DEVICE: 'cpu' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
      expect.stringMatching(/^ok +node +Node\.js \d+\.\d+\.\d+$/),
      expect.stringMatching(/^ok +runtime +ONNX Runtime for cpu/),
      expect.stringMatching(/^ok +settings +specialist starter, device cpu$/),
      expect.stringMatching(/^ok +model +starter, sha256 6fe13969176d…$/),
      expect.stringMatching(/^ok +device +cpu, optimisation all, \d+ threads$/),
      expect.stringMatching(/^ok +detector +answers, from a cold start in \d+ ms$/),
      expect.stringMatching(/^ok +writing +is read, from a cold start in \d+ ms$/),
      expect.stringMatching(/^ok +people +can be looked at: blazeface, /),
      expect.stringMatching(/^ok +language model none is configured/),
      expect.stringMatching(/^ok +font +DejaVu/),
      expect.stringMatching(/^ok +this folder +can be written to$/),
      expect.stringMatching(/^ok +temp folder +can be written to$/),
    ]);
    const details = lines.filter((line) => line.startsWith(' ')).map((line) => line.trim());
    expect(details).toEqual([expect.stringMatching(/^loaded in \d+ ms, \d+ MB of memory$/)]);
  });

  it('tells which device runs, and why those before it do not', async () => {
    const { code, stdout } = await spotter(['doctor', '--json'], {
      cwd: folder,
      env: { SPOTTER_DEVICE: 'auto' },
    });
    expect(code).toBe(0);
    const { said, details } = oneLine(Report, stdout).checks.find(({ name }) => name === 'device')!;
    const device = said.split(',')[0]!;
    const before = ['cuda', 'webgpu', 'cpu'].slice(0, ['cuda', 'webgpu', 'cpu'].indexOf(device));
    const refused = details.filter((line) => line.startsWith('not '));
    expect(refused).toHaveLength(before.length);
    for (const [i, name] of before.entries())
      expect(refused[i]).toMatch(new RegExp(`^not ${name}: [A-Z].*\\.$`));
  });

  it('fails with what to do where a device that was asked for cannot be used', async () => {
    const { root, bin } = copy('device');
    // Without WebGPU's or CUDA's libraries nothing is fatal; with a path to nowhere no driver is found.
    const env = { SPOTTER_DEVICE: 'webgpu', VK_ICD_FILENAMES: join(folder, 'nowhere.json') };
    const { code, stdout } = await spotter(['doctor'], { cwd: root, bin, env });
    expect(code).toBe(69);
    expect(stdout).toMatch(/^FAIL +device +The detector cannot use webgpu, which was asked for\.$/m);
    expect(stdout).toMatch(/^ +There is no adapter: .+\.$/m);
    expect(stdout).toMatch(/^ +fix: Use SPOTTER_DEVICE=cpu; docs\/gpu\.md/m);
    expect(stdout).toMatch(/^FAIL +detector +cannot be looked at\n +fix: Mend "device" first\.$/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(110);
  });

  it('fails with what is wrong about the settings, and does not look further', async () => {
    const { code, stdout } = await spotter(['doctor'], { cwd: folder, env: { SPOTTER_DEVICE: 'gpu' } });
    expect(code).toBe(69);
    expect(stdout).toMatch(/^FAIL +settings +A setting cannot be used\.\n +SPOTTER_DEVICE: /m);
    expect(stdout.match(/^FAIL/gm)).toHaveLength(7);
    expect(stdout.match(/cannot be looked at/g)).toHaveLength(6);
  });

  it('fails with what to do about a model that has not been pulled', async () => {
    const env = { SPOTTER_SPECIALIST: 'grounding-dino-tiny', SPOTTER_MODELS: join(folder, 'no models') };
    const { code, stdout } = await spotter(['doctor', '--json'], { cwd: folder, env });
    expect(code).toBe(69);
    const { checks } = oneLine(Report, stdout);
    expect(checks.find(({ name }) => name === 'model')).toMatchObject({
      said: 'grounding-dino-tiny has not been pulled.',
      details: ['Run "spotter models pull grounding-dino-tiny".'],
    });
  });

  it('reports missing weights with a fix, and questions fail in the same words', async () => {
    const { root, bin } = copy('weights');
    rmSync(join(root, 'models/starter/nanodet-g-512.onnx'));
    const { code, stdout } = await spotter(['doctor', '--json'], { cwd: root, bin });
    expect(code).toBe(69);
    const { ok, checks } = oneLine(Report, stdout);
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok).map(({ name }) => name)).toEqual([
      'model',
      'device',
      'detector',
      'writing',
      'people',
    ]);
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
      /^FAIL +model +The detector's weights are not the expected ones\.\n( .*\n)+? +fix: Restore it/m,
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
