import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterEach, describe, expect, it } from 'vitest';
import { DOGS, startWeb } from './world.ts';

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

async function connect(transport: Transport): Promise<Client> {
  const client = new Client({ name: 'a test', version: '1' });
  await client.connect(transport);
  clients.push(client);
  return client;
}

const overHttp = (url: string, token?: string) =>
  connect(
    new StreamableHTTPClientTransport(new URL('/mcp', url), {
      ...(token && { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    }) as Transport,
  );

const overStdio = () =>
  connect(
    new StdioClientTransport({ command: process.execPath, args: ['bin/spotter.js', 'mcp'], stderr: 'pipe' }),
  );

interface Content {
  readonly type: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
}

async function call(client: Client, name: string, args: Record<string, unknown>) {
  const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: args });
  return { content: content as Content[], data: structuredContent as Record<string, never>, isError };
}

const base64 = async (path: string) => (await readFile(path)).toString('base64');

describe('the tools over HTTP', () => {
  it('are three, and say that they only read', async () => {
    const client = await overHttp((await startWeb()).url);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['find', 'count', 'describe_regions']);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    // Files of the machine that serves are none of the agent's business.
    expect(JSON.stringify(tools)).not.toContain('image_path');
  });

  it('find, and go on with what was found', async () => {
    const client = await overHttp((await startWeb()).url);
    const { content, data } = await call(client, 'find', {
      expression: 'the upper dog',
      image_base64: await base64(DOGS),
    });
    expect(data).toMatchObject({
      outcome: 'found',
      sentence: 'Found the upper dog.',
      width: 852,
      height: 1280,
    });
    const picture = content.find(({ type }) => type === 'image')!;
    expect(picture.mimeType).toBe('image/jpeg');
    expect(Buffer.from(picture.data!, 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    const other = await call(client, 'find', { expression: 'and the lower one?', after: data.answer });
    expect(other.data).toMatchObject({ outcome: 'found', picture: data.picture });
    expect(other.data.regions).not.toEqual(data.regions);
    const none = await call(client, 'find', { expression: 'the cat', picture: data.picture });
    expect(none.data).toMatchObject({ outcome: 'not-present', regions: [] });
  });

  it('count and describe', async () => {
    const client = await overHttp((await startWeb()).url);
    const image_base64 = await base64(DOGS);
    const counted = await call(client, 'count', { things: 'dogs', image_base64 });
    expect(counted.data).toMatchObject({ number: 2, outcome: 'found' });
    for (const things of ['How many dogs are there?', 'dogs.', ' dogs ']) {
      const again = await call(client, 'count', { things, picture: counted.data.picture, draw: false });
      expect(again.data, things).toMatchObject({ number: 2 });
      expect(again.content.some(({ type }) => type === 'image')).toBe(false);
    }
    const nothing = await call(client, 'count', { things: ' ', image_base64 });
    expect(nothing.content[0]!.text).toMatch(/^empty-expression: /);
    const described = await call(client, 'describe_regions', { image_base64 });
    const labels = (described.data.regions as unknown as { label: string }[]).map(({ label }) => label);
    expect(labels).toEqual(['dog', 'dog']);
  });

  it.each([
    [{ expression: 'the dog' }, /^no-picture: /],
    [{ expression: '', image_base64: 'AAAA' }, /^empty-expression: /],
    [{ expression: 'the dog', image_base64: 'AAAA' }, /^not-a-picture: /],
    [{ expression: 'the dog', image_base64: '§§' }, /^bad-data: /],
    [
      { expression: 'the dog', image_url: 'http://127.0.0.1/a.jpg' },
      /^bad-link: |^forbidden-address: |^not-allowed: /,
    ],
    [{ expression: 'the dog', image_base64: 'AAAA', picture: 'x' }, /^bad-usage: /],
    [{ expression: 'the dog', picture: 'unknown' }, /^not-found: /],
  ])('tell what is wrong in one sentence: %j', async (args, said) => {
    const client = await overHttp((await startWeb()).url);
    const { isError, content } = await call(client, 'find', args);
    expect(isError).toBe(true);
    expect(content[0]!.text).toMatch(said);
  });

  it('refuse what they do not have, such as files of the machine that serves', async () => {
    const client = await overHttp((await startWeb()).url);
    for (const more of [{ image_path: '/etc/passwd' }, { detector: 'nope' }]) {
      const { isError, content } = await call(client, 'find', { expression: 'the dog', ...more });
      expect(isError).toBe(true);
      expect(content[0]!.text).toContain(Object.keys(more)[0]);
    }
  });

  it('want the token where there is one', async () => {
    const { url } = await startWeb({ SPOTTER_WEB_TOKENS: 'agent:a-token-of-24-characters' });
    await expect(overHttp(url)).rejects.toThrow(/401|token/i);
    const client = await overHttp(url, 'a-token-of-24-characters');
    expect((await client.listTools()).tools).toHaveLength(3);
  });
});

describe('the tools on standard input and output', () => {
  it('find in files of the machine, and end with their client', async () => {
    const client = await overStdio();
    const { data } = await call(client, 'find', { expression: 'the upper dog', image_path: resolve(DOGS) });
    expect(data).toMatchObject({ outcome: 'found' });
    const missing = await call(client, 'find', { expression: 'the dog', image_path: '/nowhere.jpg' });
    expect(missing.content[0]!.text).toMatch(/^not-found: /);
  });
});
