import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createPending } from '../../src/memory/pending.ts';
import { mapMemory } from '../chat/memory.ts';

const item = (n: number) => ({ platform: 'test', resume: `r${n}`, at: 0, work: { n } });
/** Of a process that is over. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('pending work', () => {
  it('of a dead process is given to exactly one other; what is done is gone', async () => {
    const memory = mapMemory();
    const dead = createPending(memory, { owner: `${hostname()}:${deadPid()}:a` });
    await dead.accept('test:1', item(1));
    await dead.accept('test:2', item(2));
    await dead.accept('other:3', item(3));
    await dead.done('test:2');
    await dead.close();
    const others = ['b', 'c', 'd'].map((name) => createPending(memory, { owner: `${hostname()}:1:${name}` }));
    const taken = await Promise.all(others.map((one) => one.orphans('test')));
    expect(taken.flat()).toEqual([{ key: 'test:1', item: item(1) }]);
    for (const one of others) await one.close();
  });

  it("of a living process is nobody else's, until it shows no sign of life", async () => {
    const memory = mapMemory();
    let time = 0;
    const now = () => time;
    const elsewhere = createPending(memory, { owner: 'another-machine:1:a', leaseMs: 1000, now });
    await elsewhere.accept('test:1', item(1));
    const here = createPending(memory, { owner: `${hostname()}:1:b`, leaseMs: 1000, now });
    expect(await here.orphans('test')).toEqual([]);
    time = 1001;
    expect(await here.orphans('test')).toHaveLength(1);
    expect(await here.orphans('test')).toEqual([]);
    await elsewhere.close();
    await here.close();
  });
});
