import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { example } from '../detector/photos.ts';
import { type Discord, startDiscord } from '../world/discord/server.ts';
import type { Reply } from '../world/platform.ts';
import { type Bot, removeFolders, startBot, stateFolder } from './start.ts';

let discord: Discord;
let bot: Bot | undefined;
beforeEach(async () => {
  discord = await startDiscord();
});
afterEach(async () => {
  await bot?.end('SIGKILL');
  await discord.close();
});
afterAll(removeFolders);

const image = {
  name: 'two-dogs.jpg',
  bytes: readFileSync(example('two-dogs.jpg')),
  type: 'image/jpeg',
};
const start = async (env: NodeJS.ProcessEnv = {}): Promise<Bot> => {
  bot = startBot({ ...discord.settings, SPOTTER_STATE: stateFolder(), PORT: '0', ...env });
  await bot.until(/Discord +started/);
  return bot;
};
const answers = (): Reply[] =>
  discord
    .replies()
    .filter(({ text, removed }) => !removed && text !== '' && !/^(Looking|Waiting)/.test(text));
const answer = (n = 1): Promise<Reply> => discord.until(() => answers()[n - 1], 30_000);

describe('npm start, on Discord', () => {
  it('answers with a picture, follows up after a restart, and ends in good order', async () => {
    const SPOTTER_STATE = stateFolder();
    const first = await start({ SPOTTER_STATE });
    const { report } = first.said();
    expect(report).toContain('DISCORD_API_URL, DISCORD_APP_ID, DISCORD_TOKEN');
    expect(report).not.toContain(discord.token);
    const ann = discord.person();
    await ann.direct({ text: 'the upper dog', images: [image], times: 5 });
    const found = await answer();
    expect(found.text).toContain('Found the upper dog');
    expect(found, bot!.said().log).toMatchObject({ files: [expect.anything()] });
    expect(await first.end()).toBe(0);

    const second = await start({ SPOTTER_STATE });
    await ann.direct({ text: 'and the lower one?' });
    expect((await answer(2)).text).toContain('Found the dog at the bottom');
    expect(answers()).toHaveLength(2);
    expect(await second.end()).toBe(0);
    expect(second.said().log).not.toContain(discord.token);
    expect(second.said().log).not.toContain('lower');
    expect(discord.complaints).toEqual([]);
  });

  it('answers after it was killed what it had accepted', async () => {
    const SPOTTER_STATE = stateFolder();
    const first = await start({ SPOTTER_STATE });
    await discord.person().direct({ text: 'the upper dog', images: [{ ...image, served: 'slow' }] });
    // It types as soon as it has accepted a question.
    await discord.until(() => discord.calls.find(({ what }) => what.endsWith('/typing')), 30_000);
    await first.end('SIGKILL');
    expect(answers()).toEqual([]);
    await start({ SPOTTER_STATE });
    expect((await answer()).text).toMatch(/Found the upper dog|interrupted/);
  });
});

describe('npm start', () => {
  it('without any token explains how to get one, and offers the terminal', async () => {
    bot = startBot({ SPOTTER_STATE: stateFolder() });
    await bot.until('Nothing takes questions yet.');
    const { report } = bot.said();
    expect(report).toContain('DISCORD_TOKEN is not set');
    expect(report).toContain('https://discord.com/developers/applications');
    expect(report).toContain('spotter find');
    expect(await bot.over).toBe(78);
  });

  it('tells all settings that are wrong at once, and no value', async () => {
    bot = startBot({ DISCORD_TOKEN: 'secret-token', PORT: 'secret-port', SPOTTER_DEVICE: 'secret-device' });
    await bot.until('SPOTTER_DEVICE');
    const { report } = bot.said();
    expect(report).toContain('PORT');
    expect(report).not.toContain('secret');
    expect(await bot.over).toBe(78);
  });
});
