import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { example } from '../detector/photos.ts';
import { freePort } from '../store/redis-server.ts';
import { type Slack, type SlackOptions, startSlack } from '../world/slack/server.ts';
import { type Bot, removeFolders, startBot, stateFolder } from './start.ts';

let slack: Slack | undefined;
let bot: Bot | undefined;
afterEach(async () => {
  await bot?.end('SIGKILL');
  await slack?.close();
});
afterAll(removeFolders);

const image = { name: 'two-dogs.jpg', bytes: readFileSync(example('two-dogs.jpg')), type: 'image/jpeg' };

describe('npm start, on Slack', () => {
  it.each([
    ['socket', /Slack +started: by Socket Mode/],
    ['http', /Slack +started: by signed requests/],
  ] as const)('(%s) answers a mention in its thread with a picture, once', async (transport, started) => {
    slack = await startSlack({ transport } as SlackOptions);
    const PORT = String(await freePort());
    bot = startBot({ ...slack.settings, SPOTTER_STATE: stateFolder(), PORT });
    await bot.until(started);
    if (transport === 'http') await slack.deliverTo(`http://127.0.0.1:${PORT}/slack/events`);
    const health = await fetch(`http://127.0.0.1:${PORT}/readyz`);
    expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ ready: true })]);
    await slack.person().mention({ text: 'the upper dog', images: [image], times: 5 });
    const found = await slack.until(
      () => slack!.replies().find(({ text }) => text.includes('Found the upper dog')),
      30_000,
    );
    expect(found).toBeDefined();
    await slack.until(() => slack!.replies().some(({ files }) => files.length > 0), 30_000);
    expect(slack.replies().filter(({ text }) => text.includes('Found')).length).toBe(1);
    const metrics = async () => (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
    await expect
      .poll(metrics, { timeout: 10_000 })
      .toMatch(/spotter_questions_total\{platform="slack",outcome="found".*\} 1/);
    expect(await bot.end()).toBe(0);
    expect(bot.said().log).not.toContain('xoxb');
    expect(slack.complaints).toEqual([]);
  });
});
