import { expect } from 'vitest';
import { createSpotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { conform } from './conform.ts';
import { dogs, held } from './world.ts';

// In a file of its own, as nothing comes after it.
conform(
  {
    async 'in the middle: it apologises for what it cannot finish, and takes nothing new'(world) {
      const { ann, place, platform } = world;
      const { admission, begun } = held();
      world.change({ admission });
      await ann.mention({ text: 'the upper dog', images: [dogs()], place });
      await expect.poll(begun).toBe(1);
      await world.shutDown(50);
      expect((await world.answer()).text).toContain('I was interrupted by a restart');
      expect(await world.waiting()).toBe(0);
      await ann.mention({ text: 'the lower dog', images: [dogs()], place });
      await platform.until(() => world.answers().find(({ text }) => text.includes('I am being restarted')));
      expect(world.answers()).toHaveLength(2);
      expect(begun()).toBe(1);
    },
  },
  () => createSpotter(readConfig({ flags: { cache: false } })),
);
