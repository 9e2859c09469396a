import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SLACK_FILES } from '../../src/fetch/address.ts';
import { createDownloader, type DownloaderOptions } from '../../src/fetch/download.ts';
import { answer, downloaderOf, failure, type Handle, PICTURE, startHost } from './hosts.ts';

const USER = { as: 'user' } as const;
const HTML = '<!DOCTYPE html><html><body>Log in</body></html>';

async function fetched(handle: Handle, options: DownloaderOptions = {}, as: 'user' | 'platform' = 'user') {
  const host = await startHost(handle);
  return { host, work: downloaderOf([host], options).download(`${host.origin}/a.png?ex=1#top`, { as }) };
}

const failing = async (handle: Handle, options: DownloaderOptions = {}, as: 'user' | 'platform' = 'user') =>
  failure((await fetched(handle, options, as)).work);

describe('a download', () => {
  it('brings the bytes as they are, and asks for no more than it needs', async () => {
    const { host, work } = await fetched(answer(200, PICTURE, { 'content-type': 'text/html' }));
    expect(Buffer.from(await work)).toEqual(PICTURE);
    expect(host.seen).toHaveLength(1);
    expect(host.seen[0]).toMatchObject({
      path: '/a.png?ex=1',
      headers: { host: host.host, 'accept-encoding': 'identity', 'user-agent': 'spotter' },
    });
    expect(Object.keys(host.seen[0]!.headers).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
    );
  });

  it('of a user needs to be switched on', async () => {
    const host = await startHost();
    const refused = {
      code: 'bad-link',
      message: 'The link cannot be used: links are not followed here.',
    };
    expect(await failure(createDownloader().download(host.origin, USER))).toMatchObject(refused);
    const away = await startHost((response) => response.writeHead(302, { location: host.origin }).end());
    const { download } = createDownloader({ allowedHosts: new Set([away.host]) });
    expect(await failure(download(away.origin, USER))).toMatchObject(refused);
    expect(host.connections).toBe(0);
    // To where the platform keeps its files anybody may lead.
    const open = createDownloader({ allowedHosts: new Set([host.host]) });
    for (const as of ['user', 'platform'] as const)
      expect(Buffer.from(await open.download(host.origin, { as }))).toEqual(PICTURE);
  });

  it.each([403, 404, 410])('with status %d has expired', async (status) => {
    const error = await failing(answer(status, HTML));
    expect(error.code).toBe('link-expired');
    expect(error.message).toBe(`The link has expired, or never led to a file (${status}).`);
  });

  it.each([
    [401, 'login (401)'],
    [429, 'less often (429)'],
    [500, 'answers with 500'],
    [503, 'overloaded (503)'],
    [204, 'answers with 204'],
    [206, 'answers with 206'],
    [304, 'answers with 304'],
  ])('with status %d has failed', async (status, said) => {
    const error = await failing(answer(status));
    expect(error.code).toBe('link-failed');
    expect(error.message).toContain(said);
  });

  it('of nothing is an empty file', async () => {
    expect((await failing(answer(200))).code).toBe('empty-file');
  });
});

describe('a web page in place of a file', () => {
  it.each([
    [HTML, 'image/png'],
    [`\ufeff \n<HTML lang=en>`, ''],
    ['<!-- a --> <!-- b -->\n<head>', ''],
    ['<?xml version="1.0"?><!DOCTYPE html PUBLIC "">', ''],
    ['<div>Please wait</div>', 'text/html; charset=utf-8'],
  ])('is told by its bytes: %j as %s', async (page, type) => {
    expect((await failing(answer(200, page, { 'content-type': type }))).code).toBe('web-page');
  });

  it('lacks a permission when the platform sends it', async () => {
    const error = await failing(answer(200, HTML), { platform: SLACK_FILES }, 'platform');
    expect(error.code).toBe('web-page');
    expect(error.message).toBe(
      'The picture cannot be fetched: the platform sent a web page, so a permission (files:read) is missing.',
    );
    expect((await failing(answer(200, HTML), { platform: SLACK_FILES })).message).toBe(
      'The link leads to a web page, not to a picture.',
    );
  });

  it('is looked for without an end, whatever comments come first', async () => {
    // Two ways to read each comment would be 2 to the power of 290 altogether.
    const { work } = await fetched(answer(200, '<!---->'.repeat(290)));
    expect((await work).length).toBe(7 * 290);
  });

  it('is not what pictures and drawings are', async () => {
    for (const body of [
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      '<?xml version="1.0"?><svg/>',
      'GIF89a<html>',
    ]) {
      const { work } = await fetched(answer(200, body, { 'content-type': 'image/png' }));
      expect((await work).length).toBe(body.length);
    }
  });
});

