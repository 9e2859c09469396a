import { type App, webApi } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Slack, type SlackOptions, startSlack } from '../world/slack/server.ts';
import { picture } from './pictures.ts';
import { SILENT, startSlackBot } from './slack-bot.ts';

let slack: Slack;
let app: App;
async function begin(options: SlackOptions = {}, reconnectAfter?: number): Promise<void> {
  slack = await startSlack(options);
  app = await startSlackBot(slack, reconnectAfter);
}
afterEach(async () => {
  await app.stop();
  await slack.close();
});

const client = (token = slack.botToken) =>
  new webApi.WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 1, minTimeout: 1 },
    logger: SILENT,
  });
/** What the platform answered instead of doing it. */
const refused = (request: Promise<unknown>): Promise<Record<string, unknown>> =>
  request.then(
    () => expect.unreachable('it was accepted'),
    (error) => error.data ?? { thrown: error },
  );
const posting = (more: object) =>
  client().apiCall('chat.postMessage', { channel: slack.channel.channel, ...more });

describe.each(['socket', 'http'] as const)('by %s', (transport) => {
  beforeEach(() => begin({ transport }));

  it('a mention with a picture is answered in its thread, with a picture', async () => {
    const image = await picture();
    const said = await slack.person().mention({ text: 'the dog', images: [image] });
    expect(await said.acknowledged()).toBeGreaterThanOrEqual(0);
    const reply = await slack.until(() => slack.replies(slack.thread(said))[0]);
    expect(reply.text).toBe(`found <@${slack.botUser}> the dog`);
    expect(reply.files[0]).toMatchObject({ name: 'out.jpg', alt: 'the answer' });
    expect(reply.files[0]!.bytes.equals(image.bytes)).toBe(true);
    expect(reply.buttons).toEqual([{ id: 'why', label: 'why?', disabled: false }]);
    await slack.until(() => slack.signs[0]?.gone);
    expect(slack.signs).toMatchObject([{ kind: 'reaction', name: 'eyes', on: said.id }]);
    expect(slack.complaints).toEqual([]);
    expect(slack.replies(slack.channel)).toEqual([]);
  });

  it('a button is pressed, and answered to one person', async () => {
    const ann = slack.person();
    const said = await ann.mention({ text: 'the dog', images: [await picture()] });
    const reply = await slack.until(() => slack.replies(slack.thread(said))[0]);
    await expect(ann.press(reply, 'right')).rejects.toThrow('No button "right" to press; there is why?');
    const asked = await ann.press(reply, 'why?');
    expect(await asked.acknowledged()).toBeGreaterThanOrEqual(0);
    const whispered = await slack.until(() => slack.replies().find(({ onlyFor }) => onlyFor));
    expect(whispered).toMatchObject({ text: 'because', onlyFor: ann.id });
  });

  it('a command is answered: first to one, then to all', async () => {
    const ann = slack.person();
    const asked = await ann.command({ text: 'the dog', link: 'https://a.b/c.png' });
    await asked.acknowledged();
    await slack.until(() => slack.replies().length === 2);
    const all = slack.replies().map(({ text, onlyFor }) => [text, onlyFor]);
    expect(all).toContainEqual(['working', ann.id]);
    expect(all).toContainEqual(['found https://a.b/c.png the dog', undefined]);
    await ann.forget();
    await slack.until(() => slack.replies().find(({ text }) => text === 'forgotten'));
    const place = slack.thread(await ann.say({ text: 'hello' }));
    await expect(ann.slash('/find', 'x', { place })).rejects.toThrow('no commands in threads');
  });

  it('a shortcut leads to a form, and its values to an answer', async () => {
    const ann = slack.person();
    const posted = await ann.say({ images: [await picture()] });
    await ann.shortcut(posted, { text: 'the cat' });
    const reply = await slack.until(() => slack.replies(slack.thread(posted))[0]);
    expect(reply.text).toBe(`on ${posted.id}: the cat`);
    await expect(ann.shortcut(posted, { text: '' })).rejects.toThrow('The form wants 1 to 300');
    await expect(ann.shortcut(posted, { text: 'nothing' })).rejects.toThrow('Say something.');
  });

  it('a direct message is no mention, and answered there', async () => {
    const said = await slack.person().direct({ text: 'hello' });
    const reply = await slack.until(() => slack.replies(said.place)[0]);
    expect(reply).toMatchObject({ text: 'alone: hello', place: { kind: 'direct' } });
  });

  it('an event is told as many times as a test wants', async () => {
    const said = await slack.person().mention({ text: 'the dog', times: 3 });
    await slack.until(() => slack.replies(slack.thread(said)).length > 0);
    const added = () => slack.calls.filter(({ what }) => what === 'reactions.add');
    await slack.until(() => added().length === 3);
    expect(added().map(({ answer }) => (answer as { error?: string }).error)).toEqual([
      undefined,
      'already_reacted',
      'already_reacted',
    ]);
  });
});

