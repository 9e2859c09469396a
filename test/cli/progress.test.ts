import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startProgress, wantsColour } from '../../adapters/cli/console.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { isTTY, write: write as NodeJS.WriteStream['write'], written };
}

describe('progress', () => {
  it('shows one line on a terminal, and erases it', async () => {
    const stream = terminal(true);
    const progress = startProgress(stream, 'Looking', { delayMs: 0, frameMs: 5 });
    while (stream.written.length < 2) await sleep(5);
    progress.stop();
    progress.stop();
    const last = stream.written.pop();
    expect(last).toBe('\r\x1b[K');
    expect(stream.written.every((text) => /^\r[-|/\\] Looking \d+\.\d s$/.test(text))).toBe(true);
    const count = stream.written.length;
    await sleep(30);
    expect(stream.written).toHaveLength(count);
  });

  it('says nothing about what is done at once', async () => {
    const stream = terminal(true);
    const progress = startProgress(stream, 'Looking', { delayMs: 60_000, frameMs: 1 });
    await sleep(20);
    progress.stop();
    expect(stream.written).toEqual([]);
  });

  it('says nothing to files and pipes', async () => {
    const stream = terminal(false);
    const progress = startProgress(stream, 'Looking', { delayMs: 0, frameMs: 1 });
    await sleep(20);
    progress.stop();
    expect(stream.written).toEqual([]);
  });
});

describe('colour', () => {
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('on a terminal (%s) with %j: %s', (isTTY, env, expected) => {
    expect(wantsColour(isTTY, env)).toBe(expected);
  });
});
