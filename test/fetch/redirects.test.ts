import { describe, expect, it } from 'vitest';
import { SLACK_FILES } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { downloaderOf, failure, PICTURE, picture, redirect, startHost } from './hosts.ts';

const USER = { as: 'user' } as const;

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('with status %d are followed, relative ones too', async (status) => {
    const host = await startHost((response, request) =>
      request.url === '/b/c.png'
        ? picture(response, request)
        : redirect('b/c.png', status)(response, request),
    );
    const bytes = await downloaderOf([host]).download(`${host.origin}/a`, USER);
    expect(Buffer.from(bytes)).toEqual(PICTURE);
    expect(host.seen.map(({ path }) => path)).toEqual(['/a', '/b/c.png']);
  });

  it('are followed three times, and no more', async () => {
    const host = await startHost((response, request) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) picture(response, request);
      else redirect(`/${left - 1}`)(response, request);
    });
    const { download } = downloaderOf([host]);
    expect(Buffer.from(await download(`${host.origin}/3`, USER))).toEqual(PICTURE);
    expect(host.seen).toHaveLength(4);
    const error = await failure(download(`${host.origin}/4`, USER));
    expect(error.message).toBe('The picture could not be fetched: its server redirects without end.');
    expect(host.seen).toHaveLength(8);
  });

  it.each(['', 'http://[', 'http://a b/'])('to nowhere have failed: %j', async (location) => {
    const host = await startHost(redirect(location));
    const error = await failure(downloaderOf([host]).download(host.origin, USER));
    expect(error.message).toContain('redirects to nowhere');
  });

  it('to another host are judged like a link: an inner one is not visited, at no hop', async () => {
    const inner = await startHost();
    const last = await startHost(redirect(`${inner.origin}/secret`));
    const middle = await startHost(redirect(last.origin));
    const first = await startHost(redirect(middle.origin));
    // Even its port is allowed.
    const { download } = downloaderOf([first, middle, last], { ports: [80, 443, inner.port] });
    for (const as of ['user', 'platform'] as const)
      expect((await failure(download(first.origin, { as }))).code).toBe('forbidden-address');
    expect([first, middle, last].map(({ seen }) => seen.length)).toEqual([2, 2, 2]);
    expect(inner.connections).toBe(0);
  });

  it('of the platform to its page to log in lack a permission', async () => {
    for (const login of ['https://team.slack.com/?redir=%2Ffiles', 'https://slack.com/signin']) {
      const host = await startHost(redirect(login));
      const { download } = downloaderOf([host], { platform: SLACK_FILES });
      const error = await failure(download(host.origin, { as: 'platform' }));
      expect(error.code).toBe('web-page');
      expect(error.message).toContain('a permission (files:read) is missing');
    }
  });
});

describe('DNS rebinding', () => {
  it('changes nothing: a host is looked up once, and only that address is connected to', async () => {
    const good = await startHost();
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.3']];
    const asked: string[] = [];
    const { download } = createDownloader({
      links: true,
      allowedHosts: new Set([`rebinding.net:${good.port}`]),
      resolve: async (hostname) => {
        asked.push(hostname);
        return answers[asked.length - 1]!;
      },
    });
    expect(Buffer.from(await download(`http://rebinding.net:${good.port}/`, USER))).toEqual(PICTURE);
    expect(asked).toEqual(['rebinding.net']);
    expect(good.seen[0]!.headers.host).toBe(`rebinding.net:${good.port}`);
  });

  it('is met anew at each hop', async () => {
    const host = await startHost(redirect(() => `http://rebinding.net:${host.port}/again`));
    let asked = 0;
    const { download } = createDownloader({
      links: true,
      ports: [host.port],
      allowedHosts: new Set([`first.net:${host.port}`]),
      resolve: async () => {
        asked += 1;
        return ['127.0.0.1'];
      },
    });
    const { code } = await failure(download(`http://first.net:${host.port}/`, USER));
    expect(code).toBe('forbidden-address');
    expect(asked).toBe(2);
    expect(host.seen).toHaveLength(1);
  });
});
