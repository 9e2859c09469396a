import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { registerCommands } from '../../adapters/discord/commands.ts';
import { createDiscord } from '../../adapters/discord/discord.ts';
import { boats } from '../conformance/world.ts';
import { answer, answers, dogs, type Playing, play } from './bot.ts';

let playing: Playing;
afterEach(() => playing.close());

describe('a restart', () => {
  it('goes on with conversations and buttons', async () => {
    playing = await play();
    const { discord } = playing;
    const ann = discord.person();
    await ann.mention({ text: 'the dog', images: [dogs()] });
    const undecided = await answer(discord);
    await playing.restart();
    await ann.mention({ text: 'the upper dog' });
    expect((await answer(discord, 2)).text).toContain('Found the upper dog');
    await ann.press(undecided, '1');
    expect((await answer(discord, 3)).text).toContain('Found: you chose candidate 1');
    expect(discord.complaints).toEqual([]);
  });

  it.each(['mention', 'command'] as const)('answers a %s of before, once and in its place', async (way) => {
    // The first process dies with the question: what it began never ends.
    let [dead, begun] = [true, false];
    const never = new Promise<never>(() => {});
    playing = await play({
      admission(work) {
        begun = true;
        return dead ? never : work();
      },
    });
    const { discord, world } = playing;
    await discord.person()[way]({ text: 'the upper dog', images: [dogs()] });
    await discord.until(() => begun && discord.replies().length === 1);
    dead = false;
    await playing.restart();
    expect((await answer(discord)).text).toContain('Found the upper dog');
    expect(discord.replies()).toHaveLength(1);
    await expect.poll(world.waiting, { timeout: 20_000 }).toBe(0);
    expect(discord.complaints).toEqual([]);
  });
});

it('what was written while nobody listened is answered, once; what is old, answered or of others is not', async () => {
  playing = await play();
  const { discord, world, bot } = playing;
  const ann = discord.person();
  await ann.mention({ text: 'the lower dog', images: [dogs()] });
  await answer(discord);
  await bot.stop();
  await ann.mention({ text: 'the upper dog', images: [dogs()] });
  await ann.say({ text: 'the dog', images: [dogs()] });
  await playing.restart();
  expect((await answer(discord, 2)).text).toContain('Found the upper dog');
  await playing.restart();
  await expect.poll(world.waiting, { timeout: 20_000 }).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(answers(discord)).toHaveLength(2);
  expect(discord.complaints).toEqual([]);
});

describe('after a restart', () => {
  it.each(['2', 'the lower dog'])(
    'a reply to an answer goes on with that, though it comes alone: %j',
    async (text) => {
      playing = await play({}, { retold: (_, data) => ({ ...data, referenced_message: undefined }) });
      const { discord } = playing;
      const ann = discord.person();
      await ann.mention({ text: 'the dog', images: [dogs()] });
      const undecided = await answer(discord);
      await ann.mention({ text: 'the boat', images: [boats()] });
      await answer(discord, 2);
      await playing.restart();
      await ann.mention({ text, replyTo: undecided });
      const { text: said, files } = await answer(discord, 3);
      expect(said).toMatch(/^Found(: you chose candidate 2, a dog| the lower dog)/);
      expect(files[0]!.alt).toContain('dog');
      expect(discord.complaints).toEqual([]);
    },
  );

  it.each(['mention', 'direct'] as const)('a %s that is changed has its answer changed', async (way) => {
    playing = await play({}, { retold: (_, data) => ({ ...data, channel_type: undefined }) });
    const { discord } = playing;
    const ann = discord.person();
    const asked = await ann[way]({ text: 'the upper dog', images: [dogs()] });
    const first = await answer(discord);
    await playing.restart();
    // What was asked before may be told once more.
    discord.again(asked);
    await ann.edit(asked, 'the lower dog');
    await discord.until(() => answers(discord).find(({ text }) => text.includes('Found the lower dog')));
    expect(discord.replies().map(({ id }) => id)).toEqual([first.id]);
    expect(discord.complaints).toEqual([]);
  });
});

