import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import createClient from 'openapi-fetch';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DOGS, formOf, startWeb, type TestWeb } from './world.ts';

const dogs = await readFile(DOGS);
const wine = await readFile('examples/wine.jpg');

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

const post = (web: TestWeb, path: string, body: string | FormData, headers: Record<string, string> = {}) =>
  fetch(web.url + path, { method: 'POST', body, headers });
const postJson = (web: TestWeb, path: string, body: unknown, headers: Record<string, string> = {}) =>
  post(web, path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
const find = async (web: TestWeb, fields: Record<string, string>, image?: Uint8Array, query = '') =>
  post(web, `/api/v1/find${query}`, await formOf(image, fields));

async function answered(response: Response) {
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as Record<string, never>;
}

async function refused(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  expect(problem.title).toMatch(/\.$/);
  return problem;
}

describe('a question over HTTP', () => {
  it('is answered with the object of the terminal, and ids to go on with', async () => {
    const web = await startWeb();
    const answer = await answered(await find(web, { expression: 'the upper dog' }, dogs));
    expect(answer).toMatchObject({
      outcome: 'found',
      sentence: 'Found the upper dog.',
      image: { width: 852, height: 1280 },
      output: null,
      detector: 'starter',
    });
    const again = await answered(
      await postJson(web, '/api/v1/find', { expression: 'the lower one', after: answer.id }),
    );
    expect(again).toMatchObject({ outcome: 'found', picture: answer.picture });
    expect(again.boxes).not.toEqual(answer.boxes);
    const kept = await answered(await fetch(`${web.url}/api/v1/answers/${answer.id}`));
    expect(kept).toEqual(answer);
  });

  it('shows the trace and the annotated picture where that is asked for', async () => {
    const web = await startWeb();
    const answer = await answered(await find(web, { expression: 'the upper dog' }, dogs, '?trace=1&draw=1'));
    expect((answer.steps as unknown as { name: string }[]).map(({ name }) => name)).toEqual([
      'language',
      'specialist',
      'reasoning',
      'verdict',
    ]);
    expect(answer.explanation).toMatchObject({ nouns: [{ noun: 'dog', match: 'same' }] });
    const image = await fetch(web.url + answer.output);
    expect(image.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await image.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0xff, 0xd8]));
    const all = await fetch(`${web.url}${answer.output}?candidates=1`);
    expect(all.status).toBe(200);
  });

  it('tells its progress as events, and then the answer or what is wrong', async () => {
    const web = await startWeb();
    const events = async (fields: Record<string, string>) => {
      const form = await formOf(dogs, fields);
      const response = await post(web, '/api/v1/find', form, { accept: 'text/event-stream' });
      return [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name, data]) => ({
        ...{ name, data: JSON.parse(data!) as Record<string, unknown> },
      }));
    };
    const good = await events({ expression: 'the upper dog' });
    expect(good.map(({ name, data }) => data.name ?? name)).toEqual([
      ...['language', 'specialist', 'reasoning', 'verdict'],
      'answer',
    ]);
    expect(good.at(-1)!.data).toMatchObject({ outcome: 'found' });
    const bad = await events({ expression: '?!' });
    expect(bad).toMatchObject([{ name: 'problem', data: { code: 'empty-expression', status: 422 } }]);
  });

  it('narrows the detections down as its settings say, without looking again', async () => {
    const web = await startWeb();
    const { picture, boxes } = await answered(await find(web, { expression: 'all dogs' }, dogs));
    expect(boxes).toHaveLength(2);
    const strict = { expression: 'all dogs', picture, settings: { box_threshold: 0.42 } };
    const { boxes: fewer, timings_ms } = await answered(await postJson(web, '/api/v1/find', strict));
    expect(fewer).toHaveLength(1);
    expect((timings_ms as unknown as Record<string, number>).specialist).toBeLessThan(50);
  });

  it('is chosen for by its number where it is undecided', async () => {
    const web = await startWeb();
    const open = await answered(await find(web, { expression: 'the dog' }, dogs));
    expect(open).toMatchObject({ outcome: 'undecided', choices: 2 });
    const chosen = await postJson(web, `/api/v1/answers/${open.id}/pick`, { number: 2 });
    expect(await answered(chosen)).toMatchObject({ outcome: 'found', route: 'picked' });
    const said = await postJson(web, '/api/v1/find', { expression: 'the second one', after: open.id });
    expect(await answered(said)).toMatchObject({ outcome: 'found' });
    const none = await refused(await postJson(web, `/api/v1/answers/${open.id}/pick`, { number: 9 }));
    expect(none).toMatchObject({ code: 'bad-pick', status: 400 });
  });

  it('is answered once for the same key, and refused where the key is another question', async () => {
    const web = await startWeb();
    const key = { 'idempotency-key': 'abc' };
    const { id: picture } = (await (
      await post(web, '/api/v1/pictures', await formOf(dogs, {}), key)
    ).json()) as { id: string };
    const ask = (expression: string) => postJson(web, '/api/v1/find', { expression, picture }, key);
    const [first, second] = await Promise.all([ask('the upper dog'), ask('the upper dog')]);
    const { id } = await answered(first);
    expect(await answered(second)).toMatchObject({ id });
    expect(await refused(await ask('the cat'))).toMatchObject({ code: 'bad-usage', status: 400 });
    const other = await postJson(web, '/api/v1/find', { expression: 'the upper dog', picture });
    expect((await answered(other)).id).not.toBe(id);
  });
});

