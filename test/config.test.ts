import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { SpotterError } from '../src/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string): string {
  const file = join(folder, 'settings.json');
  writeFileSync(file, content);
  return file;
}
/** An environment without the settings of whoever runs the tests. */
const bare = () => ({ XDG_CONFIG_HOME: join(folder, 'nothing-here') });

function refused(read: () => unknown): SpotterError {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof SpotterError) return thrown;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('settings', () => {
  it('are usual where nothing is set', () => {
    expect(readConfig({ env: bare() })).toMatchObject({
      specialist: 'starter',
      device: 'auto',
      strategy: 'auto',
      candidates: 5,
      mllmModel: undefined,
      mllmProbe: true,
      mllmSeconds: 30,
      hfEndpoint: 'https://huggingface.co',
      registry: undefined,
    });
  });

  it('come from flags before the environment, the environment before the file', () => {
    const SPOTTER_CONFIG = fileOf('{"specialist": "from-file", "device": "cpu", "hfToken": "t"}');
    const env = { SPOTTER_CONFIG, SPOTTER_SPECIALIST: 'from-env', SPOTTER_DEVICE: 'webgpu' };
    expect(readConfig({ env, flags: { specialist: 'from-flag' } })).toMatchObject({
      specialist: 'from-flag',
      device: 'webgpu',
      hfToken: 't',
    });
  });

  it('are not set by an empty variable', () => {
    expect(readConfig({ env: { ...bare(), SPOTTER_DEVICE: '', HF_TOKEN: '' } })).toMatchObject({
      device: 'auto',
      hfToken: undefined,
    });
  });

  it('are numbers and objects as text in the environment', () => {
    const numbers = { SPOTTER_CANDIDATES: '8', SPOTTER_MLLM_SECONDS: '2.5', SPOTTER_MLLM_PROBE: 'no' };
    const env = { ...bare(), ...numbers, SPOTTER_MLLM_PROFILE: '{"logprobs": false}' };
    expect(readConfig({ env })).toMatchObject({
      candidates: 8,
      mllmProbe: false,
      mllmSeconds: 2.5,
      mllmProfile: { logprobs: false },
    });
    for (const wrong of [
      { SPOTTER_CANDIDATES: '4' },
      { SPOTTER_MLLM_PROFILE: 'a' },
      { SPOTTER_OFFER: 'x' },
    ]) {
      expect(refused(() => readConfig({ env: { ...bare(), ...wrong } })).code).toBe('bad-config');
    }
  });

  it('lie in the folder for settings', () => {
    expect(readConfig({ env: { XDG_CONFIG_HOME: folder } }).specialist).toBe('starter');
  });
});

describe('wrong settings', () => {
  it('are all named at once, with where they stand', () => {
    const SPOTTER_CONFIG = fileOf('{"devise": "cpu", "specialist": 7}');
    const env = { SPOTTER_CONFIG, SPOTTER_DEVICE: 'gpu', HF_ENDPOINT: 'ftp://x' };
    const { code, message, hint } = refused(() => readConfig({ env }));
    expect(code).toBe('bad-config');
    expect(message).toBe('4 settings cannot be used.');
    expect(hint).toContain('"devise" is no setting');
    expect(hint).toContain('settings.json, specialist: ');
    expect(hint).toContain('SPOTTER_DEVICE: ');
    expect(hint).toContain('HF_ENDPOINT: ');
  });

  it('are named without their value, which may be a secret', () => {
    for (const content of ['{"hfToken": "hf_canary', '{"hfToken": ["hf_canary"]}']) {
      const SPOTTER_CONFIG = fileOf(content);
      const error = refused(() => readConfig({ env: { SPOTTER_CONFIG } }));
      expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('canary');
    }
  });

  it('include a file that is asked for and is not there', () => {
    const error = refused(() => readConfig({ env: { SPOTTER_CONFIG: join(folder, 'missing.json') } }));
    expect(error).toMatchObject({ code: 'bad-config', hint: expect.stringContaining('missing.json') });
  });
});