describe('bytes', () => {
  const maxBytes = 100_000;

  it('are not received where too many are announced', async () => {
    const error = await failing((response) => {
      response.writeHead(200, { 'content-length': String(5 * 2 ** 30) });
      response.write(PICTURE);
    });
    expect(error.code).toBe('too-many-bytes');
    expect(error.message).toBe('The file is too large: it has 5 GiB, the limit is 20 MiB.');
  });

  it('are received no further than to the limit where they never end', async () => {
    let sent = 0;
    let closed = () => {};
    const end = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const error = await failing(
      (response) => {
        response.on('close', closed);
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(2 ** 14))) sent += 2 ** 14;
          sent += 2 ** 14;
        };
        response.on('drain', more).writeHead(200);
        more();
      },
      { maxBytes },
    );
    expect(error.code).toBe('too-many-bytes');
    // The connection ends; what the system has buffered on both sides was sent for nothing.
    await end;
    expect(sent).toBeLessThan(maxBytes + 16 * 2 ** 20);
  });

  it('may be as many as the limit, and not one more', async () => {
    const { work } = await fetched(answer(200, Buffer.alloc(maxBytes)), { maxBytes });
    expect((await work).length).toBe(maxBytes);
    expect((await failing(answer(200, Buffer.alloc(maxBytes + 1)), { maxBytes })).code).toBe(
      'too-many-bytes',
    );
    const chunked: Handle = (response) => {
      response.writeHead(200).write(Buffer.alloc(maxBytes));
      response.end('x');
    };
    expect((await failing(chunked, { maxBytes })).code).toBe('too-many-bytes');
  });

  it('are not decompressed: a bomb stays one', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
    expect(bomb.length).toBeLessThan(maxBytes);
    const encoded = await failing(answer(200, bomb, { 'content-encoding': 'gzip' }), { maxBytes });
    expect(encoded.message).toBe('The picture could not be fetched: its server compresses it.');
    expect((await failing(answer(200, bomb, { 'content-encoding': 'br, gzip' }))).code).toBe('link-failed');
    const { work } = await fetched(answer(200, bomb), { maxBytes });
    expect((await work).length).toBe(bomb.length);
    const plain = await fetched(answer(200, PICTURE, { 'content-encoding': 'identity' }));
    expect(Buffer.from(await plain.work)).toEqual(PICTURE);
  });

  it('that are fewer than announced were cut off', async () => {
    const error = await failing((response) => {
      response.writeHead(200, { 'content-length': String(PICTURE.length * 2) });
      response.write(PICTURE, () => response.destroy());
    });
    expect(error.code).toBe('link-failed');
    expect(error.message).toContain('has cut the connection');
  });

  it('that are more than announced are left out', async () => {
    const { work } = await fetched((response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n${'x'.repeat(1000)}`);
    });
    expect((await work).length).toBe(4);
  });

  it.each([
    'HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 9\r\n\r\nxxxxxxxxx',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nxxxx',
    'HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\nxxxx\r\n0\r\n\r\n',
    `HTTP/1.1 200 OK\r\na: ${'x'.repeat(100_000)}\r\n\r\nxxxx`,
    'SSH-2.0-OpenSSH_9.2\r\n',
  ])('that are no HTTP are refused: %#', async (raw) => {
    const error = await failing((response) => response.socket?.end(raw));
    expect(error.code).toBe('link-failed');
    expect(error.message).toMatch(/does not speak HTTP properly|has cut the connection/);
  });
});

describe('a connection', () => {
  it.each([200, 302, 404])(
    'ends with the download, though the server has more to say: %d',
    async (status) => {
      const closed: Promise<unknown>[] = [];
      const { work } = await fetched(
        (response) => {
          closed.push(once(response, 'close'));
          response.writeHead(status, { location: 'ftp://a.net/' }).write(Buffer.alloc(1000));
        },
        { maxBytes: 100, patience: { idleMs: 600_000 } },
      );
      expect((await failure(work)).code).toMatch(/too-many-bytes|bad-link|link-expired/);
      await Promise.all(closed);
      expect(closed).toHaveLength(1);
    },
  );
});

describe('time', () => {
  const totalMs = 300;

  it('is up when nothing comes', async () => {
    const error = await failing(() => {}, { patience: { totalMs } });
    expect(error).toMatchObject({ code: 'timed-out', message: 'The picture took too long to arrive.' });
  });

  it('is up between two pieces, before the head, and before the connection is made', async () => {
    const patience = { totalMs: 600_000 };
    const stalled: Handle = (response) => response.writeHead(200).write(PICTURE.subarray(0, 50));
    expect((await failing(stalled, { patience: { ...patience, idleMs: 200 } })).code).toBe('timed-out');
    expect((await failing(() => {}, { patience: { ...patience, headersMs: 200 } })).code).toBe('timed-out');
    // It accepts, but has nothing to say to a handshake.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const pair = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const allowedHosts = new Set([pair]);
    const { download } = createDownloader({ allowedHosts, patience: { ...patience, connectMs: 200 } });
    const error = await failure(download(`https://${pair}/`, { as: 'platform' }));
    expect(error.code).toBe('timed-out');
  });

  it('is up for a drip that never stalls', async () => {
    const drip: Handle = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    };
    expect((await failing(drip, { patience: { totalMs, idleMs: 200 } })).code).toBe('timed-out');
  });

  it('is up while a name is looked up', async () => {
    const resolve = () => new Promise<never>(() => {});
    const { download } = createDownloader({ links: true, resolve, patience: { totalMs } });
    expect((await failure(download('http://slow.attacker.net/', USER))).code).toBe('timed-out');
  });

  it('is up when the caller says so', async () => {
    const host = await startHost(() => {});
    const { download } = downloaderOf([host]);
    const controller = new AbortController();
    const work = failure(download(host.origin, { ...USER, signal: controller.signal }));
    await expect.poll(() => host.seen.length).toBe(1);
    controller.abort();
    expect((await work).code).toBe('cancelled');
    const late = await failure(download(host.origin, { ...USER, signal: AbortSignal.abort() }));
    expect(late.code).toBe('cancelled');
    expect(host.seen).toHaveLength(1);
  });
});

describe('a server that is not there', () => {
  it('has failed, by whatever it says', async () => {
    const gone = createDownloader({ links: true, allowedHosts: new Set(['127.0.0.1:1']) });
    expect((await failure(gone.download('http://127.0.0.1:1/', USER))).message).toContain(
      'refuses the connection',
    );
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA']) {
      const resolve = async () => {
        throw Object.assign(new Error('no'), { code });
      };
      const unknown = await failure(
        createDownloader({ links: true, resolve }).download('http://a.net/', USER),
      );
      expect([unknown.code, unknown.cause]).toEqual(['link-failed', undefined]);
      expect(unknown.message).toContain('not known by that name');
    }
    const nothing = createDownloader({ links: true, resolve: async () => [] });
    expect((await failure(nothing.download('http://a.net/', USER))).code).toBe('link-failed');
  });
});