describe('the connection', () => {
  it('comes back by itself, and what was said meanwhile is answered', async () => {
    playing = await play();
    const { discord, bot } = playing;
    expect(bot.ready()).toBe(true);
    discord.disconnect();
    await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect(
      (await discord.until(() => discord.replies().find(({ files }) => files.length > 0), 30_000)).text,
    ).toContain('Found');
    expect(bot.ready()).toBe(true);
    await bot.stop();
    expect(bot.ready()).toBe(false);
  });

  it('rate limits and short failures are waited out', async () => {
    playing = await play();
    const { discord } = playing;
    discord.trouble('rate-limit', { times: 1, seconds: 0.2, of: '/messages' });
    await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answer(discord)).text).toContain('Found');
    discord.trouble('down', { times: 1, of: '/messages' });
    await discord.person().mention({ text: 'the lower dog', images: [dogs()] });
    expect((await answer(discord, 2)).text).toContain('Found');
    expect(playing.troubles).toEqual([]);
  });

  it('what cannot be acknowledged is logged, and does not stop the rest', async () => {
    playing = await play();
    const { discord } = playing;
    discord.trouble('hang-up', { of: '/callback', times: 10 });
    await discord.person().command({ text: 'the upper dog', images: [dogs()] });
    await expect
      .poll(() => playing.troubles.map(({ words }) => words), { timeout: 20_000 })
      .toEqual(['An interaction is not acknowledged']);
    discord.recover();
    discord.trouble('down', { of: '/callback', times: 10 });
    await discord.person().command({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(() => playing.troubles.length, { timeout: 20_000 }).toBe(2);
    // The address carries the interaction's token.
    expect(inspect(playing.troubles, { depth: 9 })).toMatch(/Discord answers 503/);
    expect(inspect(playing.troubles, { depth: 9 })).not.toMatch(/\/(interactions|webhooks)\//);
    discord.recover();
    await discord.person().command({ text: 'the upper dog', images: [dogs()] });
    expect((await answer(discord)).text).toContain('Found');
  });

  it('needs a token that Discord knows', async () => {
    playing = await play();
    const { appId, apiUrl } = playing.discord;
    const token = 'no.token.atall';
    const options = {
      token,
      appId,
      apiUrl,
      chat: playing.world.chat,
      download: async () => new Uint8Array(),
    };
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const bot = await createDiscord({ ...options, log });
    await expect(bot.start()).rejects.toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining('DISCORD_TOKEN'),
    });
    await bot.stop();
  });

  it('asks for nothing privileged', async () => {
    playing = await play();
    expect(playing.discord.gateway.identified.map(({ intents }) => intents)).toEqual([
      (1 << 0) | (1 << 9) | (1 << 12),
    ]);
  });
});

describe('registering', () => {
  it('makes the commands, everywhere or on one server, and tells how to invite', async () => {
    playing = await play();
    const { discord } = playing;
    const { token, appId, apiUrl, guildId: guild } = discord;
    const registered = await registerCommands({ token, appId, apiUrl, guild });
    expect(registered.commands).toEqual(['find', 'find-forget', 'Find in image…']);
    expect(discord.calls.at(-1)).toMatchObject({
      what: `PUT /applications/${appId}/guilds/${guild}/commands`,
      status: 200,
    });
    const invite = new URL(registered.invite);
    expect(invite.searchParams.get('client_id')).toBe(appId);
    expect(invite.searchParams.get('scope')).toBe('bot applications.commands');
    // View Channel, Send Messages, Attach Files, Read Message History, Send Messages in Threads.
    const bits = [10n, 11n, 15n, 16n, 38n].reduce((all, bit) => all | (1n << bit), 0n);
    expect(invite.searchParams.get('permissions')).toBe(String(bits));
    expect(playing.bot.invite).toBe(registered.invite);
  });

  it('takes an address with the version, too', async () => {
    playing = await play();
    const { token, appId, apiUrl } = playing.discord;
    const registered = await registerCommands({ token, appId, apiUrl: `${apiUrl}/v10/` });
    expect(registered.commands).toContain('find');
  });

  it.each([
    [{ token: 'wrong' }, 'DISCORD_TOKEN'],
    [{ appId: '1' }, 'DISCORD_APP_ID'],
    [{ guild: '1' }, '--guild'],
  ])('says what is wrong with %o', async (wrong, named) => {
    playing = await play();
    const { token, appId, apiUrl } = playing.discord;
    await expect(registerCommands({ token, appId, apiUrl, ...wrong })).rejects.toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining(named),
    });
  });

  it('says where Discord is not to be reached', async () => {
    playing = await play();
    const { token, appId } = playing.discord;
    const apiUrl = 'http://127.0.0.1:9/api';
    await expect(registerCommands({ token, appId, apiUrl })).rejects.toMatchObject({ code: 'cannot-reply' });
  });
});