describe('pictures', () => {
  it('are kept for their asker, shown as they are looked at, and nobody else can name them', async () => {
    const web = await startWeb({
      SPOTTER_WEB_TOKENS: 'ann:token-of-ann-123456,ben:token-of-ben-123456',
    });
    const as = (name: string) => ({ authorization: `Bearer token-of-${name}-123456` });
    const sent = await post(web, '/api/v1/pictures', await formOf(wine, {}), as('ann'));
    expect(sent.status).toBe(201);
    const { id } = (await sent.json()) as { id: string };
    const shown = await fetch(`${web.url}/api/v1/pictures/${id}/image`, { headers: as('ann') });
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    const other = await fetch(`${web.url}/api/v1/pictures/${id}/image`, { headers: as('ben') });
    expect(await refused(other)).toMatchObject({ code: 'not-found', status: 404 });
    const asked = await postJson(web, '/api/v1/find', { expression: 'the cup', picture: id }, as('ben'));
    expect(await refused(asked)).toMatchObject({ code: 'not-found' });
  });
});

describe('what is refused', () => {
  let web: TestWeb;
  const cases: readonly [
    name: string,
    send: (web: TestWeb) => Promise<Response>,
    status: number,
    code: string,
  ][] = [
    ['no picture', (w) => postJson(w, '/api/v1/find', { expression: 'the dog' }), 400, 'no-picture'],
    ['no expression', (w) => find(w, {}, dogs), 400, 'bad-usage'],
    ['an empty expression', (w) => find(w, { expression: ' ' }, dogs), 422, 'empty-expression'],
    [
      'a long expression',
      (w) => find(w, { expression: 'dog '.repeat(500) }, dogs),
      422,
      'overlong-expression',
    ],
    [
      'what is no picture',
      (w) => find(w, { expression: 'the dog' }, Buffer.from('hello')),
      415,
      'not-a-picture',
    ],
    ['an empty file', (w) => find(w, { expression: 'the dog' }, Buffer.alloc(0)), 422, 'empty-file'],
    [
      'half a picture',
      (w) => find(w, { expression: 'the dog' }, dogs.subarray(0, 300)),
      422,
      'broken-picture',
    ],
    [
      'an unknown strategy',
      (w) => find(w, { expression: 'the dog', strategy: 'magic' }, dogs),
      400,
      'bad-usage',
    ],
    [
      'an unknown detector',
      (w) => find(w, { expression: 'the dog', detector: 'magic' }, dogs),
      404,
      'unknown-model',
    ],
    [
      'an unknown field',
      (w) => postJson(w, '/api/v1/find', { expression: 'a', nonsense: 1 }),
      400,
      'bad-usage',
    ],
    [
      'settings beyond their range',
      (w) => find(w, { expression: 'a', settings: '{"nms_iou": 2}' }, dogs),
      400,
      'bad-usage',
    ],
    [
      'a strategy that has no language model',
      (w) => find(w, { expression: 'the dog', strategy: 'crs' }, dogs),
      501,
      'bad-config',
    ],
    [
      'JSON that is none',
      (w) => post(w, '/api/v1/find', '{', { 'content-type': 'application/json' }),
      400,
      'bad-usage',
    ],
    ['another type', (w) => post(w, '/api/v1/find', 'x', { 'content-type': 'text/plain' }), 400, 'bad-usage'],
    [
      'a link inside the network',
      (w) => postJson(w, '/api/v1/find', { expression: 'a', image_url: 'http://169.254.169.254/' }),
      400,
      'bad-link',
    ],
    ['an unknown answer', (w) => fetch(`${w.url}/api/v1/answers/abc`), 404, 'not-found'],
    ['an unknown page', (w) => fetch(`${w.url}/nothing`), 404, 'not-found'],
    [
      'too many bytes',
      async (w) => post(w, '/api/v1/pictures', await formOf(Buffer.alloc(60 * 2 ** 20), {})),
      413,
      'too-many-bytes',
    ],
    [
      'another site',
      (w) => postJson(w, '/api/v1/find', {}, { origin: 'https://example.org' }),
      403,
      'not-allowed',
    ],
    [
      'another site, without saying which',
      (w) => postJson(w, '/api/v1/find', {}, { 'sec-fetch-site': 'cross-site' }),
      403,
      'not-allowed',
    ],
  ];
  beforeAll(async () => {
    ({ serveWeb: web } = { serveWeb: await (await import('./world.ts')).serveWeb() });
    return () => web.close();
  });

  it.each(cases)('%s', async (_, send, status, code) => {
    expect(await refused(await send(web))).toMatchObject({ status, code });
    expect(web.troubles).toEqual([]);
  });

  it('is the name of another host, and not an address', async () => {
    const asHost = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const asked = request(`${web.url}/healthz`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        asked.once('error', reject).end();
      });
    expect(await asHost('evil.example')).toBe(421);
    expect(await asHost('localhost.evil.example')).toBe(421);
    expect(await asHost(`localhost:${web.port}`)).toBe(200);
    expect(await asHost('192.168.1.7')).toBe(200);
    expect(await asHost('[::1]:80')).toBe(200);
  });

  it('is an upload that is cut off, and others are answered meanwhile', async () => {
    const socket = connect(web.port, '127.0.0.1');
    const head =
      'POST /api/v1/pictures HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n--x\r\n';
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
    socket.destroy();
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
    expect(web.troubles).toEqual([]);
  });
});

