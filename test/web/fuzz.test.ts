import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATUS } from '../../adapters/web/server/problems.ts';
import { DOGS, formOf, serveWeb, type TestWeb } from './world.ts';

/** Values as the schema has them, and near them. */
const odd = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'the dog',
    'how many dogs?',
    '\u0000',
    '\u202e',
    '🐶',
    '../..',
    '{}',
    'null',
    'a'.repeat(600),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const settings = fc.record(
  {
    box_threshold: fc.oneof(fc.double({ min: -1, max: 2, noNaN: true }), odd),
    nms_iou: fc.oneof(fc.double({ min: -1, max: 2, noNaN: true }), odd),
    top_k: fc.oneof(fc.constantFrom(3, 5, 8, 10, 4), odd),
    none: odd,
    seed: odd,
    focus: odd,
  },
  { requiredKeys: [] },
);
const question = (picture: string) =>
  fc.record(
    {
      expression: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('the dog', 'the upper dog', 'dogs') },
        odd,
      ),
      picture: fc.oneof({ weight: 3, arbitrary: fc.constant(picture) }, odd),
      image_url: fc.oneof(
        fc.webUrl(),
        fc.constantFrom('file:///etc/passwd', 'http://[::1]/', 'http://0x7f.1/'),
        odd,
      ),
      after: odd,
      strategy: fc.oneof(fc.constantFrom('auto', 'specialist', 'crs', 'mllm'), odd),
      detector: fc.oneof(fc.constantFrom('starter', 'grounding-dino-tiny'), odd),
      settings: fc.oneof(settings, odd),
    },
    { requiredKeys: ['expression'] },
  );

const STATUSES = new Set<number>([200, ...Object.values(STATUS)]);

describe('whatever is sent', () => {
  let web: TestWeb;
  let picture: string;
  beforeAll(async () => {
    web = await serveWeb();
    const form = await formOf(await readFile(DOGS), {});
    const sent = await fetch(`${web.url}/api/v1/pictures`, { method: 'POST', body: form });
    ({ id: picture } = (await sent.json()) as { id: string });
  });
  afterAll(() => web.close());

  async function isTold(response: Response): Promise<void> {
    const body = (await response.json()) as { code?: string };
    expect(STATUSES, JSON.stringify(body)).toContain(response.status);
    expect(body.code).not.toBe('internal');
    if (response.status !== 200)
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(web.troubles).toEqual([]);
  }

  it('as JSON is answered, or refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(question(picture), async (asked) => {
        const headers = { 'content-type': 'application/json' };
        await isTold(
          await fetch(`${web.url}/api/v1/find`, { method: 'POST', headers, body: JSON.stringify(asked) }),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('as a form is answered, or refused with a code', async () => {
    const field = fc.constantFrom('expression', 'picture', 'image', 'image_url', 'settings', 'after', 'x');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, fc.oneof(odd, fc.uint8Array({ maxLength: 50 }))), { maxLength: 5 }),
        async (fields) => {
          const form = new FormData();
          for (const [name, value] of fields) {
            if (value instanceof Uint8Array) form.append(name, new Blob([Uint8Array.from(value)]), 'a.jpg');
            else form.append(name, String(value));
          }
          await isTold(await fetch(`${web.url}/api/v1/find`, { method: 'POST', body: form }));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('in a path or a query is answered, or refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 80 }), fc.string({ maxLength: 20 }), async (id, query) => {
        const path = `/api/v1/answers/${encodeURIComponent(id)}?trace=${encodeURIComponent(query)}`;
        await isTold(await fetch(web.url + path));
      }),
      { numRuns: 100 },
    );
  });
});
