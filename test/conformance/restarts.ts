import { expect } from 'vitest';
import type { Scenarios } from './scenario.ts';
import { dogs, held, labels } from './world.ts';

/** Another process takes the place of the bot's, or the platform is not well for a while. */
export const RESTARTS: Scenarios = {
  async 'a follow-up, and the buttons of before'(world) {
    const { ann, place, platform } = world;
    const asked = await ann.mention({ text: 'the dog', images: [dogs()], place });
    const undecided = await world.answer();
    await world.restart();
    await ann.mention({ text: 'the upper dog', place: platform.thread(asked) });
    expect((await world.answer(2)).text).toContain('Found the upper dog');
    expect(labels(undecided)).toContain('1');
    await ann.press(undecided, '1');
    await platform.until(() =>
      world.answers().find(({ text }) => text.includes('Found: you chose candidate 1')),
    );
  },
  async 'a question that was under way is answered once, in its place'(world) {
    const { ann, place, platform } = world;
    // What the first process began never ends.
    const { admission, begun } = held();
    world.change({ admission });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    await expect.poll(begun).toBe(1);
    await platform.until(() => world.progress().includes('Looking …'));
    world.change({});
    await world.restart();
    const reply = await world.answer();
    expect(reply.text).toContain('Found the upper dog');
    expect(reply.versions[0]!.text).toBe('Looking …');
    await platform.until(() => world.pictures()[0]);
    await expect.poll(world.waiting).toBe(0);
    expect(world.answers()).toHaveLength(1);
  },
  async 'too many requests, the platform says: they are made again'(world) {
    const { ann, place, platform } = world;
    platform.trouble('rate-limit', {
      times: 1,
      seconds: 1,
      of: platform.name === 'slack' ? 'chat.' : 'messages',
    });
    await ann.mention({ text: 'the upper dog', images: [dogs()], place });
    expect((await world.answer()).text).toContain('Found the upper dog');
    await platform.until(() => world.pictures()[0]);
    expect(world.answers()).toHaveLength(1);
    // It may be told of, and nothing else.
    for (const { words } of world.troubles.splice(0)) expect(words).toContain('rate limit');
  },
};
