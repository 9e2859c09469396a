import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../src/picture/read.ts';
import { boats } from '../conformance/world.ts';
import { picture } from '../platforms/pictures.ts';
import { answer, answers, dogs, type Playing, play } from './bot.ts';

let playing: Playing;
beforeAll(async () => {
  playing = await play();
});
afterAll(() => playing.close());
afterEach(() => {
  expect(playing.discord.complaints).toEqual([]);
  expect(playing.troubles).toEqual([]);
});

/** A channel of its own for each test. */
let channels = 0;
const channel = () => playing.discord.addChannel(`channel-${++channels}`);

describe('/find', () => {
  it('covers what it draws of a covered picture', async () => {
    const { discord } = playing;
    const place = channel();
    const covered = { ...dogs(), name: 'SPOILER_dogs.jpg' };
    await discord.person().command({ text: 'the upper dog', images: [covered], place });
    const reply = await answer(discord, 1, place);
    expect(reply.files.map(({ name }) => name)).toEqual(['SPOILER_spotter.jpg']);
  });

  it('is thought about at once, and answered in place: words, a picture with alt text, and buttons', async () => {
    const { discord } = playing;
    const place = channel();
    const asked = await discord.person().command({ text: 'the upper dog', images: [dogs()], place });
    expect(await asked.acknowledged()).toBeLessThan(3000);
    const reply = await answer(discord, 1, place);
    expect(reply.text).toMatch(/^Found the upper dog\. \(presence \d+ %\)$/);
    expect(reply.files).toHaveLength(1);
    expect(reply.files[0]).toMatchObject({
      name: 'spotter.jpg',
      alt: expect.stringContaining('Marked: 1. dog'),
    });
    expect((await readPicture(reply.files[0]!.bytes)).format).toBe('jpeg');
    expect(reply.buttons.map(({ label }) => label)).toEqual(['All candidates', 'Why?', 'Right', 'Wrong']);
    expect(reply.versions[0]!.text).toBe('');
    expect(discord.signs.filter(({ on }) => on === reply.id)).toMatchObject([{ kind: 'thinking' }]);
    expect(reply.pings).toEqual([]);
  });

  it('goes on with the last picture where none is given', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.command({ text: 'the upper dog', images: [dogs()], place });
    await answer(discord, 1, place);
    await ann.command({ text: 'the lower dog', place });
    expect((await answer(discord, 2, place)).text).toContain('Found the lower dog');
  });

  it('takes a link', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().command({ text: 'the upper dog', link: discord.put(dogs()), place });
    expect((await answer(discord, 1, place)).text).toContain('Found');
  });

  it('that cannot be answered tells the asker alone, and nobody sees that it was tried', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.command({ text: 'the dog', place });
    const reply = await answer(discord, 1, place);
    expect(reply).toMatchObject({
      onlyFor: ann.id,
      text: 'There is no picture to look at. Attach one, or reply to a message that has one.',
    });
    const seen = discord.replies(place).filter(({ onlyFor }) => onlyFor === undefined);
    expect(seen.every(({ removed }) => removed !== undefined)).toBe(true);
  });

  it.each([
    ['html', /web page/],
    ['expired', /expired|no longer/],
  ] as const)('a picture that is served as %s is told of', async (served, words) => {
    const { discord } = playing;
    const place = channel();
    await discord.person().command({ text: 'the dog', images: [dogs(served)], place });
    expect(await answer(discord, 1, place)).toMatchObject({ text: expect.stringMatching(words) });
  });

  it('of which we are told five times is answered once', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().command({ text: 'the upper dog', images: [dogs()], place, times: 5 });
    await answer(discord, 1, place);
    await discord.person().command({ text: 'the upper dog', images: [dogs()], place });
    await answer(discord, 2, place);
    expect(discord.replies(place)).toHaveLength(2);
  });
});

describe('"Find in image…"', () => {
  it('asks what for, and answers', async () => {
    const { discord } = playing;
    const place = channel();
    const posted = await discord.person('bob').say({ images: [dogs()], place });
    await discord.person().shortcut(posted, { text: 'the lower dog' });
    const reply = await answer(discord, 1, place);
    expect(reply.text).toContain('Found the lower dog');
    expect(reply.files).toHaveLength(1);
  });

  it('says at once that there is no picture', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.shortcut(await ann.say({ text: 'hello', place }), { text: 'the dog' });
    expect(await answer(discord, 1, place)).toMatchObject({
      onlyFor: ann.id,
      text: expect.stringContaining('no picture in that message'),
    });
  });

  it('on our own answer goes on with what that was about', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await ann.shortcut(await answer(discord, 1, place), { text: 'the lower dog' });
    const reply = await answer(discord, 2, place);
    expect(reply.text).toContain('Found the lower dog');
  });
});

