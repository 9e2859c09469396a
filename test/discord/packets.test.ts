import { afterEach, describe, expect, it } from 'vitest';
import { answer, answers, dogs, type Playing, play } from './bot.ts';

let playing: Playing;
afterEach(() => playing.close());

/** Discord leaves out fields of events. */
const without =
  (fields: Readonly<Record<string, readonly string[]>>) =>
  (event: string, data: object): object =>
    Object.fromEntries(Object.entries(data).filter(([field]) => !fields[event]?.includes(field)));

/** Discord does not tell of some things at all. */
const silentOn =
  (...events: string[]) =>
  (event: string, data: object): object | undefined =>
    events.includes(event) ? undefined : data;

const clean = (): void => {
  expect(playing.discord.complaints).toEqual([]);
  expect(playing.troubles).toEqual([]);
};

describe('what comes without', () => {
  it.each([
    ['entitlements'],
    ['application_id'],
    ['authorizing_integration_owners'],
    ['channel', 'guild', 'app_permissions', 'attachment_size_limit', 'context', 'locale'],
  ])('%s, of an interaction, is answered', async (...fields) => {
    playing = await play({}, { retold: without({ INTERACTION_CREATE: fields }) });
    const { discord } = playing;
    await discord.person().command({ text: 'the upper dog', images: [dogs()] });
    const reply = await answer(discord);
    expect(reply.text).toContain('Found the upper dog');
    await discord.person().press(reply, 'Why?');
    expect((await answer(discord, 2)).text).toContain('1. dog, fits');
    clean();
  });

  it('its application, at the start, is a start', async () => {
    playing = await play({}, { retold: without({ READY: ['application'] }) });
    const { discord } = playing;
    await discord.person().command({ text: 'the upper dog', images: [dogs()] });
    expect((await answer(discord)).text).toContain('Found');
    clean();
  });

  it('its kind of channel, in a direct conversation that was not told of, is answered', async () => {
    playing = await play({}, { retold: without({ MESSAGE_CREATE: ['channel_type'] }) });
    const { discord } = playing;
    const said = await discord.person().direct({ text: 'the upper dog', images: [dogs()] });
    expect((await answer(discord, 1, said.place)).text).toContain('Found');
    clean();
  });
});

describe('a mention is answered', () => {
  const kinds = [undefined, ['channel_type']];

  it.each(kinds)('in a channel that was not told of, without %s', async (fields = []) => {
    const thin = without({ MESSAGE_CREATE: fields });
    const silent = silentOn('CHANNEL_CREATE');
    playing = await play({}, { retold: (event, data) => silent(event, thin(event, data)) });
    const { discord } = playing;
    const place = discord.addChannel('unheard-of');
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await ann.mention({ text: 'the zebra', images: [dogs()], place });
    await answer(discord, 2, place);
    expect(answers(discord, place)).toHaveLength(2);
    clean();
  });

  it.each(kinds)('in a thread that was not told of, without %s', async (fields = []) => {
    const thin = without({ MESSAGE_CREATE: fields });
    const silent = silentOn('THREAD_CREATE');
    const channels: string[] = [];
    playing = await play(
      { admit: async ({ channel }) => void channels.push(channel) },
      { retold: (event, data) => silent(event, thin(event, data)) },
    );
    const { discord } = playing;
    const ann = discord.person();
    const place = discord.thread(await ann.say({ images: [dogs()] }));
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toContain('Found');
    // What a channel allows, it allows its threads.
    expect(channels).toEqual([place.channel]);
    clean();
  });

  it('in a channel that was not told of, and about which nothing may be asked', async () => {
    playing = await play({}, { retold: silentOn('CHANNEL_CREATE') });
    const { discord } = playing;
    const place = discord.addChannel('unheard-of');
    discord.refuse(`GET /channels/${place.channel}`, 'missingAccess');
    await discord.person().mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toContain('Found');
    clean();
  });

  it.each([
    ['but its id', (data: object) => data],
    ['at all', (data: object) => ({ ...data, guilds: [] })],
  ])(
    'on a server that nothing was told of %s',
    async (_, ready) => {
      const silent = silentOn('GUILD_CREATE', 'CHANNEL_CREATE');
      playing = await play(
        {},
        { retold: (event, data) => silent(event, event === 'READY' ? ready(data) : data) },
      );
      const { discord } = playing;
      await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
      expect((await answer(discord)).text).toContain('Found');
      clean();
    },
    40_000,
  );
});

it('a packet that makes no sense is told of in the log, and the next is answered', async () => {
  let broken = true;
  const spoilt = new Set(['INTERACTION_CREATE', 'MESSAGE_CREATE']);
  playing = await play(
    {},
    { retold: (event, data) => (broken && spoilt.has(event) ? { id: 7, guild_id: {}, type: 2 } : data) },
  );
  const { discord, troubles } = playing;
  const ann = discord.person();
  await ann.command({ text: 'the upper dog', images: [dogs()] });
  await ann.mention({ text: 'the upper dog', images: [dogs()] });
  await expect.poll(() => troubles.map(({ words }) => words)).toContain('what Discord told cannot be read');
  broken = false;
  await ann.mention({ text: 'the upper dog', images: [dogs()] });
  expect((await answer(discord)).text).toContain('Found');
});