describe('the token', () => {
  it('is needed for the API where there is one, and not for the page', async () => {
    const web = await startWeb({ SPOTTER_WEB_TOKENS: 'ann:a-token-of-24-characters' });
    const models = (headers = {}) => fetch(`${web.url}/api/v1/models`, { headers });
    expect((await models()).status).toBe(401);
    expect((await models({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await models({ authorization: 'Bearer a-token-of-24-characters' })).status).toBe(200);
    for (const path of ['/', '/healthz', '/openapi.json', '/docs/', '/examples'])
      expect((await fetch(web.url + path)).status, path).toBe(200);
  });

  it('is needed before others can reach it', async () => {
    await expect(startWeb({ SPOTTER_WEB_HOST: '0.0.0.0' })).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('the quota', () => {
  it('is counted for each asker', async () => {
    const web = await startWeb({ SPOTTER_WEB_PER_MINUTE: '2' });
    const ask = () => find(web, { expression: 'the dog' }, dogs);
    await answered(await ask());
    await answered(await ask());
    const third = await ask();
    expect(third.headers.get('retry-after')).not.toBeNull();
    expect(await refused(third)).toMatchObject({ code: 'rate-limited', status: 429 });
  });
});

describe('many at once', () => {
  it('200 questions are all answered', async () => {
    const web = await startWeb();
    const { picture } = await answered(await find(web, { expression: 'the dog' }, dogs));
    const expressions = Array.from(
      { length: 200 },
      (_, i) => ['the upper dog', 'the cat', `the dog ${i}`][i % 3]!,
    );
    const all = await Promise.all(
      expressions.map((expression) => postJson(web, '/api/v1/find', { expression, picture })),
    );
    expect(all.map(({ status }) => status)).toEqual(expressions.map(() => 200));
    const outcomes = await Promise.all(all.map(async (one) => (await one.json()) as { outcome: string }));
    expect(outcomes[0]).toMatchObject({ outcome: 'found' });
    expect(outcomes[1]).toMatchObject({ outcome: 'not-present' });
  });
});

describe('/openapi.json', () => {
  it('describes what is answered, as a client that is made of it reads it', async () => {
    const web = await startWeb();
    const document = (await (await fetch(`${web.url}/openapi.json`)).json()) as OpenApi;
    expect(document.openapi).toBe('3.1.0');
    const { properties } = (document.components.schemas as Record<string, { properties: object }>).Settings!;
    expect(properties).toMatchObject({ top_k: { enum: [3, 5, 8, 10] } });
    const client = createClient<Paths>({ baseUrl: web.url });
    const schemaOf = (path: string, method: 'get' | 'post', status: number, type = 'application/json') =>
      schemaFrom(document, document.paths[path]![method]!.responses[status]!.content[type]!.schema);

    const form = await formOf(dogs, { expression: 'the upper dog' });
    const asked = await client.POST('/api/v1/find', {
      params: { query: { trace: '1', draw: '1' } },
      body: form,
      bodySerializer: (body: FormData) => body,
    });
    schemaOf('/api/v1/find', 'post', 200).parse(asked.data);
    const models = await client.GET('/api/v1/models', {});
    schemaOf('/api/v1/models', 'get', 200).parse(models.data);
    const strategies = await client.GET('/api/v1/strategies', {});
    schemaOf('/api/v1/strategies', 'get', 200).parse(strategies.data);
    const wrong = await client.GET('/api/v1/answers/{id}', { params: { path: { id: 'abc' } } });
    expect(wrong.response.status).toBe(404);
    schemaOf('/api/v1/answers/{id}', 'get', 404, 'application/problem+json').parse(wrong.error);
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
  readonly components: { readonly schemas: object };
}

/** As far as the client is used here. */
interface Paths {
  '/api/v1/find': {
    post: Operation & {
      parameters: { query: { trace: string; draw: string } };
      requestBody: { content: { 'multipart/form-data': FormData } };
    };
  };
  '/api/v1/models': { get: Operation };
  '/api/v1/strategies': { get: Operation };
  '/api/v1/answers/{id}': { get: Operation & { parameters: { path: { id: string } } } };
}
interface Operation {
  responses: {
    200: { content: { 'application/json': object } };
    404: { content: { 'application/problem+json': object } };
  };
}

/** What checks a value by a schema of the document. */
const schemaFrom = ({ components }: OpenApi, schema: object): z.ZodType =>
  z.fromJSONSchema({
    ...JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')),
    $defs: JSON.parse(JSON.stringify(components.schemas).replaceAll('#/components/schemas/', '#/$defs/')),
  });
