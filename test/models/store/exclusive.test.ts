import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exclusively } from '../../../src/models/exclusive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const quick = () => ({ signal: new AbortController().signal, pollMs: 5 });
const NUMBER = 41;

/** Leaves the lock of an owner who is not this process. */
function plant(owner: object | string, ageMs = 0): string {
  const file = join(folder, String(NUMBER));
  writeFileSync(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
  const then = new Date(Date.now() - ageMs);
  utimesSync(file, then, then);
  return file;
}

const owner = (change = {}) => ({
  pid: process.pid,
  host: hostname(),
  token: 'x',
  released: false,
  ...change,
});

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid!;
}

/** Whether the work is done within some polls. */
async function getsThrough(options = {}): Promise<boolean> {
  const stop = new AbortController();
  const work = exclusively(folder, async () => 'done', { ...quick(), ...options, signal: stop.signal });
  const first = await Promise.race([work, sleep(80).then(() => 'waits')]);
  stop.abort(new Error('stop'));
  await work.catch(() => {});
  return first === 'done';
}

describe('what only one may do', () => {
  it('is done by one after the other, however many want to', async () => {
    let inside = 0;
    let most = 0;
    const done: number[] = [];
    const work = (n: number) => async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(2);
      inside -= 1;
      done.push(n);
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => exclusively(folder, work(n), quick())));
    expect(most).toBe(1);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n));
  });

  it('may fail: the next one gets through', async () => {
    const failing = exclusively(folder, () => Promise.reject(new Error('on purpose')), quick());
    await expect(failing).rejects.toThrow('on purpose');
    expect(await getsThrough()).toBe(true);
  });

  it('leaves one small file, and no more after many times', async () => {
    for (let i = 0; i < 5; i++) await exclusively(folder, async () => {}, quick());
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, name!), 'utf8'))).toMatchObject({ released: true });
  });

  it('tells once that somebody else is at work', async () => {
    let told = 0;
    const onWait = () => {
      told += 1;
    };
    const slow = exclusively(folder, () => sleep(60), quick());
    await sleep(10);
    await Promise.all([slow, exclusively(folder, async () => {}, { ...quick(), onWait })]);
    expect(told).toBe(1);
  });
});

describe('an owner', () => {
  it('who lives is waited for, and the waiting can be given up', async () => {
    plant(owner());
    expect(await getsThrough()).toBe(false);
    const why = new Error('no patience');
    const waiting = exclusively(folder, async () => {}, { ...quick(), signal: AbortSignal.abort(why) });
    await expect(waiting).rejects.toBe(why);
  });

  it('who is dead does not keep anybody out', async () => {
    plant(owner({ pid: await deadPid() }));
    expect(await getsThrough()).toBe(true);
  });

  it('who is dead is followed by one only, however many have waited', async () => {
    plant(owner({ pid: await deadPid() }));
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(2);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, () => exclusively(folder, work, quick())));
  });

  it.each([
    ['on another machine, who gives signs of life', { host: 'elsewhere', pid: 1 }, 500, false],
    ['on another machine, who gives none', { host: 'elsewhere', pid: 1 }, 2000, true],
    ['whose number now is that of another process', {}, 2000, true],
  ])('%s', async (_, change, ageMs, through) => {
    plant(owner(change), ageMs);
    expect(await getsThrough({ staleMs: 1000 })).toBe(through);
  });

  it.each([
    ['just begun to write', '', 0, false],
    ['died while writing', '{"pid":', 2000, true],
    ['written something else', '{"a":1}', 0, false],
  ])('who has %s', async (_, text, ageMs, through) => {
    plant(text, ageMs);
    expect(await getsThrough({ staleMs: 1000 })).toBe(through);
  });

  it('gives signs of life', async () => {
    const staleMs = 200;
    await exclusively(
      folder,
      async () => {
        for (let i = 0; i < 4; i++) {
          await sleep(100);
          expect(await getsThrough({ staleMs })).toBe(false);
        }
      },
      { ...quick(), staleMs },
    );
  });

  it('who was taken for dead is told to stop', async () => {
    const work = exclusively(
      folder,
      async (mine) => {
        writeFileSync(join(folder, '99'), JSON.stringify(owner()));
        await sleep(2000, undefined, { signal: mine });
      },
      { ...quick(), staleMs: 100 },
    );
    await expect(work).rejects.toMatchObject({ cause: { code: 'busy' } });
    expect(readdirSync(folder)).toContain('99');
  });
});

describe('a folder', () => {
  it('with other things in it is none the worse for it', async () => {
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, '007'), 'licence to stay');
    expect(await getsThrough()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['007', '1', 'folder']);
  });
});
