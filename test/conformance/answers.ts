import { expect } from 'vitest';
import { readPicture } from '../../src/picture/read.ts';
import type { Scenarios } from './scenario.ts';
import { boats, dogs, inTime, labels } from './world.ts';

const SAME = ['All candidates', 'Why?', 'Right', 'Wrong'];

/** What each platform would make something of. */
const MORE_THAN_WORDS = { discord: /@(everyone|here)|(?<!\\)[*<|]/, slack: /<[!@#]/ } as const;

/** Questions that have an answer. */
export const ANSWERS: Scenarios = {
  async 'found: words, buttons, and a picture with a text for those who cannot see it'(world) {
    const { ann, place } = world;
    const asked = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect(await inTime(asked)).toBe(true);
    const reply = await world.answer();
    expect(reply.text).toMatch(/^Found the upper dog\. \(presence \d+ %\)$/);
    expect(labels(reply)).toEqual(SAME);
    const { files } = await world.platform.until(() => world.pictures()[0]);
    expect(files[0]!.alt).toContain('Marked: 1. dog');
    expect((await readPicture(files[0]!.bytes)).format).toBe('jpeg');
  },
  async 'not present'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the zebra', images: [dogs()], place });
    const reply = await world.answer();
    expect(reply.text).toMatch(/^Not present: /);
    expect(labels(reply)).not.toContain('1');
  },
  async 'undecided, then chosen by a button'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the dog', images: [dogs()], place });
    const undecided = await world.answer();
    expect(undecided.text).toMatch(/^Undecided: [\s\S]*Choose its number\.$/);
    expect(labels(undecided)).toEqual(['1', '2', ...SAME]);
    await ann.press(undecided, '2');
    const chosen = await world.answer(2);
    expect(chosen.text).toContain('Found: you chose candidate 2');
    expect(chosen).not.toHaveProperty('onlyFor');
    await world.platform.until(() => world.pictures()[1]);
  },
  async 'several pictures: it asks which, and a button chooses'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the upper dog', images: [boats(), dogs()], place });
    const which = await world.answer();
    expect(which.text).toContain('Which one do you mean?\n1. boats.jpg\n2. two-dogs.jpg');
    expect(labels(which)).toEqual(['Picture 1', 'Picture 2']);
    await ann.press(which, 'Picture 2');
    expect((await world.answer(2)).text).toContain('Found the upper dog');
  },
  async 'a follow-up in the thread'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await world.answer();
    const thread = platform.thread(asked);
    await ann.mention({ text: 'the lower dog', place: thread });
    const reply = await world.answer(2);
    expect(reply.text).toContain('Found the lower dog');
    expect(reply.place).toEqual(thread);
  },
  async 'a picture alone, and then what to look for'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.mention({ images: [dogs()], place });
    expect((await world.answer()).text).toContain('There is nothing to look for.');
    await ann.mention({ text: 'the upper dog', place: platform.thread(asked) });
    expect((await world.answer(2)).text).toContain('Found the upper dog');
  },
  async 'thanks, and why'(world) {
    const { ann, platform } = world;
    const asked = await ann.direct({ text: 'the upper dog', images: [dogs()] });
    const here = asked.place;
    await world.answer(1, here);
    await ann.direct({ text: 'why?' });
    await platform.until(() => world.answers(here).find(({ text }) => text.includes('1. dog, fits')));
    await ann.direct({ text: 'Thank you!' });
    await platform.until(() => world.answers(here).find(({ text }) => text === 'You are welcome.'));
  },
  async 'a follow-up where one is alone with the bot'(world) {
    const { ann } = world;
    const asked = await ann.direct({ text: 'the upper dog', images: [dogs()] });
    expect((await world.answer(1, asked.place)).text).toContain('Found the upper dog');
    await ann.direct({ text: 'the lower dog' });
    expect((await world.answer(2, asked.place)).text).toContain('Found the lower dog');
  },
  async 'several things, where several are meant'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the dogs', images: [dogs()], place });
    expect((await world.answer()).text).toMatch(/^Found/);
    const { files } = await world.platform.until(() => world.pictures()[0]);
    expect(files[0]!.alt).toMatch(/Marked: 1\. dog, 2\. dog\./);
  },
  async 'a question: a number, with what was counted marked and numbered, and then another one'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.mention({ text: 'how many dogs are there?', images: [dogs()], place });
    const reply = await world.answer();
    expect(reply.text).toMatch(/^There are (?:at least )?2 dogs \(\d+ % sure\)\.$/);
    expect(labels(reply)).toEqual(SAME);
    const { files } = await platform.until(() => world.pictures()[0]);
    expect(files[0]!.alt).toMatch(/Marked: 1\. dog, 2\. dog\./);
    const thread = platform.thread(asked);
    await ann.mention({ text: 'and the cats?', place: thread });
    expect((await world.answer(2)).text).toMatch(/^None: I see .*, but no cat \(\d+ % sure\)\.$/);
    await ann.mention({ text: 'is there a dog?', place: thread });
    expect((await world.answer(3)).text).toMatch(/^Yes, there (?:is|are) /);
    await ann.mention({ text: 'which one is higher?', place: thread });
    expect((await world.answer(4)).text).toMatch(/^It is the dog on the left \(\d+ % sure\)\.$/);
  },
  async 'a question about one of several, which a button chooses'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'is the dog on the left or on the right?', images: [dogs()], place });
    const undecided = await world.answer();
    expect(undecided.text).toMatch(/^Undecided: there are 2 dogs; [\s\S]*Choose its number\.$/);
    await ann.press(undecided, '1');
    expect((await world.answer(2)).text).toContain('you chose candidate 1, a dog: left');
  },
  async 'a question that no picture answers is told so'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'who won the cup?', images: [dogs()], place });
    const reply = await world.answer();
    expect(reply.text).toMatch(/^Undecided: that is no question that I can answer from what I see;/);
    expect(labels(reply)).toEqual(['Why?', 'Right', 'Wrong']);
  },
  async 'what would call people, or look like more than words, is repeated as words'(world) {
    const { ann, place, platform } = world;
    const bob = platform.person(`bob-of-${place.channel}`);
    const text = `the upper dog near @everyone @here <!channel> <@${bob.id}> **and** ||me||`;
    await ann.mention({ text, images: [dogs()], place });
    const reply = await world.answer();
    expect(reply.text).toContain('everyone');
    expect(reply.text).not.toMatch(MORE_THAN_WORDS[platform.name]);
    expect(reply.pings).toEqual([]);
  },
};
