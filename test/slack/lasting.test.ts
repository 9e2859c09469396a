import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createSlack } from '../../adapters/slack/slack.ts';
import type { ChatDeps } from '../../src/chat/context.ts';
import { answer, answers, answerTo, dogs, type Playing, pictures, play } from './bot.ts';

/** So many bytes, in pieces: of a body whose length is not told. */
function* pieces(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += 65_536) yield Buffer.alloc(65_536, 'x');
}

let playing: Playing;
afterEach(() => playing.close());

describe.each(['socket', 'http'] as const)('a restart by %s', (transport) => {
  it('goes on with conversations and buttons', async () => {
    playing = await play({}, { transport });
    const { slack } = playing;
    const ann = slack.person();
    const said = await ann.mention({ text: 'the dog', images: [dogs()] });
    const undecided = await answerTo(slack, said);
    await playing.restart();
    await ann.mention({ text: 'the upper dog', replyTo: said });
    expect((await answerTo(slack, said, 2)).text).toContain('Found the upper dog');
    await ann.press(undecided, '1');
    expect((await answerTo(slack, said, 3)).text).toContain('Found: you chose candidate 1');
    expect(slack.complaints).toEqual([]);
  });

  it.each(['mention', 'direct', 'command'] as const)(
    'answers a %s of before, once and in its place',
    async (way) => {
      // The first process dies with the question: what it began never ends.
      let [dead, begun] = [true, false];
      const never = new Promise<never>(() => {});
      const admission: ChatDeps['admission'] = (work) => {
        begun = true;
        return dead ? never : work();
      };
      playing = await play({ admission }, { transport });
      const { slack, world } = playing;
      await slack.person()[way]({ text: 'the upper dog', images: [dogs()] });
      await slack.until(() => begun && slack.replies().length === 1);
      dead = false;
      await playing.restart();
      const reply = await answer(slack);
      expect(reply.text).toContain('Found the upper dog');
      expect(reply.versions[0]!.text).toBe('Looking …');
      await slack.until(() => pictures(slack)[0]);
      expect(slack.replies()).toHaveLength(2);
      await expect.poll(world.waiting, { timeout: 20_000 }).toBe(0);
      await slack.until(() => slack.signs.every(({ gone }) => gone));
      expect(slack.complaints).toEqual([]);
    },
  );
});

describe.each(['socket', 'http'] as const)('by %s', (transport) => {
  it.each(['mention', 'direct', 'command', 'press'] as const)(
    'a %s is acknowledged when it is written down, and not before',
    async (way) => {
      playing = await play({}, { transport });
      const { slack, world } = playing;
      const ann = slack.person();
      await ann.direct({ text: 'the dog', images: [dogs()] });
      const undecided = await answer(slack);
      await slack.until(() => pictures(slack)[0]);
      const { pending } = world.deps;
      const accept = pending.accept;
      let writing = 0;
      let write = (): void => {};
      const written = new Promise<void>((resolve) => {
        write = resolve;
      });
      pending.accept = async (...given) => {
        writing += 1;
        await written;
        return accept(...given);
      };
      const asked = await (way === 'press'
        ? ann.press(undecided, '1')
        : ann[way]({ text: 'the upper dog', images: [dogs()] }));
      let acknowledged = false;
      const acknowledging = asked.acknowledged().then(() => {
        acknowledged = true;
      });
      await expect.poll(() => writing, { timeout: 20_000 }).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(acknowledged).toBe(false);
      write();
      await acknowledging;
      expect((await answer(slack, 2)).text).toContain('Found');
      pending.accept = accept;
    },
  );
});

