import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import {
  type Handler,
  noise,
  only,
  redirect,
  sha256,
  startServer,
  status,
  type TestServer,
  whole,
  withoutRanges,
} from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, unpinned, WEIGHTS } from '../toy.ts';

let server: TestServer;
let place: Place;
beforeEach(async () => {
  server = await startServer();
  place = createPlace();
  serve(whole(WEIGHTS));
  server.on('/a/config.json', whole(CONFIG));
});
afterEach(async () => {
  await server.close();
  place.remove();
});

const PATH = '/a/onnx/model.onnx';
const serve = (...handlers: Handler[]): void => server.on(PATH, ...handlers);
const models = (change = {}, options = {}) =>
  place.models([toy([{ kind: 'url', base: `${server.address}/a` }], change)], options);
const UNKNOWN = {
  files: [unpinned('config.json', CONFIG)],
  variants: { fp32: { weights: unpinned('onnx/model.onnx', WEIGHTS) } },
};

const asked = () => server.seen.filter(({ path }) => path === PATH);
/** Where each request for the weights began. */
const starts = () => asked().map(({ range }) => (range ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0));
const weights = () => readFileSync(place.file('onnx/model.onnx'));
const part = () => place.file('onnx/model.onnx.part');

const expectAll = (): void => {
  expect(weights().equals(WEIGHTS)).toBe(true);
  expect(existsSync(part())).toBe(false);
  expect(existsSync(`${part()}.json`)).toBe(false);
};

/** The hint of a pull that no source could serve. */
async function failure(change = {}, options = {}): Promise<string> {
  const error = await refusal(pull(models(change, options)));
  expect(error.code).toBe('download-failed');
  expect(error.message).toBe('onnx/model.onnx of toy could not be downloaded.');
  expect(existsSync(place.file('onnx/model.onnx'))).toBe(false);
  expect(() => models(change).open('toy')).toThrow('is missing');
  return error.hint.replaceAll(server.host, 'HOST');
}

describe('a pull', () => {
  it('brings all files, and opens as a model', async () => {
    const { model, files } = await pull(models());
    expectAll();
    expect(model).toMatchObject({
      id: 'toy',
      variant: 'fp32',
      specialist: 'toys',
      weights: { file: place.file('onnx/model.onnx'), sha256: sha256(WEIGHTS) },
      files: { 'config.json': { file: place.file('config.json'), sha256: sha256(CONFIG) } },
    });
    const [bytes, hash] = [CONFIG.length, sha256(CONFIG)];
    expect(files['config.json']).toEqual({ bytes, sha256: hash, from: server.host, pinnedBy: 'registry' });
  });

  it('does nothing the second time, and mends what has changed', async () => {
    const toys = models();
    await pull(toys);
    const before = server.seen.length;
    const again = await pull(toys);
    expect(server.seen).toHaveLength(before);
    expect(again.events.map((event) => event.kind === 'file' && event.fresh)).toEqual([false, false]);
    // The size stays: only the hash can tell.
    place.write('store/toy/config.json', CONFIG.toString().toUpperCase());
    await pull(toys);
    expect(readFileSync(place.file('config.json'))).toEqual(CONFIG);
    expect(server.seen).toHaveLength(before + 1);
  });

  it('tells how far it is', async () => {
    const { events } = await pull(models());
    const bytes = events.flatMap((e) => (e.kind === 'bytes' && e.path === 'onnx/model.onnx' ? [e] : []));
    expect(bytes[0]).toMatchObject({ received: 0, total: WEIGHTS.length });
    expect(bytes.at(-1)).toMatchObject({ received: WEIGHTS.length, total: WEIGHTS.length });
    expect(bytes.length).toBeGreaterThan(5);
    const received = bytes.map((event) => event.received);
    expect(received).toEqual([...received].sort((a, b) => a - b));
  });

  it('takes a file that somebody has put there, if the registry knows its hash', async () => {
    place.write('store/toy/onnx/model.onnx', WEIGHTS);
    const { files } = await pull(models());
    expect(files['onnx/model.onnx']).toMatchObject({ from: 'this folder', pinnedBy: 'registry' });
    expect(asked()).toEqual([]);
  });

  it('does not take it where nobody knows what it must be', async () => {
    place.write('store/toy/onnx/model.onnx', noise(WEIGHTS.length, 2));
    await pull(models(UNKNOWN));
    expectAll();
  });
});

