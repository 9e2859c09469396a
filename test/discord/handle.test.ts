import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '../../adapters/discord/outgoing.ts';
import { createHandle, type HandleOptions, inTurn, type ReplyTarget } from '../../adapters/discord/reply.ts';

/** A spot that notes what happens in it; each thing takes a moment. */
function noting(fails?: Error) {
  const happened: string[] = [];
  const note = async (what: string): Promise<void> => {
    await sleep(1);
    if (fails) throw fails;
    happened.push(what);
  };
  const spot: ReplyTarget = inTurn({
    show: ({ content }: Outgoing) => note(`show ${content}`),
    whisper: ({ content }: Outgoing) => note(`whisper ${content}`),
    remove: () => note('remove'),
  });
  return { spot, happened };
}

const handleOn = (spot: ReplyTarget, more: Partial<HandleOptions> = {}) =>
  createHandle({ spot, fetch: async () => new Uint8Array(), everyMs: 40, ...more });

describe('progress', () => {
  it('is shown at once, then the last words of each while', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot, { everyMs: 500 });
    await handle.progress('one');
    expect(happened).toEqual(['show one']);
    for (const words of ['two', 'three', 'four']) await handle.progress(words);
    expect(happened).toEqual(['show one']);
    await expect.poll(() => happened).toEqual(['show one', 'show four']);
  });

  it('is not said for as long as Discord says so itself', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot, { afterMs: 40 });
    await handle.progress('one');
    expect(happened).toEqual([]);
    await expect.poll(() => happened).toEqual(['show one']);
  });

  it('ends with the answer', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    await handle.progress('two');
    await handle.answer({ text: 'answer' });
    await handle.progress('three');
    await sleep(80);
    expect(happened).toEqual(['show one', 'show answer']);
  });

  it('tells once that it was seen', async () => {
    const shown: string[] = [];
    const { spot } = noting();
    const handle = handleOn(spot, { onShown: () => shown.push('shown'), everyMs: 0 });
    await handle.progress('one');
    expect(shown).toEqual(['shown']);
  });
});

describe('an answer', () => {
  it('comes after what was said before, also when nobody waited for that', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    void handle.progress('one');
    await handle.answer({ text: 'answer' });
    expect(happened).toEqual(['show one', 'show answer']);
  });

  it('for the asker alone is whispered', async () => {
    const { spot, happened } = noting();
    await handleOn(spot).answer({ text: 'no', onlyAsker: true });
    expect(happened).toEqual(['whisper no']);
  });

  it('that is refused is told of by its code; what was lost on the way is not', async () => {
    const body = { code: 50001, message: 'Missing Access' };
    const refusal = new DiscordAPIError(body, 50001, 403, 'POST', 'https://discord.example', {});
    for (const [fails, seen] of [
      [refusal, { code: 'cannot-reply', message: 'I cannot see that channel.' }],
      [new Error('socket closed'), { message: 'socket closed' }],
    ] as const) {
      const handle = handleOn(noting(fails).spot);
      await expect(handle.progress('one')).rejects.toMatchObject(seen);
      await expect(handle.answer({ text: 'answer' })).rejects.toMatchObject(seen);
    }
  });
});

describe('a question taken back', () => {
  it('takes its progress along, and is not answered', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    await handle.takeBack();
    await handle.progress('two');
    await handle.answer({ text: 'answer' });
    expect(happened).toEqual(['show one', 'remove']);
  });

  it('leaves the answer', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.answer({ text: 'answer' });
    await handle.takeBack();
    expect(happened).toEqual(['show answer']);
  });
});
