import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createHandle, type HandleOptions } from '../../adapters/discord/handle.ts';
import type { Outgoing } from '../../adapters/discord/outgoing.ts';
import { inTurn, type Spot } from '../../adapters/discord/spot.ts';
import { SpotterError } from '../../src/errors.ts';

/** A spot that notes what happens in it; each thing takes a moment. */
function noting(fails?: Error) {
  const happened: string[] = [];
  const note = async (what: string): Promise<void> => {
    await sleep(1);
    if (fails) throw fails;
    happened.push(what);
  };
  const spot: Spot = inTurn({
    show: ({ content }: Outgoing) => note(`show ${content}`),
    whisper: ({ content }: Outgoing) => note(`whisper ${content}`),
    remove: () => note('remove'),
  });
  return { spot, happened };
}

const handleOn = (spot: Spot, more: Partial<HandleOptions> = {}) =>
  createHandle({ spot, thinking: false, fetch: async () => new Uint8Array(), everyMs: 40, ...more });

describe('progress', () => {
  it('is shown at once, then the last words of each while', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    expect(happened).toEqual(['show one']);
    for (const words of ['two', 'three', 'four']) await handle.progress(words);
    expect(happened).toEqual(['show one']);
    await expect.poll(() => happened).toEqual(['show one', 'show four']);
  });

  it('is not said where Discord says so itself, unless it takes long', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot, { thinking: true });
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

  it('that cannot be posted is told of by its code', async () => {
    const handle = handleOn(noting(new Error('socket closed')).spot);
    for (const said of [handle.progress('one'), handle.answer({ text: 'answer' })]) {
      await expect(said).rejects.toThrow(SpotterError);
      await expect(said).rejects.toMatchObject({ code: 'cannot-reply' });
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