describe('a connection that is cut', () => {
  it('is continued where it ended', async () => {
    serve(only(WEIGHTS, 700_000), only(WEIGHTS, 500_000), whole(WEIGHTS));
    const { notes } = await pull(models(UNKNOWN));
    expectAll();
    const [first, second, third] = starts();
    // A little that has arrived, but was not yet read when the connection broke, may be lost.
    expect([first, asked()[0]?.range]).toEqual([0, undefined]);
    expect(second).toBeGreaterThan(400_000);
    expect(second).toBeLessThanOrEqual(700_000);
    expect(third).toBeGreaterThan(second!);
    expect(asked()[1]?.headers['if-range']).toMatch(/^"[0-9a-f]{16}"$/);
    expect(notes[0]).toMatch(/^onnx\/model\.onnx: [\d.:]+ has cut the connection; trying again in \d\.\d s$/);
  });

  it('is continued by the next pull, after all attempts were in vain', async () => {
    serve(only(WEIGHTS, 700_000), only(WEIGHTS, 0));
    const hint = await failure();
    expect(hint).toBe('HOST has cut the connection, 3 times in a row.');
    const kept = statSync(part()).size;
    expect(kept).toBeGreaterThan(400_000);
    serve(whole(WEIGHTS));
    await pull(models());
    expectAll();
    expect(starts().at(-1)).toBe(kept);
  });

  it('starts again where the server knows no ranges', async () => {
    serve(only(WEIGHTS, 700_000), withoutRanges(WEIGHTS));
    await pull(models());
    expectAll();
    expect(starts()[1]).toBeGreaterThan(0);
  });

  it('starts again where the file has become another one', async () => {
    const older = noise(WEIGHTS.length, 3);
    serve(only(older, 700_000), whole(WEIGHTS));
    await pull(models(UNKNOWN));
    expectAll();
    expect(starts()[1]).toBeGreaterThan(0);
  });

  it('starts again where only the hash tells that it has become another one', async () => {
    const older = noise(WEIGHTS.length, 3);
    serve(only(older, 700_000, { etag: '"same"' }), whole(WEIGHTS, { etag: '"same"' }));
    await pull(models());
    expectAll();
    expect(starts().map((start) => start > 0)).toEqual([false, true, false]);
  });

  it('is not continued where nothing could tell a change: no strong ETag, no hash', async () => {
    serve(only(WEIGHTS, 700_000, { etag: 'W/"weak"' }), whole(WEIGHTS, { etag: 'W/"weak"' }));
    await pull(models(UNKNOWN));
    expectAll();
    expect(starts()).toEqual([0, 0]);
  });

  it('needs no request when only the last step was missing', async () => {
    place.write('store/toy/onnx/model.onnx.part', WEIGHTS);
    await pull(models());
    expectAll();
    expect(asked()).toEqual([]);
  });
});

const partial =
  (range: (from: number) => string): Handler =>
  (request, response) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    const body = WEIGHTS.subarray(from);
    response.writeHead(206, { 'content-range': range(from), 'content-length': body.length }).end(body);
  };

describe('a server that answers a range', () => {
  const LAST = WEIGHTS.length - 1;
  it.each<[string, (from: number) => string]>([
    ['with another start', (from) => `bytes ${from - 1}-${LAST}/${WEIGHTS.length}`],
    ['without the end', (from) => `bytes ${from}-${LAST - 1}/${WEIGHTS.length}`],
    ['in other units', (from) => `pages ${from}-${LAST}/${WEIGHTS.length}`],
    ['with nothing', () => ''],
  ])('%s is not believed: it is asked for everything', async (_, range) => {
    serve(only(WEIGHTS, 700_000), partial(range), whole(WEIGHTS));
    const { notes } = await pull(models());
    expectAll();
    expect(starts().map((start) => start > 0)).toEqual([false, true, false]);
    expect(notes[1]).toContain('sends another part of it than asked for');
  });

  it('with 416 is asked for everything', async () => {
    serve(only(WEIGHTS, 700_000), status(416, { 'content-range': 'bytes */5' }), whole(WEIGHTS));
    await pull(models());
    expectAll();
    expect(starts().map((start) => start > 0)).toEqual([false, true, false]);
  });

  it('that was not asked for is not believed', async () => {
    serve(partial(() => `bytes 0-${LAST}/${WEIGHTS.length}`));
    expect(await failure()).toBe('HOST sends another part of it than asked for, 3 times in a row.');
  });
});

describe('a server that does not do its work', () => {
  it('and sends nothing more is left, and asked again', async () => {
    serve(only(WEIGHTS, 700_000, { stall: true }), whole(WEIGHTS));
    const { notes } = await pull(models());
    expectAll();
    expect(starts()[1]).toBeGreaterThan(400_000);
    expect(notes[0]).toContain('has sent nothing for 0.3 s');
  });

  it('and does not answer at all is left', async () => {
    serve(() => {});
    expect(await failure({}, { attempts: 2 })).toBe('HOST has sent nothing for 0.3 s, 2 times in a row.');
  });

  it('says how long to wait, and is asked again after that', async () => {
    serve(status(429, { 'retry-after': '0' }), status(503), whole(WEIGHTS));
    const { notes } = await pull(models({}, { backOffMs: 20 }));
    expectAll();
    expect(notes[0]).toContain('wants to be asked less often (429); trying again in 0.0 s');
    expect(notes[1]).toContain('is overloaded (503)');
  });

  it.each([
    ['in seconds', '3600'],
    ['as a date', new Date(Date.now() + 3_600_000).toUTCString()],
  ])('wants an hour of rest, %s: it gets no more than what is bearable', async (_, retryAfter) => {
    serve(status(429, { 'retry-after': retryAfter }), whole(WEIGHTS));
    const { notes } = await pull(models({}, { mostWaitMs: 120 }));
    expectAll();
    expect(notes[0]).toContain('trying again in 0.1 s');
  });

  it('is given up after some attempts', async () => {
    serve(status(500));
    expect(await failure()).toBe('HOST has failed (500), 3 times in a row.');
    expect(asked()).toHaveLength(3);
  });

  it.each([
    [404, 'HOST does not have it (404).'],
    [410, 'HOST does not have it (410).'],
    [401, 'HOST does not let us have it (401).'],
    [403, 'HOST does not let us have it (403).'],
    [204, 'HOST answers with 204.'],
    [418, 'HOST answers with 418.'],
  ])('answers with %i: it is asked once', async (code, hint) => {
    serve(status(code));
    expect(await failure()).toBe(hint);
    expect(asked()).toHaveLength(1);
  });

  it('does not run', async () => {
    const gone = await startServer();
    await gone.close();
    const toys = place.models([toy([{ kind: 'url', base: gone.address }])]);
    expect((await refusal(pull(toys))).hint).toBe(`${gone.host} refuses the connection, 3 times in a row.`);
  });
});

