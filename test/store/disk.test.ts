import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswers } from '../../src/answer-cache.ts';
import { loadCalibration } from '../../src/reasoning/calibration.ts';
import { openDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open.ts';
import { createStore } from '../../src/store/store.ts';
import type { StrategyDeps } from '../../src/strategy/strategy.ts';
import { NO_COST } from '../../src/verdict.ts';
import { verdict } from '../evaluate/answers.ts';
import { eyesOn, paint } from '../reasoning/scene.ts';
import { startConfined, startProgram } from './program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-disk-'));
});
afterAll(() => rm(folder, { recursive: true }));

const deps: StrategyDeps = { detector: eyesOn(paint([])), calibration: loadCalibration() };
const QUESTION = { sha256: 'a', expression: 'the dog', strategy: 'auto' };
const answered = (calls: number) => ({ ...verdict('undecided'), cost: { ...NO_COST, calls } });
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('a memory in a file', () => {
  it('drops the oldest of a shelf beyond its bound, and nothing else', async () => {
    let time = Date.now();
    const store = createStore(openDisk({ path: join(folder, 'bounded.db'), now: () => time++ }));
    const [shelf, other] = [store.namespace<number>('bounded', 20), store.namespace<number>('other', 20)];
    await other.set('k', 0, 60_000);
    for (const i of numbers(20)) await shelf.set(`k${i}`, i, 60_000);
    await shelf.set('k0', 0, 60_000);
    expect(await shelf.list('')).toHaveLength(20);
    await shelf.set('k20', 20, 60_000);
    const kept = (await shelf.list('')).map(([, i]) => i).sort((a, b) => a - b);
    expect(kept).toEqual([0, ...numbers(21).slice(4)]);
    expect(await other.get('k')).toBe(0);
    await store.close();
  });

  it('stays near its bound when that is large', async () => {
    const store = await openStore({ path: join(folder, 'large.db') });
    const shelf = store.namespace<number>('large', 1000);
    for (const i of numbers(2500)) await shelf.set(`${i}`, i, 60_000);
    const kept = await shelf.list('');
    expect(kept.length).toBeLessThanOrEqual(1010);
    expect(kept.length).toBeGreaterThan(890);
    await store.close();
  });

  it('removes what has expired, claims too', async () => {
    const path = join(folder, 'expired.db');
    let time = Date.now();
    const backend = openDisk({ path, now: () => time });
    await createStore(backend).namespace('s', 10).set('a', 'CANARY', 1000);
    await backend.claim('CANARY', 1000);
    time += 120_000;
    await backend.claim('other', 1000);
    await backend.close();
    expect((await readFile(path)).includes('CANARY')).toBe(false);
  });

  it('overwrites what is deleted, and is for its owner only', async () => {
    const path = join(folder, 'made', 'here', 'private.db');
    const store = await openStore({ path });
    const shelf = store.namespace<string>('s', 10);
    await shelf.set('a', 'CANARY', 60_000);
    for (const name of await readdir(join(folder, 'made', 'here'))) {
      expect((await stat(join(folder, 'made', 'here', name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(join(folder, 'made'))).mode & 0o777).toBe(0o700);
    await shelf.delete('a');
    await store.close();
    expect((await readFile(path)).includes('CANARY')).toBe(false);
  });

  it('is down where nothing can be written, though it can still be read', async () => {
    const filler = startConfined(1000, 'filler.ts', join(folder, 'full.db'));
    const told = (await filler.heard()) as { readonly written: number };
    expect(told).toEqual({ before: 'ok', written: told.written, after: 'memory-down', read: 'ok' });
    expect(told.written).toBeGreaterThan(10);
  });

  it('is there after kill -9, up to the last word', async () => {
    const path = join(folder, 'killed.db');
    const writer = startProgram('writer.ts', path);
    let last: unknown;
    for (let i = 0; i < 300; i++) last = await writer.heard();
    await writer.kill();
    const store = await openStore({ path });
    for (const i of numbers((last as number) + 1))
      expect(await store.namespace('s', 100_000).get(`${i}`)).toBe(i);
    await store.close();
  });

  it('can be opened by several processes at once when it is not there yet', async () => {
    const path = join(folder, 'new', 'at-once.db');
    const programs = [1, 2, 3, 4].map(() => startProgram('claimer.ts', path, '', '10'));
    expect(await Promise.all(programs.map((program) => program.heard()))).toEqual(
      numbers(4).map(() => 'ready'),
    );
    await Promise.all(programs.map((program) => program.kill()));
  });

  it('says memory-down where it cannot be opened, or is something else', async () => {
    const broken = join(folder, 'text.db');
    await writeFile(broken, 'This is no database.'.repeat(1000));
    for (const path of [broken, '/proc/none/memory.db', folder]) {
      await expect(openStore({ path })).rejects.toMatchObject({
        code: 'memory-down',
        hint: expect.stringContaining(path),
      });
    }
  });
});

describe('answers in a file', () => {
  const path = () => join(folder, 'answers.db');

  it('outlive the process when a language model was paid for them, and only then', async () => {
    const first = createAnswers(deps, { path: path() });
    await first.remember(QUESTION, async () => answered(1));
    await first.remember({ ...QUESTION, sha256: 'b' }, async () => answered(0));
    await first.close();
    const again = createAnswers(deps, { path: path() });
    const unasked = () => Promise.reject(new Error('asked'));
    const known = await again.remember(QUESTION, unasked);
    expect(known).toMatchObject({ outcome: 'undecided', cost: { calls: 0 } });
    expect(known.trace[0]!.said).toContain('answered before');
    await expect(again.remember({ ...QUESTION, sha256: 'b' }, unasked)).rejects.toThrow('asked');
    await again.close();
  });

  it('are given all the same where the file cannot be opened; the trace says why', async () => {
    const broken = join(folder, 'broken.db');
    await writeFile(broken, 'This is no database.'.repeat(1000));
    const answers = createAnswers(deps, { path: broken });
    const given = await answers.remember(QUESTION, async () => answered(1));
    expect(given).toMatchObject({ outcome: 'undecided', cost: { calls: 1 } });
    expect(given.trace.at(-1)).toMatchObject({
      name: 'memory',
      said: expect.stringMatching(/^answers cannot be kept in a file: \S/),
    });
    await answers.close();
  });
});
