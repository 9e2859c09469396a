// Accepts work or takes what the dead left, as it is told: worker.ts <path> <redis url or ""> <lease in ms> [clock, ms ahead]

import { createInterface } from 'node:readline';
import { openStore } from '../../src/store/open.ts';
import { createPending } from '../../src/store/pending.ts';

const [, , path = '', redisUrl, leaseMs, ahead = '0'] = process.argv;
const now = Date.now;
Date.now = () => now() + Number(ahead);
const store = await openStore({ path, redisUrl: redisUrl || undefined });
const pending = createPending(store, { leaseMs: Number(leaseMs) });

const ACTIONS: Readonly<Record<string, (keys: string[]) => Promise<unknown>>> = {
  async accept(keys) {
    const accepted: string[] = [];
    for (const key of keys) {
      const item = { platform: 'test', resume: key, at: 1, work: { key } };
      if (await pending.accept(key, item)) accepted.push(key);
    }
    return { accepted };
  },
  async done(keys) {
    for (const key of keys) await pending.done(key);
  },
  begin: ([key = '']) => pending.begin(key),
  orphans: ([platform = '']) => pending.orphans(platform),
  owns: ([key = '']) => pending.owns(key),
  close: () => pending.close(),
};

console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  const [action, ...keys] = JSON.parse(line) as [string, ...string[]];
  console.log(JSON.stringify((await ACTIONS[action]!(keys)) ?? null));
}
