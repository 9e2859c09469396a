import { type Client, DiscordAPIError, REST, Routes } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Discord, startDiscord } from '../world/discord/server.ts';
import { INTENTS, startDiscordBot } from './discord-bot.ts';
import { picture } from './pictures.ts';

let discord: Discord;
let client: Client;
beforeEach(async () => {
  discord = await startDiscord();
  client = await startDiscordBot(discord);
});
afterEach(async () => {
  await client.destroy();
  await discord.close();
});

const rest = () => new REST({ api: discord.apiUrl, version: '10', retries: 0 }).setToken(discord.token);
const refused = (request: Promise<unknown>): Promise<DiscordAPIError> =>
  request.then(
    () => expect.unreachable('it was accepted'),
    (error) => error,
  );
const posting = (body: object, files: { name: string; data: Buffer }[] = []) =>
  rest().post(Routes.channelMessages(discord.channel.channel), { body, files });

describe('a command', () => {
  it('is answered: first thinking, then with a picture', async () => {
    const image = await picture();
    const asked = await discord.person().command({ text: 'the dog', images: [image] });
    expect(await asked.acknowledged()).toBeGreaterThanOrEqual(0);
    const reply = await discord.until(() => discord.replies().find(({ files }) => files.length > 0));
    expect(reply).toMatchObject({ text: 'found the dog', place: discord.channel, pings: [] });
    expect(reply.files[0]).toMatchObject({ name: 'out.jpg', alt: 'the answer' });
    expect(reply.files[0]!.bytes.equals(image.bytes)).toBe(true);
    expect(reply.versions.map(({ text }) => text)).toEqual(['', 'found the dog']);
    expect(discord.signs).toMatchObject([{ kind: 'thinking', on: reply.id }]);
    expect(discord.complaints).toEqual([]);
  });

  it('must be registered, with its options', async () => {
    const ann = discord.person();
    await expect(ann.slash('lose')).rejects.toThrow('No command "lose"; there is find, find-forget');
    await expect(ann.slash('find', { colour: 'red' })).rejects.toThrow('no option "colour"');
    await expect(ann.command({ text: 'x'.repeat(301) })).rejects.toThrow('0 to 300 characters');
  });

  it('of which the bot is told three times is still one', async () => {
    await discord.person().command({ text: 'the dog', times: 3 });
    const callbacks = () => discord.calls.filter(({ what }) => what.endsWith('/callback'));
    await discord.until(() => callbacks().length === 3);
    expect(
      callbacks()
        .map(({ status }) => status)
        .sort(),
    ).toEqual([204, 400, 400]);
    expect(discord.complaints.map(({ answer }) => answer)).toMatchObject([{ code: 40060 }, { code: 40060 }]);
    await discord.until(() => discord.replies()[0]?.text === 'found the dog');
    expect(discord.replies()).toHaveLength(1);
  });

  it('can be answered for one only', async () => {
    const ann = discord.person();
    await ann.forget();
    const reply = await discord.until(() => discord.replies()[0]);
    expect(reply).toMatchObject({ text: 'forgotten', onlyFor: ann.id });
  });
});

it('a shortcut on a message leads to a form, and its values to an answer', async () => {
  const ann = discord.person();
  const posted = await ann.say({ images: [await picture()] });
  await ann.shortcut(posted, { text: 'the cat' });
  const reply = await discord.until(() => discord.replies()[0]);
  expect(reply.text).toBe(`on ${posted.id}: the cat`);
  await expect(ann.shortcut(posted, { text: '' })).rejects.toThrow('The form wants 1');
});

it('a button changes its message, and can be pressed by those who see it', async () => {
  const ann = discord.person();
  await ann.command({ text: 'the dog' });
  const reply = await discord.until(() => discord.replies().find(({ buttons }) => buttons.length > 0));
  await expect(ann.press(reply, 'right')).rejects.toThrow('No button "right"');
  const asked = await ann.press(reply, 'why?');
  expect(await asked.acknowledged()).toBeGreaterThanOrEqual(0);
  const whispered = await discord.until(() => discord.replies().find(({ onlyFor }) => onlyFor));
  expect(whispered).toMatchObject({ text: 'only you', onlyFor: ann.id });
  expect(discord.replies()[0]).toMatchObject({ text: 'found the dog because', buttons: [] });
  await expect(ann.press(reply, 'why?')).rejects.toThrow('there is none');
});