describe('a server that sends something else', () => {
  const answer =
    (bytes: Buffer, headers: Record<string, string | number> = {}): Handler =>
    (_, response) => {
      response.writeHead(200, headers).write(bytes);
      response.end();
    };

  it('of the right size is found out by the hash, and nothing of it stays', async () => {
    serve(whole(noise(WEIGHTS.length, 2)));
    expect(await failure()).toMatch(/^HOST has sha256 [0-9a-f]{12}… instead of [0-9a-f]{12}…\.$/);
    expect(statSync(part()).size).toBe(0);
  });

  it('is found out by the part of the hash that is known', async () => {
    const known = sha256(WEIGHTS);
    const half = (hash: string) => ({
      variants: {
        fp32: {
          weights: {
            path: 'onnx/model.onnx',
            about: WEIGHTS.length,
            sha256: `${hash.slice(0, 8)}…${hash.slice(-6)}`,
          },
        },
      },
    });
    expect(await failure(half(`${known.slice(0, 58)}000000`))).toContain('has sha256');
    const { files } = await pull(models(half(known)));
    expect(files['onnx/model.onnx']).toMatchObject({ sha256: known, pinnedBy: 'first pull' });
  });

  it('says so by its length: nothing of it is read', async () => {
    serve(answer(WEIGHTS.subarray(0, 10), { 'content-length': WEIGHTS.length - 1 }));
    expect(await failure()).toBe('HOST has 1499999 bytes instead of 1500000.');
    serve(answer(WEIGHTS.subarray(0, 10), { 'content-length': 2 ** 40 }));
    expect(await failure()).toBe('HOST has 1099511627776 bytes instead of 1500000.');
  });

  it('promises more than it sends, and keeps to that', async () => {
    serve(only(WEIGHTS.subarray(0, 1000), 900));
    expect(await failure()).toBe('HOST has 1000 bytes instead of 1500000.');
  });

  it('without end is stopped where the file must end', async () => {
    const endless: Handler = (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(WEIGHTS));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    serve(endless);
    expect(await failure()).toBe('HOST has 1500001 bytes instead of 1500000.');
    expect(statSync(part()).size).toBe(0);
    // A tenth more than what is only known about, and for small files a megabyte.
    expect(await failure(UNKNOWN)).toBe('HOST has more than the 2548576 bytes that it may have.');
    expect(statSync(part()).size).toBe(0);
  });

  it('is a web page: a login page must not be pinned', async () => {
    serve(answer(Buffer.from('<html>'), { 'content-type': 'text/html; charset=utf-8' }));
    expect(await failure(UNKNOWN)).toBe('HOST sends a web page instead of the file.');
  });

  it('is compressed, although that was not asked for', async () => {
    serve(answer(WEIGHTS, { 'content-encoding': 'gzip' }));
    expect(await failure(UNKNOWN)).toBe('HOST sends it encoded as gzip.');
    expect(asked()[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('is far too small for what is known about it', async () => {
    serve(whole(Buffer.from('Not Found')));
    expect(await failure(UNKNOWN)).toBe('HOST has only 9 bytes, where at least 1350000 are expected.');
  });
});

describe('a redirect', () => {
  it('is followed', async () => {
    serve(redirect('/elsewhere'));
    server.on('/elsewhere', redirect(`${server.address}/there?signature=secret`));
    server.on('/there?signature=secret', whole(WEIGHTS));
    await pull(models());
    expectAll();
    expect(readFileSync(place.file('spotter-lock.json'), 'utf8')).not.toContain('secret');
  });

  it.each([
    ['in a circle', PATH, 'HOST redirects without end.'],
    ['to a file', 'file:///etc/passwd', 'HOST redirects to file://, which is not safe.'],
    ['to nowhere', 'http://', 'HOST redirects to nowhere.'],
  ])('%s is not', async (_, to, hint) => {
    serve(redirect(to));
    expect(await failure()).toBe(hint);
    expect(asked().length).toBeLessThan(8);
  });
});
