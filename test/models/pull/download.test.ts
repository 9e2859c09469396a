import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noise, redirect, sha256, whole } from '../server.ts';
import { CONFIG, pull, WEIGHTS } from '../toy.ts';
import {
  asked,
  expectAll,
  failure,
  models,
  PATH,
  place,
  serve,
  server,
  UNKNOWN,
  useToyServer,
} from './toy-server.ts';

useToyServer();

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
