import type { Client } from './client.ts';
import type { Address } from './resume.ts';

const NAME = 'eyes';

/**
 * A reaction on the question while it is worked on: it is there before a message could be. Nothing depends on it.
 * @param address of an answer; where that is to no message, there is no sign
 */
export function createSign(client: Client, { channel, message, begun = false }: Address) {
  const at = { channel, timestamp: message ?? '', name: NAME };
  let on = begun;
  return {
    async on(): Promise<void> {
      if (on || message === undefined) return;
      on = true;
      await client.reactions.add(at).catch(() => {});
    },
    async off(): Promise<void> {
      if (!on || message === undefined) return;
      on = false;
      await client.reactions.remove(at).catch(() => {});
    },
  };
}
