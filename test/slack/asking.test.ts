import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../src/picture/read.ts';
import { picture } from '../platforms/pictures.ts';
import { answer, answers, answerTo, dogs, type Playing, pictures, play } from './bot.ts';

let playing: Playing;
/** A channel of its own for each test. */
let channels = 0;
const channel = () => playing.slack.addChannel(`channel-${++channels}`);

describe.each(['socket', 'http'] as const)('by %s', (transport) => {
  beforeAll(async () => {
    playing = await play({}, { transport });
  });
  afterAll(() => playing.close());
  afterEach(() => {
    expect(playing.slack.complaints).toEqual([]);
    expect(playing.troubles).toEqual([]);
  });

  describe('a mention', () => {
    it('is answered in its thread: words and buttons in place of the progress, a picture with alt text', async () => {
      const { slack } = playing;
      const said = await slack
        .person()
        .mention({ text: 'the upper dog', images: [dogs()], place: channel() });
      expect(await said.acknowledged()).toBeLessThan(3000);
      const thread = slack.thread(said);
      const reply = await answer(slack, 1, thread);
      expect(reply.text).toMatch(/^Found the upper dog\. \(presence \d+ %\)$/);
      expect(reply.buttons.map(({ label }) => label)).toEqual(['All candidates', 'Why?', 'Right', 'Wrong']);
      expect(reply.pings).toEqual([]);
      const posted = await slack.until(() => pictures(slack, thread)[0]);
      expect(posted.files[0]).toMatchObject({
        name: 'spotter.jpg',
        alt: expect.stringContaining('Marked: 1. dog'),
      });
      expect((await readPicture(posted.files[0]!.bytes)).format).toBe('jpeg');
      const sign = () => slack.signs.find(({ on }) => on === said.id);
      await slack.until(() => sign()?.gone);
      expect(sign()).toMatchObject({ kind: 'reaction', name: 'eyes' });
      expect(slack.replies({ ...thread, thread: undefined as never })).toEqual([]);
    });

    it('told five times, and as a mention and a message, is answered once', async () => {
      const { slack } = playing;
      const said = await slack
        .person()
        .mention({ text: 'the upper dog', images: [dogs()], place: channel(), times: 5 });
      await answerTo(slack, said);
      await said.acknowledged();
      await slack.until(() => pictures(slack, slack.thread(said))[0]);
      expect(slack.replies(slack.thread(said))).toHaveLength(2);
    });

    it('in a thread goes on without the picture; a thread on a picture is about that', async () => {
      const { slack } = playing;
      const ann = slack.person();
      const posted = await ann.say({ images: [dogs()], place: channel() });
      await ann.mention({ text: 'the upper dog', replyTo: posted });
      expect((await answerTo(slack, posted)).text).toContain('Found the upper dog');
      await slack.person('bob').mention({ text: 'the lower dog', replyTo: posted });
      expect((await answerTo(slack, posted, 2)).text).toContain('Found the lower dog');
    });

    it('in a thread need not be a mention where the asker goes on', async () => {
      const { slack } = playing;
      const [ann, bob] = [slack.person(), slack.person('bob')];
      const said = await ann.mention({ text: 'the upper dog', images: [dogs()], place: channel() });
      await answerTo(slack, said);
      const place = slack.thread(said);
      // What people say to each other is nothing to us.
      await bob.say({ text: 'and the lower one?', place });
      await ann.say({ text: 'thanks', place });
      await ann.say({ text: '<@U0BOB> the other one?', place });
      await ann.say({ text: 'the cat is mine', place: channel() });
      await ann.say({ text: 'and the lower one?', place });
      expect((await answerTo(slack, said, 2)).text).toContain('Found the dog at the bottom');
      expect(answers(slack, place)).toHaveLength(2);
    });

    it('about several pictures is asked back, and answered when one is chosen', async () => {
      const { slack } = playing;
      const ann = slack.person();
      const said = await ann.mention({
        text: 'the dog',
        images: [await picture(), dogs()],
        place: channel(),
      });
      const reply = await answerTo(slack, said);
      expect(reply.text).toContain('Which one do you mean?\n1. street.jpg\n2. two-dogs.jpg');
      await ann.press(reply, 'Picture 2');
      expect((await answerTo(slack, said, 2)).text).toContain('Undecided');
    });

    it.each([
      [{ text: 'the dog' }, 'There is no picture to look at.'],
      [{ text: '', images: [dogs()] }, 'There is nothing to look for.'],
      [{ text: 'x'.repeat(501), images: [dogs()] }, 'The expression has 501 characters'],
      [{ text: 'the dog', images: [dogs('html')] }, 'files:read'],
      [{ text: 'the dog', images: [dogs('expired')] }, 'The link has expired'],
      [{ text: 'the dog', images: [dogs('vast')] }, 'The file is too large'],
      [
        {
          text: 'the dog',
          images: [{ name: 'a.txt', bytes: Buffer.from('no picture'), type: 'text/plain' }],
        },
        'I read JPEG, PNG',
      ],
    ])('that cannot be answered (%#) tells the asker alone', async (question, words) => {
      const { slack } = playing;
      const place = channel();
      const ann = slack.person();
      const said = await ann.mention({ ...question, place });
      const reply = await slack.until(() =>
        answers(slack).find(({ place: at }) => at.channel === place.channel),
      );
      expect(reply).toMatchObject({ onlyFor: ann.id, text: expect.stringContaining(words) });
      // A thread that nobody has answered in shows no such message.
      expect(reply.place).toEqual(place);
      expect(slack.replies(slack.thread(said)).every(({ removed }) => removed !== undefined)).toBe(true);
      await slack.until(() => slack.signs.filter(({ on }) => on === said.id).every(({ gone }) => gone));
    });

    it('mentions nobody with what it repeats', async () => {
      const { slack } = playing;
      const bob = slack.person('bob');
      const text = `the dog near <!channel> <@${bob.id}> &lt;!here&gt; *bold* https://example.org`;
      const said = await slack.person().mention({ text, images: [dogs()], place: channel() });
      const reply = await answerTo(slack, said);
      expect(reply.pings).toEqual([]);
      for (const { what, sent } of slack.calls) {
        if (!/^chat\.(post|update)/.test(what)) continue;
        expect(JSON.stringify(sent)).toContain('"parse":"none"');
        expect((sent as { text: string }).text).not.toMatch(/[<>]/);
      }
    });
  });

  describe('without a mention', () => {
    it('nothing is taken for a question, except where one is alone with the bot', async () => {
      const { slack } = playing;
      const ann = slack.person();
      const place = channel();
      await ann.say({ text: 'the upper dog', images: [dogs()], place });
      const said = await ann.direct({ text: 'the upper dog', images: [dogs()] });
      expect((await answer(slack, 1, said.place)).text).toContain('Found');
      await ann.direct({ text: 'the lower dog' });
      expect((await answer(slack, 2, said.place)).text).toContain('Found the lower dog');
      expect(slack.replies(place)).toEqual([]);
    });

    it('a thread on an answer in a direct conversation goes on with that answer', async () => {
      const { slack } = playing;
      const ann = slack.person();
      const first = await ann.direct({ text: 'the upper dog', images: [dogs()] });
      const reply = await answer(slack, 1, first.place);
      await ann.direct({ text: 'the dog', images: [await picture()] });
      await answer(slack, 2, first.place);
      const on = await ann.say({ text: 'the lower dog', replyTo: reply });
      expect((await answerTo(slack, on)).text).toContain('Found the lower dog');
    });
  });

  describe('/find', () => {
    it('looks at the latest picture of the channel, for all to see', async () => {
      const { slack } = playing;
      const place = channel();
      const asked = await slack.person().command({ text: 'the upper dog', images: [dogs()], place });
      expect(await asked.acknowledged()).toBeLessThan(3000);
      expect(await answer(slack, 1, place)).toMatchObject({ text: expect.stringContaining('Found') });
      expect((await slack.until(() => pictures(slack, place)[0])).files[0]!.alt).toContain('Marked');
    });

    it('does not follow a link to a file of Slack: who wrote it may not be allowed to see it', async () => {
      const { slack } = playing;
      const place = channel();
      const asked = slack.files.asked.length;
      await slack.person().command({ text: 'the upper dog', link: slack.put(dogs()), place });
      expect((await answer(slack, 1, place)).text).toContain('a file within Slack');
      expect(slack.files.asked).toHaveLength(asked);
    });

    it('goes on in a thread on its answer', async () => {
      const { slack } = playing;
      const place = channel();
      const ann = slack.person();
      await ann.command({ text: 'the upper dog', images: [dogs()], place });
      const reply = await answer(slack, 1, place);
      await ann.mention({ text: 'the lower dog', replyTo: reply });
      expect((await answerTo(slack, reply)).text).toContain('Found the lower dog');
    });

    it('where there is no picture, and with no words, tells the asker alone', async () => {
      const { slack } = playing;
      const place = channel();
      const ann = slack.person();
      await ann.command({ text: 'the dog', place });
      expect(await answer(slack, 1, place)).toMatchObject({
        onlyFor: ann.id,
        text: expect.stringContaining('no picture'),
      });
      await ann.command({ place });
      expect((await answer(slack, 2, place)).text).toContain('nothing to look for');
    });

    it('where the bot is not, says so, and works with a link, in words', async () => {
      const { slack } = playing;
      const place = slack.addChannel('elsewhere', { member: false });
      const ann = slack.person();
      await ann.command({ text: 'the dog', place });
      expect(await answer(slack, 1, place)).toMatchObject({
        onlyFor: ann.id,
        text: expect.stringContaining('/invite'),
      });
    });
  });

  describe('"Find in image…"', () => {
    it('asks what to look for, and answers in the thread of the message', async () => {
      const { slack } = playing;
      const posted = await slack.person('bob').say({ images: [dogs()], place: channel() });
      const asked = await slack.person().shortcut(posted, { text: 'the upper dog' });
      expect(await asked.acknowledged()).toBeLessThan(3000);
      expect((await answerTo(slack, posted)).text).toContain('Found the upper dog');
      await slack.until(() => pictures(slack, slack.thread(posted))[0]);
    });

    it('on an answer goes on with it', async () => {
      const { slack } = playing;
      const said = await slack
        .person()
        .mention({ text: 'the upper dog', images: [dogs()], place: channel() });
      const reply = await answerTo(slack, said);
      await slack.person('bob').shortcut(reply, { text: 'the lower dog' });
      expect((await answerTo(slack, said, 2)).text).toContain('Found the lower dog');
    });

    it('on a message without a picture says so', async () => {
      const { slack } = playing;
      const place = channel();
      const posted = await slack.person('bob').say({ text: 'hello', place });
      const ann = slack.person();
      await ann.shortcut(posted, { text: 'the dog' });
      expect(await answer(slack, 1, place)).toMatchObject({
        onlyFor: ann.id,
        text: expect.stringContaining('no picture in that message'),
      });
    });
  });

  it('everything is acknowledged in time, and that is told', () => {
    expect(playing.acknowledged.length).toBeGreaterThan(20);
    expect(Math.max(...playing.acknowledged)).toBeLessThan(3000);
  });
});
