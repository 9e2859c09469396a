import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Handler, noise, only, status, whole, withoutRanges } from '../server.ts';
import { pull, WEIGHTS } from '../toy.ts';
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

  it('is noticed where no length was promised, too', async () => {
    const ended: Handler = (_, response) => {
      response.writeHead(200);
      response.end(WEIGHTS.subarray(0, 700_000));
    };
    serve(ended, whole(WEIGHTS));
    const { notes } = await pull(models());
    expectAll();
    expect(starts()).toEqual([0, 700_000]);
    expect(notes[0]).toContain('has cut the connection');
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