describe('a message', () => {
  it('that mentions the bot is seen whole, and can be replied to', async () => {
    const asked = await discord
      .person()
      .mention({ text: 'the dog', images: [await picture()], previews: ['https://a.b/c.png'] });
    expect(await asked.acknowledged()).toBeGreaterThanOrEqual(0);
    const reply = await discord.until(() => discord.replies()[0]);
    expect(reply).toMatchObject({
      text: `heard <@${discord.appId}> the dog with 1 previews`,
      answers: asked.id,
      pings: [],
    });
    expect(reply.files).toHaveLength(1);
    expect(discord.signs.map(({ kind, name }) => name ?? kind)).toEqual(['typing', '👀']);
  });

  it('that does not mention it is empty, unless it replies to the bot, but not to an answer to a command', async () => {
    const ann = discord.person();
    const image = await ann.say({ text: 'look', images: [await picture()] });
    await ann.mention({ text: 'one', replyTo: image });
    const first = await discord.until(() => discord.replies()[0]);
    await ann.say({ text: 'two', replyTo: first });
    const second = await discord.until(() => discord.replies()[1]);
    expect(second.text).toBe('heard two with 0 previews');
    await ann.command({ text: 'three' });
    const third = await discord.until(() => discord.replies().find(({ text }) => text === 'found three'));
    const unheard = await ann.say({ text: 'four', replyTo: third });
    await ann.mention({ text: 'five' });
    await discord.until(() => discord.replies().find(({ text }) => text.includes('five')));
    expect(discord.replies().filter(({ answers }) => answers === unheard.id)).toEqual([]);
    expect(discord.replies()).toHaveLength(4);
  });

  it('to the bot alone comes without a mention, and is answered there', async () => {
    const said = await discord.person().direct({ text: 'hello' });
    const reply = await discord.until(() => discord.replies(said.place)[0]);
    expect(reply.place).toEqual({ kind: 'direct', channel: said.place.channel });
  });

  it('in a thread is answered in the thread', async () => {
    const ann = discord.person();
    const place = discord.thread(await ann.say({ text: 'a picture' }));
    await ann.mention({ text: 'the dog', place });
    const reply = await discord.until(() => discord.replies(place)[0]);
    expect(reply.place).toMatchObject({ channel: discord.channel.channel, thread: place.thread });
    expect(discord.replies(discord.channel)).toEqual([]);
  });

  it('can be edited and deleted, and then be replied to no more', async () => {
    const ann = discord.person();
    const said = await ann.mention({ text: 'the dog' });
    const edited = new Promise((resolve) =>
      client.once('messageUpdate', (_old, now) => resolve(now.content)),
    );
    await ann.edit(said, 'the cat');
    expect(await edited).toBe(`<@${discord.appId}> the cat`);
    await ann.remove(said);
    const error = await refused(posting({ content: 'too late', message_reference: { message_id: said.id } }));
    expect(error.rawError).toMatchObject({
      code: 50035,
      errors: { message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE' }] } },
    });
  });

  it('notifies whom it names, unless the bot says otherwise', async () => {
    const ann = discord.person('ann', { roles: ['staff'] });
    const content = `<@${ann.id}> <@&${discord.role('staff')}> @everyone`;
    await posting({ content });
    await posting({ content, allowed_mentions: { parse: ['users'] } });
    await posting({ content, allowed_mentions: { parse: [] } });
    const pings = discord.replies().map((reply) => reply.pings);
    expect(pings).toEqual([[ann.id, discord.role('staff'), 'everyone'], [ann.id], []]);
  });
});

describe('a form is refused in the words of Discord', () => {
  const button = (over: object = {}) => ({ type: 2, style: 1, label: 'a', custom_id: 'a', ...over });
  const rows = (...buttons: object[]) => ({ content: 'x', components: [{ type: 1, components: buttons }] });
  it.each([
    [
      'a long content',
      { content: 'é'.repeat(2001) },
      {
        content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
      },
    ],
    [
      'a long title',
      { embeds: [{ title: 'x'.repeat(257) }] },
      { embeds: { 0: { title: { _errors: [{}] } } } },
    ],
    [
      '26 fields',
      { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] },
      { embeds: { 0: { fields: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH' }] } } } },
    ],
    [
      'embeds of 6,001 characters',
      { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      { embeds: { _errors: [{ code: 'MAX_EMBED_SIZE_EXCEEDED' }] } },
    ],
    [
      'a long custom_id',
      rows(button({ custom_id: 'x'.repeat(101) })),
      { components: { 0: { components: { 0: { custom_id: {} } } } } },
    ],
    [
      'a custom_id twice',
      rows(button(), button()),
      {
        components: {
          0: { components: { 1: { custom_id: { _errors: [{ code: 'COMPONENT_CUSTOM_ID_DUPLICATED' }] } } } },
        },
      },
    ],
    [
      'six buttons in a row',
      rows(...[1, 2, 3, 4, 5, 6].map((n) => button({ custom_id: `${n}` }))),
      { components: { 0: { components: { _errors: [{}] } } } },
    ],
    [
      'six rows',
      {
        components: Array.from({ length: 6 }, (_, n) => ({
          type: 1,
          components: [button({ custom_id: `${n}` })],
        })),
      },
      { components: { _errors: [{}] } },
    ],
    ['a button without a label', rows(button({ label: undefined })), { components: {} }],
    [
      'a field that there is none of',
      { content: 'x', contents: 'y' },
      { contents: { _errors: [{ code: 'UNKNOWN_FIELD' }] } },
    ],
    [
      'an attachment that was not sent',
      { content: 'x', attachments: [{ id: 0 }] },
      { attachments: { 0: {} } },
    ],
  ])('%s', async (_name, body, errors) => {
    const error = await refused(posting(body));
    expect(error).toBeInstanceOf(DiscordAPIError);
    expect(error.status).toBe(400);
    expect(error.rawError).toMatchObject({ code: 50035, message: 'Invalid Form Body', errors });
    expect(discord.complaints).toHaveLength(1);
  });

  it('what is at the limit is taken', async () => {
    await posting({
      content: '😀'.repeat(2000),
      embeds: [{ description: 'x'.repeat(4096), title: 'x'.repeat(256) }],
    });
    await posting(rows(...[1, 2, 3, 4, 5].map((n) => button({ custom_id: `${n}`.repeat(100) }))));
    expect(discord.complaints).toEqual([]);
  });

  it('an empty message, and a file that is too large', async () => {
    expect((await refused(posting({}))).code).toBe(50006);
    const error = await refused(posting({}, [{ name: 'a.png', data: Buffer.alloc(10 * 2 ** 20 + 1) }]));
    expect([error.status, error.code]).toEqual([413, 40005]);
  });
});

describe('trouble', () => {
  it('a rate limit is waited out by the client', async () => {
    discord.trouble('rate-limit', { of: 'typing', seconds: 0.2, times: 1 });
    await discord.person().mention({ text: 'the dog' });
    await discord.until(() => discord.replies()[0]);
    const typing = discord.calls.filter(({ what }) => what.endsWith('/typing'));
    expect(typing.map(({ status }) => status)).toEqual([429, 204]);
  });

  it('a place where the bot may not write, upload or be', async () => {
    discord.trouble('no-uploads');
    const file = [{ name: 'a.png', data: Buffer.from('x') }];
    expect((await refused(posting({}, file))).code).toBe(50013);
    discord.trouble('no-posting');
    expect((await refused(posting({ content: 'x' }))).code).toBe(50013);
    const seen = client.channels.cache.get(discord.channel.channel);
    const permissions = seen && 'permissionsFor' in seen ? seen.permissionsFor(client.user!) : undefined;
    expect(permissions?.has('SendMessages')).toBe(false);
    discord.trouble('no-access');
    expect((await refused(posting({ content: 'x' }))).code).toBe(50001);
    discord.recover();
    await posting({ content: 'x' });
  });

  it('an answer that comes too late finds no interaction', async () => {
    await client.destroy();
    await discord.close();
    discord = await startDiscord({ answerWithin: -1 });
    client = await startDiscordBot(discord);
    await discord.person().command({ text: 'the dog' });
    const call = await discord.until(() => discord.calls.find(({ what }) => what.endsWith('/callback')));
    expect(call).toMatchObject({ status: 404, answer: { code: 10062 } });
    expect(discord.replies()).toEqual([]);
  });

  it('the gateway can break, ask to reconnect, and start over: nothing is lost', async () => {
    const ann = discord.person();
    discord.disconnect();
    await ann.mention({ text: 'one' });
    await discord.until(() => discord.replies().some(({ text }) => text.includes('one')));
    expect(discord.gateway.resumes).toBe(1);
    discord.gateway.reconnect();
    await discord.until(() => discord.gateway.resumes === 2);
    await ann.mention({ text: 'two' });
    await discord.until(() => discord.replies().some(({ text }) => text.includes('two')));
    expect(discord.gateway.identified).toHaveLength(1);
    discord.gateway.invalidate(false);
    await discord.until(() => discord.gateway.identified.length === 2, 20_000);
    await ann.mention({ text: 'three' });
    await discord.until(() => discord.replies().some(({ text }) => text.includes('three')));
    expect(discord.replies()).toHaveLength(3);
  });

  it('an intent that is not switched on, and a wrong token, are turned away', async () => {
    await expect(startDiscordBot(discord, [...INTENTS, 1 << 15])).rejects.toThrow('disallowed intents');
    const strange = new REST({ api: discord.apiUrl, version: '10' }).setToken('strange');
    expect((await refused(strange.get(Routes.user()))).status).toBe(401);
  });
});
