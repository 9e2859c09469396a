import { afterAll, beforeAll, expect } from 'vitest';
import { createSpotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { conform } from './conform.ts';
import { dogs, labels } from './world.ts';

let mllm: StandIn;
beforeAll(async () => {
  mllm = await startStandIn({ faults: { rate: 1, of: ['drop'] } });
});
afterAll(() => mllm.close());

conform(
  {
    async 'with the language model down, it answers without, says so, and lets the person choose'(world) {
      const { ann, place } = world;
      await ann.mention({ text: 'the friendly dog', images: [dogs()], place });
      const reply = await world.answer();
      // After some failures it is not even tried for a while.
      expect(mllm.calls).toBeGreaterThan(0);
      expect(reply.text).toMatch(/^Undecided: [\s\S]*So this is without it\./);
      expect(labels(reply).slice(0, 2)).toEqual(['1', '2']);
      await ann.press(reply, '1');
      expect((await world.answer(2)).text).toContain('Found: you chose candidate 1');
    },
  },
  () =>
    createSpotter(
      readConfig({
        flags: {
          cache: false,
          mllmProbe: false,
          mllmModel: 'stand-in',
          mllmBaseUrl: mllm.baseURL,
          mllmApiKey: 'none',
        },
      }),
    ),
);