describe('the connection', () => {
  it.each(['disconnect', 'refresh'] as const)(
    'comes back by itself after a %s',
    async (how) => {
      playing = await play();
      const { slack, bot } = playing;
      expect(bot.ready()).toBe(true);
      slack[how]();
      await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
      expect((await slack.until(() => answers(slack)[0], 30_000)).text).toContain('Found');
      expect(slack.connections).toBe(2);
      expect(bot.ready()).toBe(true);
      await bot.stop();
      expect(bot.ready()).toBe(false);
    },
    40_000,
  );

  it('rate limits and short failures are waited out', async () => {
    playing = await play();
    const { slack } = playing;
    slack.trouble('rate-limit', { times: 1, seconds: 1, of: 'chat.' });
    const first = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answerTo(slack, first)).text).toContain('Found');
    slack.trouble('down', { times: 1, of: 'chat.' });
    slack.trouble('hang-up', { times: 1, of: 'files.' });
    const second = await slack.person().mention({ text: 'the lower dog', images: [dogs()] });
    expect((await answerTo(slack, second)).text).toContain('Found the lower dog');
    await slack.until(() => pictures(slack, slack.thread(second))[0]);
  });

  it('needs tokens that Slack knows', async () => {
    playing = await play();
    const { options } = playing;
    const wrong = { ...options, botToken: 'xoxb-wrong' };
    await expect(createSlack(wrong)).rejects.toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
    const bot = await createSlack({ ...options, appToken: 'xapp-wrong' });
    await expect(bot.start()).rejects.toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining('SLACK_APP_TOKEN'),
    });
    expect(bot.ready()).toBe(false);
    await bot.stop();
    expect(inspect(playing.troubles, { depth: 9 })).not.toContain('xapp-wrong');
  });

  it('needs a way that Slack tells it something', async () => {
    playing = await play();
    const { appToken: _, ...options } = playing.options;
    await expect(createSlack(options)).rejects.toMatchObject({ code: 'bad-config' });
    await expect(createSlack({ ...options, signingSecret: 's' })).rejects.toMatchObject({
      hint: expect.stringContaining('PORT'),
    });
  });
});

describe('signed requests', () => {
  it('that are not signed, or by somebody else, are refused', async () => {
    playing = await play({}, { transport: 'http' });
    const { address, slack, bot } = playing;
    const send = (headers: Record<string, string>) =>
      fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    expect((await send({})).status).toBe(401);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const forged = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${'0'.repeat(64)}` };
    expect((await send(forged)).status).toBe(401);
    expect(slack.replies()).toEqual([]);
    await bot.stop();
    expect((await send(forged)).status).toBe(503);
  });

  it('that are longer than a mebibyte, whether they say so or not, are refused, and nothing else is', async () => {
    playing = await play({}, { transport: 'http' });
    const { address, slack } = playing;
    const long = Readable.toWeb(Readable.from(pieces(2 * 2 ** 20))) as ReadableStream;
    const headers = {
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
    };
    const chunked = fetch(address, { method: 'POST', headers, body: long, duplex: 'half' } as RequestInit);
    expect(await chunked.then(({ status }) => status)).toBe(413);
    const body = 'x'.repeat(2 * 2 ** 20);
    expect((await fetch(address, { method: 'POST', headers, body })).status).toBe(413);
    // Without a signature nothing is read.
    expect((await fetch(address, { method: 'POST', body: 'x' })).status).toBe(401);
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = (body: string) => fetch(address, { method: 'POST', headers: type, body });
    expect((await form('payload={}')).status).toBe(401);
    expect((await form(`ssl_check=1&payload=${'x'.repeat(300)}`)).status).toBe(401);
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answerTo(slack, said)).text).toContain('Found');
  });

  it('that check the TLS of the address are answered, though Slack does not sign them', async () => {
    playing = await play({}, { transport: 'http' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'token=abc&ssl_check=1';
    expect((await fetch(playing.address, { method: 'POST', headers, body })).status).toBe(200);
  });

  it.each(['null', '5', '"words"', '[]', 'payload=null'])(
    'that hold no object (%s) are refused',
    async (body) => {
      playing = await play({}, { transport: 'http' });
      const { address, slack } = playing;
      const form = body.startsWith('payload');
      const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
      const at = String(Math.floor(Date.now() / 1000));
      const hash = createHmac('sha256', slack.signingSecret).update(`v0:${at}:${body}`).digest('hex');
      const headers = {
        'content-type': type,
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${hash}`,
      };
      const unhandled: unknown[] = [];
      const note = (thrown: unknown): void => void unhandled.push(thrown);
      process.on('unhandledRejection', note);
      expect((await fetch(address, { method: 'POST', body, headers })).ok).toBe(body === '[]');
      const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
      expect((await answerTo(slack, said)).text).toContain('Found');
      process.off('unhandledRejection', note);
      expect(unhandled).toEqual([]);
    },
  );
});
