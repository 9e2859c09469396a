import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { example } from '../specialist/photos.ts';
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
  it('answers a mention in its thread with a picture, once, and ends in good order', async () => {
    slack = await startSlack({ transport: 'socket' } as SlackOptions);
    bot = startBot({ ...slack.settings, SPOTTER_STATE: stateFolder() });
    await bot.until(/Slack +started: by Socket Mode/);
    await slack.person().mention({ text: 'the upper dog', images: [image], times: 5 });
    const found = await slack.until(
      () => slack!.replies().find(({ text }) => text.includes('Found "the upper dog"')),
      30_000,
    );
    expect(found).toBeDefined();
    await slack.until(() => slack!.replies().some(({ files }) => files.length > 0), 30_000);
    expect(slack.replies().filter(({ text }) => text.includes('Found')).length).toBe(1);
    expect(await bot.end()).toBe(0);
    expect(bot.said().log).not.toContain('xoxb');
    expect(slack.complaints).toEqual([]);
  });
});
