import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { type PoolOptions, WorkerPool } from '../../src/worker/pool.ts';
import { startProcess, startThread } from '../../src/worker/worker.ts';
import type { OddTasks } from './odd-worker.ts';

const MIB = 2 ** 20;
const SOON = { deadlineMs: 20_000 };
const pools: WorkerPool<OddTasks>[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(options: Partial<PoolOptions> = {}): WorkerPool<OddTasks> {
  const pool = new WorkerPool<OddTasks>({
    start: startProcess,
    source: fileURLToPath(new URL('./odd-worker.ts', import.meta.url)),
    ...{ size: 1, maxMemory: 300 * MIB, idleMs: 60_000, maxQueue: 10 },
    excess: (excess, reason) => new SpotterError('too-costly', excess, reason),
    ...options,
  });
  pools.push(pool);
  return pool;
}

describe.each([
  ['a process', startProcess],
  ['a thread', startThread],
])('%s', (_, start) => {
  it('answers, and passes on what its task throws', async () => {
    const pool = poolOf({ start });
    expect(await pool.run('double', 21, SOON)).toBe(42);
    await expect(pool.run('fail', undefined as never, SOON)).rejects.toMatchObject({
      ...{ code: 'too-small', message: 'It is too small.', hint: 'Send a larger one.' },
    });
  });

  it.each(['hang', 'backtrack'] as const)('is ended where its task never ends: %s', async (task) => {
    const pool = poolOf({ start });
    await pool.run('double', 1, SOON);
    const began = performance.now();
    await expect(pool.run(task, undefined as never, { deadlineMs: 300 })).rejects.toMatchObject({
      ...{ code: 'too-costly', message: 'time' },
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await pool.run('double', 4, SOON)).toBe(8);
  });

  it('that is left without memory by tasks before is replaced, and the task tried again', async () => {
    const pool = poolOf({ start });
    expect(await pool.run('keep', 1000, SOON)).toBeGreaterThan(0);
    expect(await pool.run('keep', 1000, SOON)).toBeGreaterThan(0);
  });

  it('is not the last one for an asker who has another', async () => {
    const pool = poolOf({ start, size: 2 });
    const mine = { ...SOON, asker: 'mallory' };
    const ends: string[] = [];
    const long = [1, 2].map((n) => pool.run('sleep', 400, mine).then(() => ends.push(`mallory ${n}`)));
    await pool.run('double', 1, { ...SOON, asker: 'bob' }).then(() => ends.push('bob'));
    await Promise.all(long);
    expect(ends.indexOf('bob')).toBeLessThan(ends.indexOf('mallory 2'));
  });

  it('is ended when nobody wants its answer any more, and the next one is answered', async () => {
    const pool = poolOf({ start });
    await pool.run('double', 1, SOON);
    const stop = new AbortController();
    const hanging = pool.run('hang', undefined as never, { ...SOON, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
    expect(await pool.run('double', 5, SOON)).toBe(10);
  });

  it('may take no more memory than it is given', async () => {
    const pool = poolOf({ start, maxMemory: 200 * MIB });
    await expect(pool.run('heap', undefined as never, SOON)).rejects.toMatchObject({ code: 'too-costly' });
    expect(await pool.run('double', 3, SOON)).toBe(6);
  });
});

describe('memory outside of the heap', () => {
  it.skipIf(process.platform !== 'linux')('is refused by the system, and the process lives on', async () => {
    const pool = poolOf();
    const pid = await pool.run('pid', undefined as never, SOON);
    const all = pool.run('allocate', { bytes: 600 * MIB, pieces: 6 }, SOON);
    await expect(all).rejects.toMatchObject({ code: 'internal' });
    expect(await pool.run('pid', undefined as never, SOON)).toBe(pid);
    expect(await pool.run('allocate', { bytes: 60 * MIB, pieces: 6 }, SOON)).toBe(6);
  });

  it('ends the process that watches itself, where the system does not', async () => {
    const limit = String(200 * MIB);
    const pool = poolOf({
      start: (options) => startProcess({ ...options, args: [limit], maxMemory: 4096 * MIB }),
    });
    const all = pool.run('allocate', { bytes: 600 * MIB, pieces: 60 }, SOON);
    await expect(all).rejects.toMatchObject({ code: 'too-costly', message: 'memory' });
    expect(await pool.run('double', 3, SOON)).toBe(6);
  });
});

describe('a task', () => {
  it('that says how long it needs gets no more, and never more than its asker allows', async () => {
    const pool = poolOf();
    const run = (allow: number, take: number, deadlineMs: number) =>
      pool.run('announced', { allow, take }, { deadlineMs }).catch(({ message }) => message);
    expect(await run(15_000, 10, 20_000)).toBe('done');
    expect(await run(100, 15_000, 20_000)).toBe('time');
    expect(await run(60_000, 15_000, 400)).toBe('time');
  });

  it('whose worker dies is tried once more, and then given up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pool-'));
    const file = join(folder, 'deaths');
    await expect(poolOf().run('die', file, SOON)).rejects.toMatchObject({ message: 'death' });
    expect(readFileSync(file, 'utf8')).toBe('died\ndied\n');
    rmSync(folder, { recursive: true });
  });

  it('that misbehaves harms no other one, and of several askers each gets a turn', async () => {
    const pool = poolOf({ size: 2 });
    const hanging = pool.run('hang', undefined as never, { deadlineMs: 1500, asker: 'A' });
    const order: string[] = [];
    const many = Array.from({ length: 3 }, (_, i) =>
      pool.run('sleep', 30, { ...SOON, asker: 'A' }).then(() => order.push(`A${i}`)),
    );
    const other = pool.run('sleep', 30, { ...SOON, asker: 'B' }).then(() => order.push('B'));
    const [ended] = await Promise.allSettled([hanging, other, ...many]);
    expect(ended.status).toBe('rejected');
    expect(order).toHaveLength(4);
    expect(order.indexOf('B')).toBeLessThan(order.indexOf('A2'));
  });

  it('is refused where too many wait', async () => {
    const pool = poolOf({ maxQueue: 1 });
    const running = pool.run('sleep', 200, SOON);
    const waiting = pool.run('double', 1, SOON);
    await expect(pool.run('double', 2, SOON)).rejects.toMatchObject({ code: 'busy' });
    expect(await Promise.all([running, waiting])).toEqual([200, 2]);
  });

  it('is not begun for somebody who has given up while it waited', async () => {
    const pool = poolOf();
    const stop = new AbortController();
    const running = pool.run('sleep', 200, SOON);
    const waiting = pool.run('die', '/nowhere', { ...SOON, signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await running).toBe(200);
  });
});

it('a worker without work is ended after a while, and started again', async () => {
  const pool = poolOf({ idleMs: 50 });
  const [pid] = [await pool.run('pid', undefined as never, SOON)];
  await expect.poll(() => pool.pids, { timeout: 10_000 }).toEqual([]);
  expect(await pool.run('pid', undefined as never, SOON)).not.toBe(pid);
});
