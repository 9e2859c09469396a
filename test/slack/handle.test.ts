import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import type { ReplyTarget } from '../../adapters/slack/reply.ts';
import { createHandle, type HandleOptions } from '../../adapters/slack/reply.ts';

/** A spot that notes what happens in it; each thing takes a moment. */
function noting(fails?: Error) {
  const happened: string[] = [];
  const note = async (what: string): Promise<void> => {
    await sleep(1);
    if (fails) throw fails;
    happened.push(what);
  };
  const spot: ReplyTarget = {
    sign: () => {},
    working: (words) => note(`working ${words}`),
    answer: ({ text }) => note(`answer ${text}`),
    remove: () => note('remove'),
  };
  return { spot, happened };
}

const handleOn = (spot: ReplyTarget, more: Partial<HandleOptions> = {}) =>
  createHandle({ spot, fetch: async () => new Uint8Array(), everyMs: 200, ...more });

describe('progress', () => {
  it('is shown at once, then the last words of each while', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    for (const words of ['two', 'three', 'four']) await handle.progress(words);
    expect(happened).toEqual(['working one']);
    await expect.poll(() => happened).toEqual(['working one', 'working four']);
  });

  it('ends with the answer', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    await handle.progress('two');
    await handle.answer({ text: 'answer' });
    await handle.progress('three');
    await sleep(80);
    expect(happened).toEqual(['working one', 'answer answer']);
  });
});

describe('what is taken back', () => {
  it('goes, and nothing comes after it', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.progress('one');
    await handle.takeBack();
    await handle.answer({ text: 'answer' });
    expect(happened).toEqual(['working one', 'remove']);
  });

  it('stays where it is the answer', async () => {
    const { spot, happened } = noting();
    const handle = handleOn(spot);
    await handle.answer({ text: 'answer' });
    await handle.takeBack();
    expect(happened).toEqual(['answer answer']);
  });
});

it('what Slack refuses is an error that the core knows; a failure of the network stays one', async () => {
  const refusal = new webApi.WebAPIPlatformError({ ok: false, error: 'not_in_channel' });
  for (const [thrown, expected] of [
    [refusal, { code: 'cannot-reply', message: 'I am not in that channel.' }],
    [new Error('no network'), { message: 'no network' }],
  ] as const) {
    const { spot } = noting(thrown);
    await expect(handleOn(spot).progress('one')).rejects.toMatchObject(expected);
    await expect(handleOn(spot).answer({ text: 'answer' })).rejects.toMatchObject(expected);
  }
});
