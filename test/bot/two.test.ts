import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { example } from '../detector/photos.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../store/redis-server.ts';
import { type Discord, startDiscord } from '../world/discord/server.ts';
import { type Bot, removeFolders, startBot, stateFolder } from './start.ts';

const bots: Bot[] = [];
let discord: Discord | undefined;
let redis: RedisServer | undefined;
afterEach(async () => {
  for (const bot of bots.splice(0)) await bot.end('SIGKILL');
  await discord?.close();
  await redis?.close();
});
afterAll(removeFolders);

const image = { name: 'two-dogs.jpg', bytes: readFileSync(example('two-dogs.jpg')), type: 'image/jpeg' };

describe.skipIf(!HAS_REDIS)('two bots on one Redis', () => {
  it('that both hear everything answer each question once', async () => {
    const world = await startDiscord();
    discord = world;
    redis = await startRedis({ password: 'redis-canary-8812' });
    const env = {
      ...world.settings,
      REDIS_URL: redis.url,
      SPOTTER_PER_USER: '100',
      SPOTTER_PER_CHANNEL: '100',
    };
    for (let i = 0; i < 2; i++) {
      const bot = startBot({ ...env, SPOTTER_STATE: stateFolder() });
      bots.push(bot);
      await bot.until(/Discord +started/);
      expect(bot.said().report).not.toContain('canary');
    }
    const people = Array.from({ length: 6 }, (_, i) => world.person(`p${i}`));
    await Promise.all(people.map((person) => person.direct({ text: 'the upper dog', images: [image] })));
    const found = () => world.replies().filter(({ text }) => text.includes('Found the upper dog'));
    await world.until(() => found().length >= people.length, 40_000);
    // Whatever else were to come would have come by the time that both have closed.
    expect(await Promise.all(bots.map((bot) => bot.end()))).toEqual([0, 0]);
    expect(found()).toHaveLength(people.length);
    expect(bots.flatMap((bot) => bot.said().log.match(/"msg":"answered"/g) ?? [])).toHaveLength(
      people.length,
    );
    expect(bots.map((bot) => bot.said().log).join()).not.toContain('canary');
  });

  it('count the questions of a person together', async () => {
    const world = await startDiscord();
    discord = world;
    redis = await startRedis();
    const env = { ...world.settings, REDIS_URL: redis.url, SPOTTER_PER_USER: '3' };
    for (let i = 0; i < 2; i++) {
      const bot = startBot({ ...env, SPOTTER_STATE: stateFolder() });
      bots.push(bot);
      await bot.until(/Discord +started/);
    }
    const ann = world.person();
    for (let i = 0; i < 6; i++) await ann.direct({ text: 'the upper dog', images: [image] });
    const told = (words: string) => world.replies().filter(({ text }) => text.includes(words)).length;
    await world.until(() => told('Found') + told('You have asked 3 times in a minute') >= 6, 40_000);
    expect([told('Found'), told('You have asked 3 times in a minute')]).toEqual([3, 3]);
  });
});
