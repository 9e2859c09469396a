import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../world/discord/others.ts';
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

let channels = 0;
const channel = () => playing.discord.addChannel(`others-${++channels}`);

describe('a mention of our role', () => {
  it('whose content Discord withholds is told what to do instead', async () => {
    const { discord } = playing;
    const place = channel();
    const text = `<@&${discord.botRole}> the upper dog`;
    await discord.person().say({ text, images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toContain('Mention me and not my role, or use /find');
  });

  it('is answered like one of us where the content is shown', async () => {
    const { discord } = playing;
    const place = channel();
    const text = `<@&${discord.botRole}>, the upper dog`;
    const ann = discord.person();
    await ann.mention({ text, images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toMatch(/^Found the upper dog\./);
  });

  it('of another role is not for us', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    await ann.say({ text: `<@&${discord.role('artists')}> the upper dog`, images: [dogs()], place });
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    expect((await answer(discord, 1, place)).text).toContain('Found the lower dog');
    expect(answers(discord, place)).toHaveLength(1);
  });
});

describe('a message that a webhook posts in place of a person', () => {
  it('is answered once, and what was said of the original is taken back', async () => {
    const { discord } = playing;
    const place = channel();
    const original = await discord.person().mention({ text: 'the upper dog', images: [dogs()], place });
    const copy = discord.repost(original);
    const reply = await discord.until(() => answers(discord, place).find((each) => each.answers === copy.id));
    expect(reply.text).toContain('Found the upper dog');
    discord.again(copy);
    await discord.person('bob').mention({ text: 'the lower dog', images: [dogs()], place });
    await discord.until(() => answers(discord, place).find(({ text }) => text.includes('lower')));
    expect(answers(discord, place).map((each) => each.answers === original.id)).toEqual([false, false]);
  });
});

describe('a picture in the layout of another bot', () => {
  it.each(['gallery', 'thumbnail', 'file', 'container'] as const satisfies Layout[])(
    'is found by "Find in image…": %s',
    async (layout) => {
      const { discord } = playing;
      const place = channel();
      const posted = discord.postLayout(dogs(), { place, layout });
      await discord.person().shortcut(posted, { text: 'the lower dog' });
      const reply = await answer(discord, 1, place);
      expect(reply.text).toContain('Found the lower dog');
      // The container is covered, and so is what is drawn of it.
      expect(reply.files[0]!.name).toBe(layout === 'container' ? 'SPOILER_spotter.jpg' : 'spotter.jpg');
    },
  );

  it('that one person is shown stays with that person: answers, presses and follow-ups', async () => {
    const { discord } = playing;
    const place = channel();
    const ann = discord.person();
    const posted = discord.postLayout(dogs(), { place, onlyFor: ann.id });
    await ann.shortcut(posted, { text: 'the dog' });
    const undecided = await answer(discord, 1, place);
    await ann.press(undecided, '2');
    const chosen = await answer(discord, 2, place);
    expect(chosen.text).toContain('you chose candidate 2');
    await ann.shortcut(chosen, { text: 'the upper dog' });
    const followUp = await answer(discord, 3, place);
    expect(followUp.text).toContain('Found the upper dog');
    expect([undecided, chosen, followUp].map(({ onlyFor }) => onlyFor)).toEqual([ann.id, ann.id, ann.id]);
    // In the channel nothing is known of it, also not to the same person.
    await ann.command({ text: 'the lower dog', place });
    expect((await answer(discord, 4, place)).text).toContain('There is no picture');
    expect(discord.replies(place).filter(({ onlyFor, removed }) => !onlyFor && !removed)).toEqual([]);
  });
});

it('what one person is shown of a public answer goes on with that answer, for them alone', async () => {
  const { discord } = playing;
  const place = channel();
  const ann = discord.person();
  await ann.mention({ text: 'the upper dog', images: [dogs()], place });
  const found = await answer(discord, 1, place);
  await ann.press(found, 'All candidates');
  const all = await answer(discord, 2, place);
  expect(all.onlyFor).toBe(ann.id);
  await ann.shortcut(all, { text: 'the lower dog' });
  expect(await answer(discord, 3, place)).toMatchObject({
    onlyFor: ann.id,
    text: expect.stringContaining('Found the lower dog'),
  });
});

describe('a link whose picture Discord shows only later', () => {
  const link = 'https://nowhere.example/dogs.jpg';

  it('is about that picture, also where it cannot be followed', async () => {
    const { discord } = playing;
    const place = channel();
    const said = await discord.person().mention({ text: `${link} the upper dog`, place });
    await discord.until(() => discord.signs.find(({ place: at }) => at.channel === place.channel));
    discord.showPreview(said, link, discord.put(dogs()));
    expect((await answer(discord, 1, place)).text).toContain('Found the upper dog');
  });

  it('is refused as a link where none is shown', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().mention({ text: `${link} the upper dog`, place });
    expect((await answer(discord, 1, place)).text).toContain('does not visit');
  });

  it('is covered where the link is, also in the preview that Discord shows of it', async () => {
    const { discord } = playing;
    const place = channel();
    const address = discord.put(dogs());
    await discord
      .person()
      .mention({ text: `||look | ${address}|| the upper dog`, previews: [address], place });
    expect((await answer(discord, 1, place)).files[0]!.name).toBe('SPOILER_spotter.jpg');
  });

  it('is covered where the link is', async () => {
    const { discord } = playing;
    const place = channel();
    await discord.person().mention({ text: `||${discord.put(dogs())}|| the upper dog`, place });
    expect((await answer(discord, 1, place)).files[0]!.name).toBe('SPOILER_spotter.jpg');
  });
});

it('a file that Discord says is no picture is not fetched', async () => {
  const { discord } = playing;
  const place = channel();
  const film = { name: 'dogs.mp4', bytes: Buffer.from('a film'), type: 'video/mp4' };
  await discord.person().mention({ text: 'the dog', images: [film], place });
  expect((await answer(discord, 1, place)).text).toContain('its type is "video/mp4"');
  expect(discord.cdn.asked.filter(({ path }) => path.endsWith('dogs.mp4'))).toEqual([]);
});