describe('a mention', () => {
  it('is answered by one reply that notifies nobody; until then, it is seen to type', async () => {
    const { discord } = playing;
    const place = channel();
    const said = await discord.person().mention({ text: 'the upper dog', images: [dogs()], place });
    expect(await said.acknowledged()).toBeLessThan(3000);
    const reply = await answer(discord, 1, place);
    expect(reply).toMatchObject({ answers: said.id, pings: [] });
    expect(reply.text).toContain('Found the upper dog');
    expect(reply.files).toHaveLength(1);
    expect(discord.signs.filter(({ place: at }) => at.channel === place.channel)).toMatchObject([
      { kind: 'typing' },
    ]);
    expect(playing.acknowledged.length).toBeGreaterThan(0);
  });

  it('in reply to a message is about its picture, or what it links to', async () => {
    const { discord } = playing;
    const place = channel();
    const bob = discord.person('bob');
    const posted = await bob.say({ images: [dogs()], place });
    await discord.person().mention({ text: 'the upper dog', replyTo: posted, place });
    expect((await answer(discord, 1, place)).text).toContain('Found');
    const linked = await bob.say({ text: 'look', previews: [discord.put(dogs())], place });
    await discord.person().mention({ text: 'the lower dog', replyTo: linked, place });
    expect((await answer(discord, 2, place)).text).toContain('Found');
  });

  it('in reply to an earlier answer goes on with that one', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    const first = await answer(discord, 1, place);
    await ann.mention({ text: 'the boat', images: [boats()], place });
    await answer(discord, 2, place);
    await ann.mention({ text: 'the lower one', replyTo: first, place });
    expect((await answer(discord, 3, place)).text).toContain('Found the dog at the bottom');
  });

  it('with a link in it is about what that leads to', async () => {
    const { discord } = playing;
    const place = channel();
    const link = discord.put(dogs());
    await discord.person().mention({ text: `${link} the upper dog`, place });
    const reply = await answer(discord, 1, place);
    expect(reply.text).toContain('Found the upper dog');
  });

  it('with several pictures is asked which', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [await picture('sea.jpg'), dogs()], place });
    const which = await answer(discord, 1, place);
    expect(which.text).toContain('2. two-dogs.jpg');
    await ann.press(which, 'Picture 2');
    expect((await answer(discord, 2, place)).text).toContain('Found the upper dog');
  });

  it('with a file that is no picture is told so', async () => {
    const { discord } = playing;
    const place = channel();
    const text = { name: 'notes.txt', bytes: Buffer.from('no picture at all'), type: 'text/plain' };
    await discord.person().mention({ text: 'the dog', images: [text], place });
    expect((await answer(discord, 1, place)).text).toMatch(/not a picture/);
  });

  it('without words is told what to say', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().mention({ images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toMatch(/nothing to look for/);
  });

  it('words that would call everybody, or look like more than words, are shown as they are', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().mention({ text: '@everyone **the** upper dog', images: [dogs()], place });
    const reply = await answer(discord, 1, place);
    expect(reply.pings).toEqual([]);
    expect(reply.text).not.toContain('@everyone');
    expect(reply.text).not.toMatch(/(?<!\\)\*/);
  });
});

describe('conversations', () => {
  it('a message to us alone needs no mention', async () => {
    const { discord } = playing;
    const ann = discord.person();
    const said = await ann.direct({ text: 'the upper dog', images: [dogs()] });
    expect((await answer(discord, 1, said.place)).text).toContain('Found the upper dog');
    await ann.direct({ text: 'the lower dog' });
    expect((await answer(discord, 2, said.place)).text).toContain('Found the lower dog');
  });

  it('what is not addressed to us is not heard', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.say({ text: 'the dog', images: [dogs()], place });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await answer(discord, 1, place);
    expect(discord.replies(place)).toHaveLength(1);
  });

  it('a thread on the question, or on the answer, goes on with its picture, whatever was asked since', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    const reply = await answer(discord, 1, place);
    await ann.mention({ text: 'the boat', images: [await picture()], place });
    await answer(discord, 2, place);
    await ann.command({ text: 'the upper dog', images: [dogs()], place });
    const toCommand = await answer(discord, 3, place);
    await ann.mention({ text: 'the boat', images: [await picture()], place });
    await answer(discord, 4, place);
    for (const on of [said, reply, toCommand]) {
      const thread = discord.thread(on);
      await ann.mention({ text: 'the lower dog', place: thread });
      expect((await answer(discord, 1, thread)).text).toContain('Found the lower dog');
    }
  });

  it('a thread on a picture is about it, though the bot was not mentioned with it', async () => {
    const { discord } = playing;
    const place = channel();
    const posted = await discord.person('bob').mention({ text: 'hi', images: [dogs()], place });
    const thread = discord.thread(posted);
    await answer(discord, 1, place);
    await discord.person().mention({ text: 'the lower dog', place: thread });
    expect((await answer(discord, 1, thread)).text).toContain('Found');
    expect(answers(discord, thread)).toHaveLength(1);
  });
});
