import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startDiscord } from '../world/discord/server.ts';
import { type FileHost, startFileHost } from '../world/file-host.ts';
import type { Platform, Served } from '../world/platform.ts';
import { startSlack } from '../world/slack/server.ts';
import { startDiscordBot } from './discord-bot.ts';
import { picture } from './pictures.ts';
import { startSlackBot } from './slack-bot.ts';

interface Standing {
  readonly platform: Platform;
  end(): Promise<void>;
}

const STANDING: Readonly<Record<string, () => Promise<Standing>>> = {
  async discord() {
    const platform = await startDiscord();
    const client = await startDiscordBot(platform);
    return { platform, end: () => client.destroy().then(() => platform.close()) };
  },
  async slack() {
    const platform = await startSlack();
    const app = await startSlackBot(platform);
    return { platform, end: () => app.stop().then(() => platform.close()) };
  },
};

describe.each(Object.entries(STANDING))('%s, by what both platforms have', (_name, start) => {
  let standing: Standing;
  afterEach(() => standing.end());

  it('twenty people ask at once, each about their own picture, and each is answered once', async () => {
    standing = await start();
    const { platform } = standing;
    const images = [await picture()];
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, n) => platform.person(`p${n}`).mention({ text: `thing ${n}!`, images })),
    );
    await Promise.all(asked.map((each) => each.acknowledged()));
    await platform.until(() => platform.replies().filter(({ files }) => files.length > 0).length === 20);
    for (const n of asked.keys()) {
      const about = platform.replies().filter(({ text }) => text.includes(`thing ${n}!`));
      expect(about, `thing ${n}`).toHaveLength(1);
    }
    expect(platform.complaints).toEqual([]);
  });

  it('what is expired comes to nothing, and waiting for it says what was seen', async () => {
    standing = await start();
    const { platform } = standing;
    await platform.person().mention({ text: 'the dog', images: [await picture('old.jpg', 'expired')] });
    await platform.until(() => platform.signs.some(({ kind }) => kind === 'reaction'));
    const waiting = platform.until(() => platform.replies().find(({ files }) => files.length > 0), 300);
    await expect(waiting).rejects.toThrow(/Not seen in 300 ms. The bot asked: .*reactions/);
  });

  it('a person can edit and remove only what is theirs', async () => {
    standing = await start();
    const { platform } = standing;
    const said = await platform.person('ann').say({ text: 'hello' });
    await expect(platform.person('bob').edit(said, 'bye')).rejects.toThrow('bob has no such message');
    await expect(platform.person('bob').remove(said)).rejects.toThrow('bob has no such message');
  });
});

describe('the host of files', () => {
  let host: FileHost;
  afterEach(() => host.close());

  const get = async (served: Served) => {
    host = await startFileHost();
    const upload = await picture('a b.jpg', served);
    return { upload, response: await fetch(host.put(upload, '/x/a b.jpg', '?ex=1'), { redirect: 'manual' }) };
  };

  it.each(['well', 'slow'] as const)('%s: the whole file', async (served) => {
    const { upload, response } = await get(served);
    expect(response.headers.get('content-length')).toBe(String(upload.bytes.length));
    expect(Buffer.from(await response.arrayBuffer()).equals(upload.bytes)).toBe(true);
    expect(host.asked).toMatchObject([{ path: '/x/a%20b.jpg?ex=1' }]);
  });

  it('expired, html, redirect: something else', async () => {
    const { response } = await get('expired');
    expect(response.status).toBe(404);
    const again = async (served: Served) =>
      fetch(host.put(await picture('a.jpg', served), '/a.jpg'), { redirect: 'manual' });
    const page = await again('html');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const elsewhere = await again({ redirect: 'http://127.0.0.1:9/' });
    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/']);
  });

  it.each(['huge', 'vast'] as const)('%s: more than anybody wants', async (served) => {
    const { upload, response } = await get(served);
    let size = 0;
    for await (const chunk of response.body!) {
      size += chunk.length;
      if (size > 5_000_000) break;
    }
    expect(size).toBeGreaterThan(5_000_000);
    expect(response.headers.get('content-length')).toBe(served === 'vast' ? String(5 * 2 ** 30) : null);
    expect(upload.bytes.length).toBeLessThan(5_000_000);
  });

  it.each(['stalled', 'cut'] as const)('%s: not all of it', async (served) => {
    const { response } = await get(served);
    const whole = AbortSignal.timeout(200);
    const read = response.arrayBuffer();
    const stopped = new Promise((_, reject) =>
      whole.addEventListener('abort', () => reject(new Error('stopped'))),
    );
    await expect(Promise.race([read, stopped])).rejects.toThrow(served === 'cut' ? 'terminated' : 'stopped');
    await Promise.all([host.close(), expect(read).rejects.toThrow()]);
    host = await startFileHost();
  });
});

describe('as a program', () => {
  const program = (path: string) =>
    spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(path, import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it.each([
    [
      '../world/discord/main.ts',
      ['DISCORD_TOKEN', 'DISCORD_APP_ID', 'DISCORD_API_URL', 'SPOTTER_ALLOWED_HOSTS'],
    ],
    [
      '../world/slack/main.ts',
      ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_API_URL', 'SPOTTER_ALLOWED_HOSTS'],
    ],
  ])('%s prints the settings of a bot, and serves', async (path, names) => {
    const child = program(path);
    const settings: Record<string, string> = {};
    for await (const line of createInterface(child.stdout!)) {
      const [name = '', value = ''] = line.split(/=(.*)/);
      settings[name] = value;
      if (Object.keys(settings).length === names.length) break;
    }
    expect(Object.keys(settings)).toEqual(names);
    const api = settings.DISCORD_API_URL ?? settings.SLACK_API_URL!;
    expect(
      (await fetch(`${api.replace(/\/$/, '')}/auth.test`, { method: 'POST' })).headers.get('content-type'),
    ).toBe('application/json');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
