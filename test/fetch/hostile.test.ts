import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { createDownloader } from '../../src/fetch/download.ts';
import { HOSTILE, type Hostile, NAMES } from './hostile.ts';
import { downloaderOf, failure, redirect, startHost } from './hosts.ts';

const at = ({ link }: Hostile, port: number): string => link.replace('PORT', String(port));

/** Names that no resolver should be asked for. */
const strangers: string[] = [];

async function resolve(hostname: string): Promise<readonly string[]> {
  const known = NAMES[hostname.replace(/\.$/, '')];
  if (!known) strangers.push(hostname);
  return known ?? [];
}

/** Headers are bytes; line breaks would end them. */
const inHeader = (text: string): string => Buffer.from(text.replace(/[\n\t]/g, '')).toString('latin1');

describe('hostile addresses', () => {
  it('are many, each once, each with a reason', () => {
    expect(HOSTILE.length).toBeGreaterThan(60);
    expect(new Set(HOSTILE.map(({ link }) => link)).size).toBe(HOSTILE.length);
  });

  it.each(HOSTILE)('are refused before any connection: $why ($link)', async (hostile) => {
    const host = await startHost();
    // The port is allowed, so that the address alone is what is refused.
    const ports = [80, 443, host.port];
    const { download } = createDownloader({ links: true, ports, resolve });
    const { code } = await failure(download(at(hostile, host.port), { as: 'user' }));
    expect(code).toBe(hostile.code ?? 'forbidden-address');
    expect(host.connections).toBe(0);
    expect(strangers).toEqual([]);
  });

  it('would be reached without a guard', async () => {
    const reaching = HOSTILE.filter(({ reaches }) => reaches);
    expect(reaching.length).toBeGreaterThan(30);
    const host = await startHost();
    for (const hostile of reaching) {
      const before = host.seen.length;
      const { body } = await request(new URL(at(hostile, host.port)), { reset: true });
      await body.dump();
      expect(host.seen.length, hostile.link).toBe(before + 1);
    }
  });

  it('are refused as the target of a redirect just as well', async () => {
    const inner = await startHost();
    let target = '';
    const outer = await startHost(redirect(() => target));
    const ports = [80, 443, inner.port];
    const { download } = downloaderOf([outer], { ports, resolve });
    for (const hostile of HOSTILE) {
      target = inHeader(at(hostile, inner.port));
      const { code } = await failure(download(`${outer.origin}/`, { as: 'user' }));
      // What is no address is, in a redirect, a failure of the server.
      expect(['forbidden-address', 'bad-link', 'link-failed'], hostile.link).toContain(code);
    }
    expect(outer.connections).toBeGreaterThan(60);
    expect(inner.connections).toBe(0);
  });

  it('are refused for the platform, too: its names are no proof of where they lead', async () => {
    const host = await startHost();
    const platform = { hosts: ['files.platform.net'] };
    const { download } = createDownloader({ platform, resolve: async () => ['127.0.0.1'] });
    const { code } = await failure(download('https://files.platform.net/a.png', { as: 'platform' }));
    expect(code).toBe('forbidden-address');
    for (const hostile of HOSTILE)
      expect(['forbidden-address', 'bad-link']).toContain(
        (await failure(download(at(hostile, host.port), { as: 'platform' }))).code,
      );
    expect(host.connections).toBe(0);
  });
});