describe('telling', () => {
  it('Socket Mode: what is not acknowledged is told again, up to three times', async () => {
    await begin({ ackWithin: 50, retryAfter: [0, 1, 1] });
    const seen: unknown[] = [];
    const receiver = (
      app as unknown as {
        receiver: {
          client: {
            removeAllListeners(name: string): void;
            on(name: string, f: (args: object) => void): void;
          };
        };
      }
    ).receiver;
    receiver.client.removeAllListeners('slack_event');
    receiver.client.on('slack_event', (args) => void seen.push((args as { retry_num: number }).retry_num));
    const said = await slack.person().direct({ text: 'hello' });
    await expect(said.acknowledged()).rejects.toThrow('Not acknowledged, in 4 attempts');
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('signed requests: told again with a number and a reason; an unsigned one is turned away', async () => {
    await begin({ transport: 'http', retryAfter: [0, 1, 1] });
    const unsigned = await fetch(`http://127.0.0.1:${portOf(app)}/slack/events`, {
      method: 'POST',
      body: '{}',
    });
    expect(unsigned.status).toBe(401);
    await app.stop();
    const said = await slack.person().direct({ text: 'hello' });
    await expect(said.acknowledged()).rejects.toThrow('Not acknowledged, in 4 attempts');
    await expect(slack.deliverTo('http://127.0.0.1:9/')).rejects.toThrow();
    await app.start(0);
  });

  it('a connection that is cut or refreshed is made anew, and nothing is lost', async () => {
    await begin({}, 200);
    const ann = slack.person();
    for (const [count, end] of [slack.disconnect, slack.refresh].entries()) {
      end();
      const said = await ann.direct({ text: `${count}` });
      await slack.until(
        () => slack.replies(said.place).some(({ text }) => text === `alone: ${count}`),
        20_000,
      );
      expect(slack.connections).toBe(count + 2);
    }
  });

  it('the bot hears only what it subscribed to, and has the scope for', async () => {
    await begin({ events: ['app_mention'], scopes: ['app_mentions:read', 'chat:write'] });
    const ann = slack.person();
    await expect((await ann.direct({ text: 'hello' })).acknowledged()).rejects.toThrow('in 0 attempts');
    await (await ann.mention({ text: 'hello' })).acknowledged();
    slack.scopes.delete('app_mentions:read');
    await expect((await ann.mention({ text: 'hello' })).acknowledged()).rejects.toThrow('in 0 attempts');
  });

  it('messages that are edited and deleted are told of', async () => {
    await begin();
    const seen: string[] = [];
    app.event('message', async ({ event }) => {
      if (event.subtype === 'message_changed' && 'text' in event.message) seen.push(`${event.message.text}`);
      if (event.subtype === 'message_deleted') seen.push('deleted');
    });
    const ann = slack.person();
    const said = await ann.mention({ text: 'the dog' });
    await ann.edit(said, 'the cat');
    await expect.poll(() => seen).toHaveLength(1);
    await ann.remove(said);
    await expect.poll(() => seen).toEqual([`<@${slack.botUser}> the cat`, 'deleted']);
  });
});

describe('files', () => {
  it('may have to be asked for, and not be ready at once', async () => {
    await begin({ filesInEvents: 'id', infoAfter: 2 });
    const said = await slack.person().mention({ text: 'the dog', images: [await picture()] });
    await slack.until(() => slack.replies(slack.thread(said)).some(({ files }) => files.length > 0));
    expect(slack.calls.filter(({ what }) => what === 'files.info')).toHaveLength(3);
  });

  it('are a page to log in without the scope, and not there once expired', async () => {
    await begin();
    const url = slack.put(await picture());
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const type = async (init?: RequestInit) => (await fetch(url, init)).headers.get('content-type');
    expect(await type({ headers })).toBe('image/jpeg');
    expect(await type()).toContain('text/html');
    slack.scopes.delete('files:read');
    expect(await type({ headers })).toContain('text/html');
    slack.scopes.add('files:read');
    expect((await fetch(slack.put(await picture('old.jpg', 'expired')), { headers })).status).toBe(404);
  });

  it('are uploaded by the client itself, too', async () => {
    await begin();
    const file = Buffer.from('bytes');
    const upload = { channel_id: slack.channel.channel, file, filename: 'a.txt', initial_comment: 'here' };
    await client().filesUploadV2(upload);
    const reply = await slack.until(() => slack.replies()[0]);
    expect(reply).toMatchObject({ text: 'here', files: [{ name: 'a.txt', bytes: file }] });
  });
});

describe('what the bot sends', () => {
  beforeEach(() => begin());
  const section = (length: number) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(length) },
  });
  const button = (action_id: string) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text: 'a' },
  });
  const actions = (...elements: object[]) => ({ type: 'actions', elements });

  it.each([
    [
      'a long section',
      [section(3001)],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      '51 blocks',
      Array.from({ length: 51 }, () => section(1)),
      'no more than 50 items allowed [json-pointer:/blocks]',
    ],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_, n) => button(`${n}`)))],
      'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
    ],
    ['an action_id twice', [actions(button('a'), button('a'))], 'already exists for another element'],
    ['a long action_id', [actions(button('x'.repeat(256)))], 'must be less than 256 characters'],
    [
      'a property too many',
      [{ ...section(1), colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    ['a property too few', [{ type: 'header' }], 'missing required field: text [json-pointer:/blocks/0]'],
    [
      'a block that there is none of',
      [{ type: 'sectoin' }],
      'unsupported type [json-pointer:/blocks/0/type]',
    ],
  ])('%s is refused with a pointer', async (_name, blocks, reason) => {
    const answer = await refused(posting({ text: 'x', blocks }));
    expect(answer.error).toBe('invalid_blocks');
    expect((answer.errors as string[])[0]).toContain(reason);
    expect(slack.complaints).toHaveLength(1);
  });

  it('is taken at the limits', async () => {
    await posting({ text: 'x', blocks: Array.from({ length: 50 }, () => section(3000)) });
    await posting({
      blocks: [actions(...Array.from({ length: 25 }, (_, n) => button(`${n}`.repeat(100).slice(0, 255))))],
    });
    expect(slack.complaints).toEqual([]);
  });

  it('needs a text, a token, and a scope', async () => {
    expect(await refused(posting({}))).toMatchObject({ error: 'no_text' });
    expect(await refused(client('xoxb-strange').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await refused(client().apps.connections.open({}))).toMatchObject({
      error: 'not_allowed_token_type',
    });
    slack.scopes.delete('chat:write');
    const answer = await refused(posting({ text: 'x' }));
    expect(answer).toMatchObject({ error: 'missing_scope', needed: 'chat:write' });
    expect(answer.provided).not.toContain('chat:write,');
  });

  it('is changed in steps, notifies whom it names, and is found in the history', async () => {
    const ann = slack.person();
    const sent: unknown = await posting({ text: `<@${ann.id}> <!channel>`, blocks: [section(3)] });
    const { channel } = slack.channel;
    const { ts } = sent as { ts: string };
    await client().chat.update({ channel, ts, text: 'other', blocks: [] });
    expect(slack.replies()[0]).toMatchObject({
      text: 'other',
      pings: [],
      versions: [{ text: 'xxx' }, { text: 'other' }],
    });
    await posting({ text: `<@${ann.id}> <!channel>`, thread_ts: ts });
    const thread = await client().conversations.replies({ channel, ts });
    expect(thread.messages?.map(({ text }) => text)).toEqual(['other', `<@${ann.id}> <!channel>`]);
    expect(slack.replies()[1]!.pings).toEqual([ann.id, 'everyone']);
    expect((await client().conversations.history({ channel })).messages).toHaveLength(1);
    await client().chat.delete({ channel, ts });
    expect(slack.replies()[0]!.removed).toBeGreaterThan(0);
    expect(await refused(client().chat.update({ channel, ts, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('meets trouble: rate limits, places, and nobody there', async () => {
    slack.trouble('rate-limit', { of: 'chat.', seconds: 1, times: 1 });
    await posting({ text: 'x' });
    expect(slack.calls.filter(({ what }) => what === 'chat.postMessage').map(({ status }) => status)).toEqual(
      [429, 200],
    );
    slack.trouble('no-posting');
    expect(await refused(posting({ text: 'x' }))).toMatchObject({ error: 'restricted_action' });
    slack.trouble('no-access');
    expect(await refused(posting({ text: 'x' }))).toMatchObject({ error: 'not_in_channel' });
    slack.trouble('no-uploads');
    const upload = client().apiCall('files.getUploadURLExternal', { filename: 'a', length: 1 });
    expect(await refused(upload)).toMatchObject({ error: 'missing_scope', needed: 'files:write' });
    expect(slack.complaints).toEqual([]);
    slack.recover();
    slack.trouble('down');
    expect((await refused(posting({ text: 'x' }))).thrown).toMatchObject({ code: 'slack_webapi_http_error' });
    slack.recover();
    await posting({ text: 'x' });
  });

  it('opens a form once, and in time', async () => {
    const triggers: string[] = [];
    const open = (trigger_id: string, title = 'x') => {
      const view = { type: 'modal', title: { type: 'plain_text', text: title }, blocks: [] };
      return client().apiCall('views.open', { trigger_id, view });
    };
    app.command('/find', async ({ command }) => void triggers.push(command.trigger_id));
    await slack.person().slash('/find');
    await expect.poll(() => triggers).toHaveLength(1);
    expect((await refused(open(triggers[0]!, 'x'.repeat(25)))).errors).toEqual([
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
    expect(await refused(open('strange'))).toMatchObject({ error: 'invalid_trigger_id' });
    await open(triggers[0]!);
    expect(await refused(open(triggers[0]!))).toMatchObject({ error: 'exchanged_trigger_id' });
  });
});

const portOf = (started: App): number =>
  (started as unknown as { receiver: { server: { address(): { port: number } } } }).receiver.server.address()
    .port;
