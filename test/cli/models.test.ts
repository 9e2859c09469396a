import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../detector/processes.ts';
import { noise, only, sha256, startServer, status, type TestServer, whole } from '../models/server.ts';
import { CONFIG, createPlace, type Place, pinned, toy, unpinned, WEIGHTS } from '../models/toy.ts';
import { ErrorSchema, oneLine, type SpotterOptions, spotter, startSpotter } from './spotter.ts';

let server: TestServer;
let place: Place;
beforeEach(async () => {
  server = await startServer();
  place = createPlace();
  server.on('/config.json', whole(CONFIG));
  server.on('/onnx/model.onnx', whole(WEIGHTS));
  registry();
});
afterEach(async () => {
  await server.close();
  place.remove();
});

const registry = (change = {}) => {
  const variants = {
    fp32: { weights: pinned('onnx/model.onnx', WEIGHTS) },
    fp16: { weights: unpinned('onnx/half.onnx', WEIGHTS) },
  };
  const entry = toy([{ kind: 'url', base: server.address }], { variants, ...change });
  place.write('registry.json', JSON.stringify({ models: [entry] }));
};
const options = (env = {}): SpotterOptions => ({
  cwd: place.folder,
  env: { SPOTTER_REGISTRY: 'registry.json', SPOTTER_MODELS: join(place.folder, 'store'), ...env },
});
const models = (...args: string[]) => spotter(['models', ...args], options());
const FOLDER = () => join(place.folder, 'store', 'toy');

const Pulled = z.strictObject({
  id: z.string(),
  variant: z.string(),
  path: z.string(),
  files: z.array(
    z.strictObject({
      path: z.string(),
      bytes: z.number(),
      sha256: z.string(),
      from: z.string(),
      pinnedBy: z.string(),
      fresh: z.boolean(),
    }),
  ),
});

describe('spotter models', () => {
  it('goes the whole way: pull, list, path, verify, remove', async () => {
    const pulled = await models('pull', 'toy', '--accept-licence');
    expect(pulled).toEqual({
      code: 0,
      stdout: `toy@fp32 is here: ${FOLDER()}\n`,
      stderr:
        'A toy: toy@fp32, 1.5 MB, by Nobody\n' +
        'Licence: MIT, https://example.org/licence\n' +
        `config.json  ${CONFIG.length} bytes from ${server.host}\n` +
        `onnx/model.onnx  1.5 MB from ${server.host}\n`,
    });
    const again = await models('pull', 'toy');
    expect(again).toEqual({ code: 0, stdout: `toy@fp32 was here already: ${FOLDER()}\n`, stderr: '' });

    const [title, here, there] = (await models('list')).stdout.split('\n');
    expect(title).toBe('toy: A toy (MIT)');
    expect(here).toMatch(/^ {2}fp32 +1\.5 MB +here +the usual one$/);
    expect(there).toMatch(/^ {2}fp16 +about 1\.5 MB +not pulled$/);

    expect((await models('path', 'toys')).stdout).toBe(`${FOLDER()}\n`);
    expect((await models('verify', 'toy')).stdout).toBe(
      'ok    toy  onnx/model.onnx: as the registry says\nok    toy  config.json: as the registry says\n',
    );
    expect((await models('remove', 'toy')).stdout).toBe('toy was removed.\n');
    expect((await models('remove', 'toy')).stdout).toBe('toy was not here.\n');
    expect(existsSync(FOLDER())).toBe(false);
  });

  it('says which hashes the registry did not know', async () => {
    server.on('/onnx/half.onnx', whole(WEIGHTS));
    const { stderr } = await models('pull', 'toy@fp16', '--accept-licence');
    expect(stderr).toContain('The registry does not know the whole sha256 of onnx/half.onnx.\n');
    expect(stderr).toContain('pinned in spotter-lock.json');
  });

  it('speaks JSON, one object on one line, and keeps the rest on stderr', async () => {
    const pulled = await models('pull', 'toy', '--accept-licence', '--json');
    const { files, ...names } = oneLine(Pulled, pulled.stdout);
    expect(names).toEqual({ id: 'toy', variant: 'fp32', path: FOLDER() });
    expect(files[1]).toEqual({
      path: 'onnx/model.onnx',
      bytes: WEIGHTS.length,
      sha256: sha256(WEIGHTS),
      from: server.host,
      pinnedBy: 'registry',
      fresh: true,
    });
    const Listed = z.object({ models: z.array(z.object({ id: z.string(), shipped: z.boolean() })) });
    const listed = oneLine(Listed, (await models('list', '--json')).stdout);
    expect(listed.models.map(({ id }) => id)).toEqual([
      ...['toy', 'starter', 'grounding-dino-tiny'],
      ...['blazeface', 'apparent-gender', 'movenet-thunder'],
    ]);
    const path = oneLine(
      z.strictObject({ path: z.string() }),
      (await models('path', 'toy', '--json')).stdout,
    );
    expect(path).toEqual({ path: FOLDER() });
    const Removed = z.strictObject({ model: z.string(), removed: z.boolean() });
    expect(oneLine(Removed, (await models('remove', 'toy', '--json')).stdout)).toEqual({
      model: 'toy',
      removed: true,
    });
  });

  it('verify finds a changed byte, says how to mend it, and that mends it', async () => {
    await models('pull', 'toy', '--accept-licence');
    place.write('store/toy/config.json', CONFIG.toString().toUpperCase());
    const { code, stdout, stderr } = await models('verify');
    expect(code).toBe(69);
    expect(stdout).toContain('FAIL  toy  config.json: has other bytes than the registry says\n');
    expect(stdout).toContain('ok    starter  nanodet-g-512.onnx: as the registry says\n');
    expect(stderr).toBe('To mend it: spotter models pull toy\n');
    const Verified = z.object({
      ok: z.boolean(),
      files: z.array(z.object({ id: z.string(), ok: z.boolean() })),
    });
    const json = await models('verify', '--json');
    expect(json.code).toBe(69);
    expect(oneLine(Verified, json.stdout).files.filter(({ ok }) => !ok)).toEqual([{ id: 'toy', ok: false }]);
    await models('pull', 'toy');
    expect((await models('verify')).code).toBe(0);
  });

  it('knows that the starter is here', async () => {
    const { code, stdout } = await models('pull', 'starter');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'starter comes with Spotter: there is nothing to pull.\n',
    });
    expect((await models('remove', 'starter')).code).toBe(64);
  });
});

