import { expect } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { createAdmissionQueue, createLimits } from '../../src/service/admission.ts';
import type { Scenario, Scenarios } from './scenario.ts';
import { dogs, held, inTime } from './world.ts';

const LAVISH = { times: 1000, seconds: 60 };

/** Of what the bot is told five times it makes one question, and one answer. */
const fiveTimes =
  (way: 'mention' | 'command'): Scenario =>
  async (world) => {
    const { ann, place, platform } = world;
    let looked = 0;
    world.change({
      admission: (work) => {
        looked++;
        return work();
      },
    });
    await ann[way]({ text: 'the upper dog', images: [dogs()], place, times: 5 });
    await world.answer();
    await platform.until(() => world.pictures()[0]);
    // What came after all five is answered: so were they.
    await ann.mention({ text: 'the zebra', images: [dogs()], place });
    await platform.until(() => world.answers().find(({ text }) => text.startsWith('Not present')));
    expect(world.answers()).toHaveLength(2);
    expect(looked).toBe(2);
    await platform.until(() => world.pictures()[1]);
    expect(world.pictures()).toHaveLength(2);
  };

/** Good questions at a bad time. */
export const CIRCUMSTANCES: Scenarios = {
  'a mention that is told five times is answered once': fiveTimes('mention'),
  'a command that is told five times is answered once': fiveTimes('command'),
  async 'a button that is pressed five times answers once'(world) {
    const { ann, place } = world;
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    const reply = await world.answer();
    await ann.press(reply, 'Why?', { times: 5 });
    expect(await world.answer(2)).toMatchObject({ onlyFor: ann.id });
    await ann.press(reply, 'Right');
    expect((await world.answer(3)).text).toContain('noted as right');
    expect(world.answers()).toHaveLength(3);
  },
  async 'a question that is deleted while it is worked on gets no answer'(world) {
    const { ann, place, platform } = world;
    const { admission, release, begun } = held();
    world.change({ admission });
    const asked = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await expect.poll(begun).toBe(1);
    await ann.remove(asked);
    await expect.poll(world.waiting).toBe(0);
    release();
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    expect((await world.answer()).text).toContain('Found the lower dog');
    await platform.until(() => world.pictures()[0]);
    expect(world.answers()).toHaveLength(1);
    expect(world.pictures()).toHaveLength(1);
  },
  async 'where it may not upload, it answers in words'(world) {
    const { ann, place, platform } = world;
    platform.trouble('no-uploads', { place });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await world.answer()).text).toMatch(/^Found the upper dog[\s\S]*I cannot upload pictures here/);
    expect(world.pictures()).toEqual([]);
  },
  async 'where it may not post, it stays alive'(world) {
    const { ann, place, platform } = world;
    platform.trouble('no-posting', { place });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await expect.poll(world.waiting).toBe(0);
    platform.recover();
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    await platform.until(() => world.answers().find(({ text }) => text.includes('Found the lower dog')));
  },
  async 'while it takes long, it tells how far it is, and then answers in its place'(world) {
    const { ann, place, platform } = world;
    const { admission, release, begun, tell } = held();
    world.change({ admission });
    const asked = await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect(await inTime(asked)).toBe(true);
    await expect.poll(begun).toBe(1);
    await platform.until(() => world.progress().includes('Looking …'));
    for (const ahead of [3, 2, 1]) tell(ahead);
    await platform.until(() => world.progress().includes('Waiting: 1 ahead …'));
    release();
    const { versions } = await world.answer();
    const texts = versions.map(({ text }) => text.split('.')[0]);
    expect([texts.at(0), texts.at(-2), texts.at(-1)]).toEqual([
      'Looking …',
      'Waiting: 1 ahead …',
      'Found the upper dog',
    ]);
  },
  async 'with nothing free and nobody allowed to wait, it says that it is busy'(world) {
    const { ann, place, platform } = world;
    const gate = held();
    const line = createAdmissionQueue({ atOnce: 1, waiting: 0 });
    world.change({
      admission: (work, turn) => line.run(() => gate.admission(work, turn), turn),
    });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await expect.poll(() => line.running).toBe(1);
    const bob = platform.person(`bob-of-${place.channel}`);
    await bob.mention({ text: 'the lower dog', images: [dogs()], place });
    expect((await world.answer()).text).toMatch(/busy with other questions.*Try again in a minute/);
    gate.release();
    await platform.until(() => world.answers().find(({ text }) => text.includes('Found the upper dog')));
  },
  async 'who asks too much is told when to come back; others are not bothered'(world) {
    const { ann, place, platform } = world;
    const limits = createLimits({ perAsker: { times: 1, seconds: 60 }, perChannel: LAVISH });
    world.change({ admit: limits });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await world.answer();
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    const told = await platform.until(() => world.answers().find(({ text }) => /\d+ second/.test(text)));
    expect(told.text).not.toContain('Found');
    await platform.person(`bob-of-${place.channel}`).mention({ text: 'the zebra', images: [dogs()], place });
    await platform.until(() => world.answers().find(({ text }) => text.startsWith('Not present')));
  },
  async 'who is not on the list is told so; who is, is answered'(world) {
    const { ann, place, platform } = world;
    const bob = platform.person(`bob-of-${place.channel}`);
    world.change({
      admit: createLimits({ allowed: { users: [bob.id] }, perAsker: LAVISH, perChannel: LAVISH }),
    });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await world.answer()).text).toContain('not on the list');
    await bob.mention({ text: 'the lower dog', images: [dogs()], place });
    await platform.until(() => world.answers().find(({ text }) => text.includes('Found the lower dog')));
  },
  async 'with the detector down, it says so, and later it is well again'(world) {
    const { ann, place, platform } = world;
    world.change({ ask: () => Promise.reject(new SpotterError('detector-down')) });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await world.answer()).text).toMatch(/detector is not available.*try again in a minute/);
    world.change({});
    await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    await platform.until(() => world.answers().find(({ text }) => text.includes('Found the lower dog')));
  },
};
