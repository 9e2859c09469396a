import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemory } from '../../adapters/web/server/memory.ts';
import { NO_COST, type Verdict } from '../../src/verdict.ts';
import { DOGS, formOf, serveWeb, type TestWeb } from './world.ts';

const VERDICT: Verdict = {
  ...{ outcome: 'not-present', candidates: [], considered: [], presence: 0, right: 0, sentence: '' },
  ...{ unresolved: [], strategy: 'auto', route: 'reasoning', cost: NO_COST, trace: [] },
};

describe('what one request may take', () => {
  let web: TestWeb;
  beforeAll(async () => {
    web = await serveWeb();
  });
  afterAll(() => web.close());

  const send = async (path: string, body: string | FormData, headers: Record<string, string> = {}) => {
    const response = await fetch(web.url + path, { method: 'POST', body, headers });
    return { status: response.status, text: await response.text() };
  };
  const json = { 'content-type': 'application/json' };
  const parts = (count: number, disposition: string) =>
    `${Array.from({ length: count }, (_, i) => `--x\r\ncontent-disposition: form-data; name="f${i}"${disposition}\r\n\r\n1\r\n`).join('')}--x--\r\n`;
  const form = { 'content-type': 'multipart/form-data; boundary=x' };

  it.each([
    ['10,000 files', () => parts(10_000, '; filename="a"')],
    ['10,000 fields', () => parts(10_000, '')],
    ['two files', () => parts(2, '; filename="a"')],
    [
      'a field of 1 MB',
      () => `--x\r\ncontent-disposition: form-data; name="expression"\r\n\r\n${'a'.repeat(1e6)}\r\n--x--\r\n`,
    ],
    [
      'an end that is missing',
      () => '--x\r\ncontent-disposition: form-data; name="expression"\r\n\r\nthe dog',
    ],
  ])('is no form with %s', async (_, body) => {
    const { status, text } = await send('/api/v1/find', body(), form);
    expect(status, text).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'bad-usage' });
  });

  it('is no form without a boundary', async () => {
    const { status } = await send('/api/v1/pictures', 'x', { 'content-type': 'multipart/form-data' });
    expect(status).toBe(400);
  });

  it('is no JSON of a megabyte, and what is wrong with others is told briefly', async () => {
    expect((await send('/api/v1/find', `{"expression":"${'['.repeat(1e6)}"}`, json)).status).toBe(413);
    const odd = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, 1]));
    const { status, text } = await send('/api/v1/find', JSON.stringify({ expression: 'a', ...odd }), json);
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(1000);
  });

  it('is no stream of events for agents: they ask by POST', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const response = await fetch(`${web.url}/mcp`, { method, headers: { accept: 'text/event-stream' } });
      expect([response.status, response.headers.get('allow')], method).toEqual([405, 'POST']);
    }
  });

  it.each(['constructor', '__proto__', 'toString', '..%2fpackage.json'])(
    'is no file of the documentation named %s',
    async (name) => {
      for (const folder of ['docs', 'examples'])
        expect((await fetch(`${web.url}/${folder}/${name}`)).status).toBe(404);
      expect(web.troubles).toEqual([]);
    },
  );

  it('is sent gzipped where it is text', async () => {
    const plain = await fetch(`${web.url}/page.js`, { headers: { 'accept-encoding': 'identity' } });
    const gzipped = await fetch(`${web.url}/page.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(gzipped.headers.get('content-encoding')).toBe('gzip');
    expect(await gzipped.text()).toBe(await plain.text());
  });

  it('is answered to whoever sends it again, also where the first connection is gone', async () => {
    const sent = await fetch(`${web.url}/api/v1/pictures`, {
      method: 'POST',
      body: await formOf(await readFile(DOGS), {}),
    });
    const { id: picture } = (await sent.json()) as { id: string };
    const body = JSON.stringify({ expression: 'the dog next to the dog on the left', picture });
    const ask = (signal?: AbortSignal) =>
      fetch(`${web.url}/api/v1/find`, {
        ...{ method: 'POST', body, headers: { ...json, 'idempotency-key': 'again' } },
        ...(signal && { signal }),
      });
    const first = new AbortController();
    const gone = ask(first.signal).catch((thrown: Error) => thrown.name);
    const second = ask();
    await new Promise((resolve) => setTimeout(resolve, 5));
    first.abort();
    expect((await second).status).toBe(200);
    await gone;
  });
});

describe('what is kept', () => {
  const answerOn = (picture: { id: string; sha256: string; bytes: Uint8Array }) => ({
    ...{ picture, size: { width: 1, height: 1 }, expression: 'a', verdict: VERDICT },
    ...{ detector: 'starter', totalMs: 0 },
  });

  it('of an answer is not its picture', async () => {
    const memory = createMemory(1);
    const picture = await memory.addPicture('ann', new Uint8Array(10));
    const { id } = memory.addAnswer('ann', answerOn(picture));
    expect(memory.answer('ann', id).picture).toEqual({ id: picture.id, sha256: picture.sha256 });
  });

  it('is not pushed out by what others bring', async () => {
    const memory = createMemory(2);
    const { id } = await memory.addPicture('ann', new Uint8Array(1000));
    for (let i = 0; i < 20; i++) await memory.addPicture('ben', new Uint8Array(15 * 2 ** 20).fill(i));
    expect(memory.picture('ann', id).bytes).toHaveLength(1000);
    const first = await memory.addPicture('ben', new Uint8Array(15 * 2 ** 20).fill(0));
    for (let i = 1; i < 20; i++) await memory.addPicture('ben', new Uint8Array(15 * 2 ** 20).fill(i));
    expect(() => memory.picture('ben', first.id)).toThrow(/no longer kept/);
  });
});