describe('what cannot be done', () => {
  it.each([
    [['pull', 'toy'], 77, 'licence-not-accepted'],
    [['pull', 'nobody', '--accept-licence'], 64, 'unknown-model'],
    [['pull', 'toy@int8', '--accept-licence'], 64, 'unknown-model'],
    [['pull', 'toy@fp16', '--accept-licence'], 69, 'download-failed'],
    [['path', 'toy'], 69, 'model-missing'],
    [['verify', 'toy'], 69, 'model-missing'],
    [['remove', 'starter'], 64, 'bad-usage'],
  ])('%j ends with %i: %s', async (args, exit, error) => {
    const { code, stdout } = await models(...args, '--json');
    expect([code, oneLine(ErrorSchema, stdout).error.code]).toEqual([exit, error]);
  });

  it('says what each source said', async () => {
    server.on('/onnx/half.onnx', status(403));
    const { code, stdout, stderr } = await models('pull', 'toy@fp16', '--accept-licence');
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr.split('\n').slice(-3)).toEqual([
      'spotter: onnx/half.onnx of toy could not be downloaded.',
      `  ${server.host} does not let us have it (403).`,
      '',
    ]);
  });

  it('names what is wrong in a registry', async () => {
    registry({ files: [{ path: '../evil', bytes: 5, sha256: null }] });
    const { code, stderr } = await models('list');
    expect(code).toBe(78);
    expect(stderr).toContain(
      'registry.json cannot be used: models[0].files[0].path: must be a path within the model',
    );
  });
});

describe('two processes that pull at once', () => {
  it('both succeed, with one download', async () => {
    const pulls = ['pull', 'toy', '--accept-licence'];
    const both = await Promise.all([models(...pulls), models(...pulls)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => stdout).sort()).toEqual([
      `toy@fp32 is here: ${FOLDER()}\n`,
      `toy@fp32 was here already: ${FOLDER()}\n`,
    ]);
    expect(server.seen.map(({ path }) => path).sort()).toEqual(['/config.json', '/onnx/model.onnx']);
  });
});

describe('a process that is ended while it pulls', () => {
  const part = () => join(FOLDER(), 'onnx/model.onnx.part');
  const size = () => (existsSync(part()) ? readFileSync(part()).length : 0);

  /** Ends it when some bytes have come. */
  async function endWith(signal: NodeJS.Signals) {
    server.on('/onnx/model.onnx', only(WEIGHTS, 700_000, { stall: true }));
    const { child, ended } = startSpotter(['models', 'pull', 'toy', '--accept-licence'], options());
    await until(() => size() > 500_000);
    process.kill(-child.pid!, signal);
    return ended;
  }

  it.each([
    ['SIGKILL', null],
    ['SIGINT', 130],
  ] as const)('by %s leaves a part, which the next one continues', async (signal, code) => {
    const ended = await endWith(signal);
    expect(ended.code).toBe(code);
    if (code !== null)
      expect(ended.stderr).toContain('What has been downloaded is kept: pull again to go on.');
    const begun = size();
    server.on('/onnx/model.onnx', whole(WEIGHTS));
    const next = await models('pull', 'toy', '--accept-licence');
    expect(next).toMatchObject({ code: 0, stdout: `toy@fp32 is here: ${FOLDER()}\n` });
    expect(server.seen.at(-1)?.range).toBe(`bytes=${begun}-`);
    expect(readFileSync(join(FOLDER(), 'onnx/model.onnx')).equals(WEIGHTS)).toBe(true);
  });

  it('does not make another one believe a part that was tampered with', async () => {
    await endWith('SIGKILL');
    place.write('store/toy/onnx/model.onnx.part', noise(600_000, 5));
    server.on('/onnx/model.onnx', whole(WEIGHTS));
    expect((await models('pull', 'toy', '--accept-licence')).code).toBe(0);
    expect(readFileSync(join(FOLDER(), 'onnx/model.onnx')).equals(WEIGHTS)).toBe(true);
  });
});
