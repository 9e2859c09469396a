import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createSlack } from '../../adapters/slack/slack.ts';
import type { ChatDeps } from '../../src/chat/deps.ts';
import { answer, answers, answerTo, dogs, type Playing, pictures, play } from './bot.ts';

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
    expect((await answerTo(slack, said, 2)).text).toContain('Found "the upper dog"');
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
      const intake: ChatDeps['intake'] = (work) => {
        begun = true;
        return dead ? never : work();
      };
      playing = await play({ intake }, { transport });
      const { slack, world } = playing;
      await slack.person()[way]({ text: 'the upper dog', images: [dogs()] });
      await slack.until(() => begun && slack.replies().length === 1);
      dead = false;
      await playing.restart();
      const reply = await answer(slack);
      expect(reply.text).toContain('Found "the upper dog"');
      expect(reply.versions[0]!.text).toBe('Looking …');
      await slack.until(() => pictures(slack)[0]);
      expect(slack.replies()).toHaveLength(2);
      await expect.poll(world.waiting).toBe(0);
      await slack.until(() => slack.signs.every(({ gone }) => gone));
      expect(slack.complaints).toEqual([]);
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
    expect((await answerTo(slack, second)).text).toContain('Found "the lower dog"');
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

  it('may come to a port of its own', async () => {
    playing = await play({}, { transport: 'http' });
    const { slack, options, bot } = playing;
    await bot.stop();
    const { mount: _, ...rest } = options;
    const port = 20_000 + (process.pid % 20_000);
    const own = await createSlack({ ...rest, port });
    await own.start();
    await slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answerTo(slack, said)).text).toContain('Found');
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
    await own.stop();
    expect(own.ready()).toBe(false);
  });
});
