import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Console } from '../../adapters/cli/console.ts';
import {
  askLicence,
  createDownloadProgress,
  durationText,
  progressLine,
  sizeText,
} from '../../adapters/cli/models.ts';
import { parse } from '../../adapters/cli/parse.ts';
import { createModels } from '../../src/models/models.ts';

const HALF = { path: 'onnx/model.onnx', received: 50e6, total: 100e6 };

describe('sizes and durations', () => {
  it.each([
    [15, '15 bytes'],
    [1234, '1.2 kB'],
    [711_396, '711 kB'],
    [3_998_159, '4.0 MB'],
    [719e6, '719 MB'],
    [2.5e9, '2.5 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [75, '1 min 15 s'],
    [3660, '1 h 1 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('the line of a download', () => {
  it('has percent, bytes, rate and remaining time', () => {
    expect(progressLine(HALF, 10e6, 80)).toBe('onnx/model.onnx   50 %  50 MB of 100 MB  10 MB/s  5 s left');
  });

  it('leaves out what is not known yet', () => {
    expect(progressLine(HALF, Number.NaN, 80)).toBe('onnx/model.onnx   50 %  50 MB of 100 MB');
    expect(progressLine(HALF, 0, 80)).not.toContain('left');
  });

  it('never promises more than all, when the size was only known about', () => {
    expect(progressLine({ ...HALF, received: 104e6 }, 10e6, 80)).toContain(
      '100 %  104 MB of 104 MB  10 MB/s  0 s left',
    );
  });

  it.each([60, 50, 40, 30, 20, 10])('fits into %i columns', (columns) => {
    const line = progressLine(HALF, 10e6, columns);
    expect(line.length).toBeLessThan(columns);
    expect(line).toContain(columns >= 30 ? '50 %' : '50');
  });
});

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { isTTY, columns: 80, write: write as NodeJS.WriteStream['write'], written };
}

describe('progress of a download', () => {
  const run = (isTTY: boolean, steps: readonly [ms: number, received: number, path?: string][]) => {
    const stream = terminal(isTTY);
    let ms = 0;
    const progress = createDownloadProgress(stream, () => ms);
    for (const [at, received, path = 'a.onnx'] of steps) {
      ms = at;
      progress.update({ path, received, total: 100e6 });
    }
    progress.clear();
    progress.clear();
    return stream.written;
  };

  it('shows the rate of the last seconds, and erases its line', () => {
    const written = run(true, [
      [0, 0],
      [1000, 1e6],
      [6000, 11e6],
      [7000, 41e6],
    ]);
    expect(written[1]).toBe('\r\x1b[Ka.onnx    1 %  1.0 MB of 100 MB  1.0 MB/s  1 min 39 s left');
    // 30 MB in the one second since the last sample that counts.
    expect(written[3]).toContain('30 MB/s  2 s left');
    expect(written.at(-1)).toBe('\r\x1b[K');
    expect(written).toHaveLength(5);
  });

  it('does not draw more often than one can see', () => {
    expect(
      run(true, [
        [0, 0],
        [10, 1e6],
        [20, 2e6],
        [110, 3e6],
      ]),
    ).toHaveLength(3);
  });

  it('begins anew for another file, and for one that starts again', () => {
    const other = run(true, [
      [0, 0],
      [1000, 90e6],
      [2000, 0, 'b.onnx'],
      [3000, 1e6, 'b.onnx'],
    ]);
    expect(other[3]).toContain('1.0 MB/s');
    const again = run(true, [
      [0, 0],
      [1000, 90e6],
      [2000, 0],
      [3000, 1e6],
    ]);
    expect(again[3]).toContain('1.0 MB/s');
  });

  it('says nothing to files and pipes', () => {
    expect(
      run(false, [
        [0, 0],
        [1000, 1e6],
      ]),
    ).toEqual([]);
  });
});

describe('the question for a licence', () => {
  const models = createModels({
    models: '/nowhere',
    registry: undefined,
    hfEndpoint: 'https://h.example',
    hfToken: undefined,
  });
  const licence = { id: 'MIT', url: 'https://example.org/\u001b[2J' };

  async function ask(
    answer: string | null,
    { tty = true, acceptLicence = false, stop = new AbortController() } = {},
  ) {
    const stdin = Object.assign(new PassThrough(), { isTTY: tty });
    const stderr = Object.assign(new PassThrough(), { isTTY: tty });
    const noted: string[] = [];
    const note = (...lines: string[]) => void noted.push(...lines);
    const console = { stdin, stderr, note } as unknown as Console;
    const asking = askLicence(models, { json: false, acceptLicence }, console, stop.signal);
    if (typeof asking !== 'function') return expect.fail('it does not ask');
    const accepted = asking(licence, { id: 'grounding-dino-tiny', variant: 'fp16' });
    if (answer === null) stdin.end();
    else stdin.write(answer);
    return { accepted: await accepted, noted, shown: String(stderr.read() ?? '') };
  }

  it.each([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['yellow\n', false],
    [null, false],
  ])('answered with %j: %s', async (answer, accepted) => {
    const asked = await ask(answer);
    expect(asked.accepted).toBe(accepted);
    expect(asked.shown).toBe('Do you accept it? [y/N] ');
  });

  it('says first what it is about, and nothing that a terminal could obey', async () => {
    expect((await ask('y\n')).noted).toEqual([
      'Grounding DINO tiny, which looks for whatever it is told: grounding-dino-tiny@fp16, about 361 MB, by IDEA Research, as ONNX by onnx-community',
      'Licence: MIT, https://example.org/[2J',
    ]);
  });

  it('is not asked where nobody could answer, nor where it was answered before', async () => {
    expect(await ask('y\n', { tty: false })).toMatchObject({ accepted: false, shown: '' });
    expect(await ask('n\n', { acceptLicence: true })).toMatchObject({ accepted: true, shown: '' });
  });

  it('can be left with Ctrl-C', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 20);
    await expect(ask('', { stop })).rejects.toThrow('Ctrl-C');
  });
});

describe('the arguments of models', () => {
  it.each([
    [['list', '--json'], { action: 'list', options: { json: true } }],
    [['pull', 'a@b'], { action: 'pull', reference: 'a@b', options: { json: false, acceptLicence: false } }],
    [
      ['pull', '--accept-licence', 'a'],
      { action: 'pull', reference: 'a', options: { json: false, acceptLicence: true } },
    ],
    [['verify'], { action: 'verify', options: { json: false } }],
    [['verify', 'a'], { action: 'verify', reference: 'a', options: { json: false } }],
    [['remove', 'a'], { action: 'remove', reference: 'a', options: { json: false } }],
    [['path', 'a'], { action: 'path', reference: 'a', options: { json: false } }],
  ])('%j', async (args, request) => {
    expect(await parse(['models', ...args], '0')).toEqual({ command: 'models', ...request });
  });

  it.each([
    [[], 'What to do with the models is missing.', 'For example: spotter models list.'],
    [['lst'], "Unknown command 'lst'.", 'Did you mean list?'],
    [['pull'], "Missing required argument 'model'.", 'See'],
    [
      ['pull', 'a', '--accept-license'],
      "Unknown option '--accept-license'.",
      'Did you mean --accept-licence?',
    ],
  ])('%j is refused', async (args, message, hint) => {
    try {
      await parse(['models', ...args], '0');
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'bad-usage', message, hint: expect.stringContaining(hint) });
      return;
    }
    expect.fail('it was accepted');
  });
});
