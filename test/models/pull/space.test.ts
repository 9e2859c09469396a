import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpotterError } from '../../../src/errors.ts';
import { cannotWrite, stopped } from '../../../src/models/part.ts';
import { freeBytes } from '../../../src/models/pull.ts';
import { refusal } from '../refusal.ts';
import { only, startServer, type TestServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, WEIGHTS } from '../toy.ts';

let server: TestServer;
let place: Place;
beforeEach(async () => {
  server = await startServer();
  place = createPlace();
  server.on('/config.json', whole(CONFIG));
  server.on('/onnx/model.onnx', whole(WEIGHTS));
});
afterEach(async () => {
  await server.close();
  place.remove();
});

const models = (options = {}) => place.models([toy([{ kind: 'url', base: server.address }])], options);
const ALL = CONFIG.length + WEIGHTS.length;

describe('the disk', () => {
  it('must have the space before anything is asked for', async () => {
    const { code, message, hint } = await refusal(pull(models({ free: async () => ALL - 1 })));
    expect({ code, message }).toEqual({
      code: 'no-space',
      message: `The download needs 2 MB, and the disk of ${place.folder}/store/toy has 2 MB left.`,
    });
    expect(hint).toContain('SPOTTER_MODELS');
    expect(server.seen).toEqual([]);
    await pull(models({ free: async () => ALL }));
  });

  it('needs less for what has been begun', async () => {
    server.on('/onnx/model.onnx', only(WEIGHTS, 700_000), only(WEIGHTS, 0));
    await refusal(pull(models()));
    server.on('/onnx/model.onnx', whole(WEIGHTS));
    const free = async () => WEIGHTS.length - 300_000;
    await pull(models({ free }));
    expect(existsSync(place.file('onnx/model.onnx'))).toBe(true);
  });

  it('that does not tell is no reason not to try', async () => {
    const free = () => Promise.reject(new Error('unknown'));
    await pull(models({ free }));
    expect(existsSync(place.file('onnx/model.onnx'))).toBe(true);
  });

  it('tells how much is left', async () => {
    expect(await freeBytes(place.folder)).toBeGreaterThan(0);
  });

  it('that becomes full is told from one that may not be written', () => {
    const failure = (code: string) => cannotWrite('/models', Object.assign(new Error('why'), { code }));
    expect(failure('ENOSPC')).toMatchObject({ code: 'no-space', message: 'The disk of /models is full.' });
    expect(failure('EDQUOT').code).toBe('no-space');
    expect(failure('EACCES')).toMatchObject({
      code: 'cannot-write',
      message: '/models cannot be written (EACCES).',
    });
  });

  it('with a file where the folder should be cannot be written', async () => {
    place.write('store', 'a file');
    expect((await refusal(pull(models()))).code).toBe('cannot-write');
  });

  // Root may write anywhere.
  it.skipIf(process.getuid?.() === 0)('that may not be written', async () => {
    mkdirSync(`${place.folder}/store`);
    chmodSync(`${place.folder}/store`, 0o500);
    expect((await refusal(pull(models()))).code).toBe('cannot-write');
  });
});

describe('a pull that is given up', () => {
  it.each([
    ['before it begins', 0],
    ['while a server keeps it waiting', 700_000],
  ])('%s keeps what it has, and the lock is free', async (_, count) => {
    server.on('/onnx/model.onnx', only(WEIGHTS, count, { stall: true }));
    const stop = new AbortController();
    const toys = models({ stallMs: 10_000 });
    const work = toys.pull('toy', {
      acceptLicence: true,
      signal: stop.signal,
      onProgress: (event) => {
        if (event.kind === 'bytes' && event.path.endsWith('.onnx') && event.received >= Math.min(count, 1))
          stop.abort();
      },
    });
    expect(await refusal(work)).toMatchObject({
      code: 'cancelled',
      message: 'The download was cancelled.',
      hint: 'What has been downloaded is kept: pull again to go on.',
    });
    server.on('/onnx/model.onnx', whole(WEIGHTS));
    await pull(models());
    expect(existsSync(place.file('onnx/model.onnx'))).toBe(true);
    if (count > 0) expect(server.seen.at(-1)?.range).toMatch(/^bytes=\d+-$/);
  });

  it('while it waits between two attempts', async () => {
    server.on('/config.json', (_, response) => void response.writeHead(503).end());
    const stop = new AbortController();
    const onProgress = () => stop.abort(new SpotterError('cancelled', 'Enough.'));
    const toys = models({ backOffMs: 60_000, mostWaitMs: 60_000 });
    const work = toys.pull('toy', { acceptLicence: true, signal: stop.signal, onProgress });
    expect((await refusal(work)).message).toBe('Enough.');
  });

  it('says why, with what to do', () => {
    expect(stopped(AbortSignal.abort(new SpotterError('timed-out', 'Late.', 'Hurry.'))).hint).toBe('Hurry.');
  });
});
