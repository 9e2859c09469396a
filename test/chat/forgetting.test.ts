import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSpotter, type Spotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { createFeedback } from '../../src/store/feedback.ts';
import { openStore } from '../../src/store/open.ts';
import type { OpenStore } from '../../src/store/store.ts';
import { chatting, DOGS, press, question, recorder } from './world.ts';

const CANARY = 'canarybird';
const OTHER = 'parakeet';

let state: string;
let server: StandIn;
let store: OpenStore;
let spotter: Spotter;
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'spotter-forgetting-'));
  server = await startStandIn({ policy: POLICIES['always-first']! });
  store = await openStore({ path: join(state, 'memory.db') });
  spotter = createSpotter(
    readConfig({
      flags: {
        ...{
          state,
          strategy: 'crs',
          mllmProbe: false,
          mllmModel: 'stand-in',
          mllmBaseUrl: server.baseURL,
          mllmApiKey: 'none',
        },
      },
    }),
  );
});
afterAll(async () => {
  await Promise.all([spotter.close(), store.close(), server.close()]);
  rmSync(state, { recursive: true });
});

/** How often a word is in each file of the state folder. */
const traces = (word: string): Record<string, number> =>
  Object.fromEntries(
    readdirSync(state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        name,
        readFileSync(join(parentPath, name), 'latin1').split(word).length - 1,
      ]),
  );

it('leaves nothing of what somebody asked and said in any file, and all of what others did', async () => {
  const feedback = createFeedback(store, { folder: join(state, 'pictures'), pictures: true });
  const { chat, deps } = chatting({ store, feedback, spotter });
  const ann = { asker: 'ann', conversation: 'a' };
  const ben = { asker: 'ben', conversation: 'b' };
  const ask = async (who: typeof ann, word: string) => {
    for (const which of ['', ' on the left', ' that looks tired']) {
      const { handle, replies } = recorder();
      await chat.ask(question(`the dog beside the ${word}${which}`, { ...who, pictures: [DOGS] }), handle);
      const right = replies[0]?.buttons?.find(({ kind }) => kind === 'right');
      await chat.press(press(right!.id, who), handle);
    }
  };
  await ask(ann, CANARY);
  await ask(ben, OTHER);
  expect(server.calls).toBeGreaterThan(0);
  // They are in the store, in its journal and among the answers, or nothing would be shown.
  const before = traces(CANARY);
  expect(before['memory.db-wal']).toBeGreaterThan(0);
  expect(before['answers.db-wal']).toBeGreaterThan(0);

  expect(await chat.forget({ platform: 'test', ...ann, channel: 'ch1' })).toBe(6);
  expect(Object.values(traces(CANARY)).reduce((a, b) => a + b, 0)).toBe(0);
  expect(await feedback.all()).toHaveLength(3);
  const { calls } = server;
  const { handle, replies } = recorder();
  await deps.spotter.ask({
    source: await handle.fetch(DOGS, AbortSignal.any([])),
    expression: `the dog beside the ${OTHER}`,
  });
  expect(server.calls, 'the answers of others are still known').toBe(calls);
  await chat.ask(question('the upper dog', ben), handle);
  expect(replies).toHaveLength(1);
});

it('leaves nothing of what has expired or was done when it is closed', async () => {
  const path = join(state, 'closing.db');
  const closing = await openStore({ path });
  const shelf = closing.namespace<string>('words', 100);
  await shelf.set('one', `${CANARY} of the last question`, 60_000);
  await shelf.delete('one');
  expect(traces(CANARY)['closing.db-wal']).toBeGreaterThan(0);
  await closing.close();
  const left = Object.entries(traces(CANARY)).filter(([name]) => name.startsWith('closing.db'));
  expect(left).not.toEqual([]);
  expect(left.filter(([, times]) => times > 0)).toEqual([]);
});
