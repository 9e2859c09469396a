import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Memory } from './memory.ts';

const CENTURY = 100 * 365 * 86_400_000;

/** A secret that all processes of an installation share: whoever comes first makes it, and it stays in the memory. */
export function createSalt(memory: Memory): () => Promise<string> {
  const shelf = memory.shelf<string>('salts', 1);
  let known: string | undefined;
  async function common(): Promise<string> {
    for (;;) {
      const there = await shelf.get('salt');
      if (there !== undefined) return there;
      if (await memory.claim('salt', 10_000)) {
        // Somebody's claim may just have been over.
        const made = (await shelf.get('salt')) ?? randomBytes(32).toString('hex');
        await shelf.set('salt', made, CENTURY);
        return made;
      }
      await sleep(50);
    }
  }
  return async () => {
    known ??= await common();
    return known;
  };
}
