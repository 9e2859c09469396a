// Claims keys 0 to n-1 of a memory, and says which it won: claimer.ts <path> <redis url or ""> <n>

import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/open.ts';

const [, , path = '', redisUrl, n] = process.argv;
const store = await openStore({ path, redisUrl: redisUrl || undefined });
console.log('"ready"');
process.stdin.once('data', async (at) => {
  const won: number[] = [];
  await sleep(Number(at) - Date.now());
  for (let i = 0; i < Number(n); i++) {
    if (await store.claim(`event:${i}`, 60_000)) won.push(i);
    // Now and then others get ahead.
    if (i % 10 === 0) await sleep(1);
  }
  console.log(JSON.stringify({ won }));
  process.stdin.pause();
  await store.close();
});
