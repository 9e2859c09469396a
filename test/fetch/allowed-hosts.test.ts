import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { parseAllowedHosts } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { failure, PICTURE, startHost } from './hosts.ts';

const parsed = (given: string | readonly string[]): string[] => [...parseAllowedHosts(given)];

describe('allowed hosts', () => {
  it('are pairs of host and port, as URLs have them', () => {
    expect(parsed(' 127.0.0.1:9002, Files.Local:80,[::1]:443,, localhost:65535')).toEqual([
      '127.0.0.1:9002',
      'files.local:80',
      '[::1]:443',
      'localhost:65535',
    ]);
    expect(parsed(['0x7f.1:1'])).toEqual(['127.0.0.1:1']);
    expect(parsed('')).toEqual([]);
  });

  it.each([
    '127.0.0.1',
    'localhost:',
    ':9002',
    'localhost:0',
    'localhost:65536',
    '*.local:80',
    'http://localhost:80',
    'localhost:80/files',
    'me@localhost:80',
    '::1:80',
    '[fe80::1%lo]:80',
    'a b:80',
  ])('are refused where they are something else: %s', (text) => {
    try {
      parseAllowedHosts(['127.0.0.1:1', text]);
      expect.unreachable();
    } catch (thrown) {
      if (!(thrown instanceof SpotterError)) throw thrown;
      expect(thrown.code).toBe('bad-config');
      expect(thrown.hint).toContain('number 2 ');
      expect(JSON.stringify(thrown)).not.toContain(text);
    }
  });

  it('let exactly these pairs through, for the platform and for users, in every notation', async () => {
    const [allowed, other] = [await startHost(), await startHost()];
    const { download } = createDownloader({ links: true, allowedHosts: parseAllowedHosts(allowed.host) });
    for (const as of ['platform', 'user'] as const) {
      expect(Buffer.from(await download(`${allowed.origin}/a.png`, { as }))).toEqual(PICTURE);
      expect(Buffer.from(await download(`http://0x7f.1:${allowed.port}/`, { as }))).toEqual(PICTURE);
      for (const link of [
        other.origin,
        `http://localhost:${allowed.port}/`,
        `http://127.0.0.2:${allowed.port}/`,
      ])
        expect((await failure(download(link, { as }))).code, link).toBe('forbidden-address');
    }
    expect(allowed.connections).toBe(4);
    expect(other.connections).toBe(0);
  });
});
