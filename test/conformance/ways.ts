import { expect } from 'vitest';
import type { Scenarios } from './scenario.ts';
import { dogs, inTime } from './world.ts';

/** "the upper dog", as people write it with what each platform offers. */
const MARKED = {
  discord: '<a:eyes:123456789012345678> > **the** ||upper|| dog <t:1700000000:R>',
  slack: ':eyes: *the* ~upper~ dog :pray::skin-tone-3: <!date^1700000000^{date}|today>',
} as const;

/** All ways to ask. */
export const WAYS: Scenarios = {
  async 'by a command'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.command({ text: 'the upper dog', images: [dogs()], place });
    expect(await inTime(asked)).toBe(true);
    const reply = await world.answer();
    expect(reply.text).toContain('Found the upper dog');
    expect(reply).not.toHaveProperty('onlyFor');
    await platform.until(() => world.pictures()[0]);
  },
  async 'by a command without a picture, which only the asker is told'(world) {
    const { ann, place } = world;
    await ann.command({ text: 'the dog', place });
    const reply = await world.answer();
    expect(reply).toMatchObject({ onlyFor: ann.id, text: expect.stringContaining('no picture') });
  },
  async 'by the shortcut on the picture of somebody else'(world) {
    const { ann, place, platform } = world;
    const posted = await platform.person(`bob-of-${place.channel}`).say({ images: [dogs()], place });
    expect(await inTime(await ann.shortcut(posted, { text: 'the upper dog' }))).toBe(true);
    expect((await world.answer()).text).toContain('Found the upper dog');
    await platform.until(() => world.pictures()[0]);
  },
  async 'by the shortcut on a message without a picture, which only the asker is told'(world) {
    const { ann, place, platform } = world;
    const posted = await platform.person(`bob-of-${place.channel}`).say({ text: 'hello', place });
    await ann.shortcut(posted, { text: 'the upper dog' });
    const reply = await world.answer();
    expect(reply).toMatchObject({ onlyFor: ann.id, text: expect.stringContaining('no picture') });
  },
  async 'by the shortcut on a picture in the layout of another bot'(world) {
    const { ann, place, platform } = world;
    await ann.shortcut(platform.postPicture(dogs(), place), { text: 'the upper dog' });
    expect((await world.answer()).text).toContain('Found the upper dog');
    await platform.until(() => world.pictures()[0]);
  },
  async 'with emoji, quotations and other marks of the platform around the words'(world) {
    const { ann, place, platform } = world;
    await ann.mention({ text: MARKED[platform.name], images: [dogs()], place });
    expect((await world.answer()).text).toMatch(/^Found the upper dog\./);
  },
  async 'about a file that the platform says is no picture: it is told so'(world) {
    const { ann, place } = world;
    const film = { name: 'dogs.mp4', bytes: Buffer.from('a film'), type: 'video/mp4' };
    await ann.mention({ text: 'the dog', images: [film], place });
    expect((await world.answer()).text).toContain('The file is not a picture: its type is');
  },
  async 'by a mention in reply to the picture of somebody else'(world) {
    const { ann, place, platform } = world;
    const posted = await platform.person(`bob-of-${place.channel}`).say({ images: [dogs()], place });
    await ann.mention({ text: 'the lower dog', replyTo: posted });
    expect((await world.answer()).text).toContain('Found the lower dog');
  },
  async 'not without a mention'(world) {
    const { ann, place } = world;
    await ann.say({ text: 'the upper dog', images: [dogs()], place });
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    expect((await world.answer()).text).toContain('Found the lower dog');
    expect(world.answers()).toHaveLength(1);
  },
  async 'anew, by editing the question: the answer changes'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    const first = await world.answer();
    await ann.edit(asked, 'the lower dog');
    const now = await platform.until(() => world.answers().find(({ text }) => text.includes('lower dog')));
    expect(now.id).toBe(first.id);
    expect(world.answers()).toHaveLength(1);
  },
  async 'or tell it to forget, which only the asker is told'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await world.answer();
    await ann.forget(place);
    expect(await world.answer(2)).toMatchObject({
      onlyFor: ann.id,
      text: 'Forgotten: all 1 that I knew of you.',
    });
  },
};
