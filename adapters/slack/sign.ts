import { within } from '../../src/within.ts';
import type { Client } from './client.ts';
import type { Address } from './resume.ts';

const NAME = 'eyes';
/** Longer, and nobody is waiting for a sign any more. */
const PATIENCE_MS = 3000;

/**
 * A reaction on the question while it is worked on: it is there before a message could be. Nothing depends on it.
 * @param address of an answer; where that is to no message, there is no sign
 */
export function createSign(client: Client, { channel, message, begun = false }: Address) {
  const at = { channel, timestamp: message ?? '', name: NAME };
  const tried = (call: () => Promise<unknown>): Promise<unknown> =>
    within(PATIENCE_MS, undefined, call, () => new Error('too late')).catch(() => {});
  let on: Promise<unknown> | undefined = begun ? Promise.resolve() : undefined;
  return {
    on(): void {
      if (message !== undefined) on ??= tried(() => client.reactions.add(at));
    },
    async off(): Promise<void> {
      const before = on;
      on = undefined;
      if (before === undefined || message === undefined) return;
      await before;
      await tried(() => client.reactions.remove(at));
    },
  };
}
