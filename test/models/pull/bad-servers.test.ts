import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import { type Handler, noise, only, sha256, startServer, status, whole } from '../server.ts';
import { pull, toy, WEIGHTS } from '../toy.ts';
import {
  asked,
  expectAll,
  failure,
  models,
  part,
  place,
  serve,
  starts,
  UNKNOWN,
  useToyServer,
} from './toy-server.ts';

useToyServer();

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
