import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { admit, DISCORD_FILES, type PlatformFiles, SLACK_FILES } from '../../src/fetch/address.ts';
import { createDownloader } from '../../src/fetch/download.ts';
import { answer, downloaderOf, failure, redirect, startHost } from './hosts.ts';

const TOKEN = 'xoxb-canary-4711-quite-secret';
const headersFor = () => ({ authorization: `Bearer ${TOKEN}` });
const admits = (platform: PlatformFiles, link: string): boolean => {
  try {
    admit(link, { as: 'platform', platform, allowedHosts: new Set(), links: true, ports: [80, 443] });
    return true;
  } catch (thrown) {
    if (thrown instanceof SpotterError) return false;
    throw thrown;
  }
};

describe("a platform's files", () => {
  it.each([
    [SLACK_FILES, 'https://files.slack.com/files-pri/T1-F1/a.png'],
    [SLACK_FILES, 'https://slack-files.com/T1-F1-abc'],
    [SLACK_FILES, 'https://a.slack-edge.com/80588/img/a.png'],
    [SLACK_FILES, 'https://FILES.slack.com:443/a.png'],
    [DISCORD_FILES, 'https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3'],
    [DISCORD_FILES, 'https://media.discordapp.net/attachments/1/2/a.png'],
    [DISCORD_FILES, 'https://images-ext-1.discordapp.net/external/abc/https/a.net/b.png'],
  ] as const)('are on its hosts %#: %s', (platform, link) => {
    expect(admits(platform, link)).toBe(true);
  });

  it.each([
    'http://files.slack.com/a.png',
    'https://files.slack.com:8443/a.png',
    'https://files.slack.com./a.png',
    'https://files.slack.com.attacker.net/a.png',
    'https://attackerfiles.slack.com/a.png',
    'https://x.files.slack.com/a.png',
    'https://filesxslack.com/a.png',
    'https://slack-edge.com.attacker.net/',
    'https://attackerslack-edge.com/',
    'https://a.b.slack-edge.com/',
    'https://attacker.net/files.slack.com/a.png',
    'https://attacker.net#.slack-edge.com',
    'https://attacker.net?.slack-edge.com',
    'https://user@files.slack.com/a.png',
    'https://team.slack.com/files/a.png',
    'https://drive.google.com/a.png',
    'https://images-ext-.discordapp.net/a.png',
    'https://images-ext-1.attacker.net/a.png',
    'https://images-ext-1.attacker.net.discordapp.net/a.png',
    'https://cdn.discordapp.com.attacker.net/a.png',
    'https://discord.com/a.png',
  ])('are nowhere else: %s', (link) => {
    expect([SLACK_FILES, DISCORD_FILES].map((platform) => admits(platform, link))).toEqual([false, false]);
  });

  it('are nowhere for a downloader that was told none', async () => {
    const { code } = await failure(
      createDownloader().download('https://files.slack.com/a', { as: 'platform' }),
    );
    expect(code).toBe('forbidden-address');
  });
});

describe('a token', () => {
  it("goes to the platform's hosts, also where one redirects to another", async () => {
    const second = await startHost();
    const first = await startHost(redirect(second.origin));
    await downloaderOf([first, second]).download(first.origin, { as: 'platform', headersFor });
    for (const { seen } of [first, second]) expect(seen[0]!.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('is made for the very address that is asked', async () => {
    const second = await startHost();
    const first = await startHost(redirect(`${second.origin}/b`));
    const asked: string[] = [];
    const note = (url: URL) => {
      asked.push(url.href);
      return {};
    };
    await downloaderOf([first, second]).download(`${first.origin}/a`, { as: 'platform', headersFor: note });
    expect(asked).toEqual([`${first.origin}/a`, `${second.origin}/b`]);
  });

  it('goes to no foreign host, which is not even visited', async () => {
    const foreign = await startHost();
    const first = await startHost(redirect(foreign.origin));
    const { download } = downloaderOf([first], { ports: [80, 443, foreign.port] });
    const error = await failure(download(first.origin, { as: 'platform', headersFor }));
    expect(error.code).toBe('forbidden-address');
    expect(error.message).toContain("not on one of the platform's own hosts");
    expect(foreign.connections).toBe(0);
    expect((await failure(download(foreign.origin, { as: 'platform', headersFor }))).code).toBe(
      'forbidden-address',
    );
    expect(foreign.connections).toBe(0);
  });

  it('does not go with a link of a user, wherever that leads', async () => {
    const second = await startHost();
    const first = await startHost(redirect(second.origin));
    await downloaderOf([first, second], { platform: SLACK_FILES }).download(first.origin, {
      as: 'user',
      headersFor,
    });
    for (const { seen } of [first, second]) expect(seen[0]!.headers.authorization).toBeUndefined();
  });
});

describe('a secret', () => {
  const secretive = `/files/${TOKEN}/a.png?token=${TOKEN}#${TOKEN}`;

  it('is in no failure, neither its words nor what hangs on it', async () => {
    const told = await startHost(answer(500, TOKEN, { 'x-token': TOKEN }));
    const cut = await startHost((response) => response.socket?.end(`${TOKEN}\r\n`));
    const leads = await startHost(redirect(`http://10.0.0.1${secretive}`));
    const gone = await startHost(answer(404, TOKEN));
    const encoded = await startHost(answer(200, TOKEN, { 'content-encoding': TOKEN }));
    const { download } = downloaderOf([told, cut, leads, gone, encoded], {
      patience: { totalMs: 2000 },
      resolve: async (hostname) => {
        throw Object.assign(new Error(`${hostname} ${TOKEN}`), { code: 'ENOTFOUND' });
      },
    });
    const links = [
      ...[told, cut, leads, gone, encoded].map(({ origin }) => `${origin}${secretive}`),
      `http://${TOKEN}:${TOKEN}@127.0.0.1/`,
      `http://${TOKEN}.attacker.net/`,
      `ftp://a.net${secretive}`,
      `http://[${TOKEN}]/`,
      `https://10.0.0.1${secretive}`,
    ];
    for (const link of links)
      for (const as of ['platform', 'user'] as const) {
        const error = await failure(download(link, { as, headersFor }));
        const whole = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), error.stack];
        expect(whole.join('\n')).not.toContain(TOKEN);
      }
  });

  it('that cannot be a header is not told either', async () => {
    const host = await startHost();
    const broken = () => ({ authorization: `Bearer ${TOKEN}\r\nx: y` });
    const work = downloaderOf([host]).download(host.origin, { as: 'platform', headersFor: broken });
    const error = await failure(work);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
    expect(host.seen).toHaveLength(0);
  });
});
