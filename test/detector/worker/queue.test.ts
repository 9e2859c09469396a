import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DetectorQueue, type DetectorTurn } from '../../../src/detector/worker/host.ts';
import { SpotterError } from '../../../src/errors.ts';

const open = (maxQueue = 64, timeoutMs = 30_000) => new DetectorQueue({ maxQueue, timeoutMs });

/** Turns that last until they are told to end, in the order in which they began. */
function held(turns: DetectorQueue) {
  const begun: { name: string; turn: DetectorTurn; end: () => void; fail: (error: Error) => void }[] = [];
  const take = (name: string, options?: { asker?: string; signal?: AbortSignal }) =>
    turns.take(
      (turn) =>
        new Promise<string>((resolve, fail) => {
          begun.push({ name, turn, end: () => resolve(name), fail });
        }),
      options,
    );
  const names = () => begun.map(({ name }) => name);
  return { begun, take, names };
}

/** Lets what is settled be heard of. */
const settle = () => sleep(0);

describe('turns', () => {
  it('settle as their work does', async () => {
    const turns = open();
    expect(await turns.take(async () => 7)).toBe(7);
    const failing = turns.take(async () => {
      throw new RangeError('mine');
    });
    await expect(failing).rejects.toThrow(new RangeError('mine'));
    expect([turns.active, turns.waiting]).toEqual([0, 0]);
  });

  it('are active two at a time, whatever waits', async () => {
    const turns = open();
    const { begun, take, names } = held(turns);
    const all = ['a', 'b', 'c', 'd'].map((name) => take(name));
    expect(names()).toEqual(['a', 'b']);
    expect([turns.active, turns.waiting]).toEqual([2, 2]);
    begun[1]?.end();
    await settle();
    expect(names()).toEqual(['a', 'b', 'c']);
    begun[0]?.fail(new Error('broken'));
    await expect(all[0]).rejects.toThrow('broken');
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
    begun[2]?.end();
    begun[3]?.end();
    expect(await Promise.all(all.slice(1))).toEqual(['b', 'c', 'd']);
    expect(begun.map(({ turn }) => turn.order)).toEqual([1, 2, 3, 4]);
  });

  it('go round the askers', async () => {
    const turns = open();
    const { begun, take, names } = held(turns);
    const greedy = Array.from({ length: 10 }, (_, i) => take(`a${i}`, { asker: 'a' }));
    const modest = take('b', { asker: 'b' });
    for (let i = 0; i < 11; i += 1) {
      begun[i]?.end();
      await settle();
    }
    await Promise.all([...greedy, modest]);
    // Two were active before anyone else asked; of those that waited, the other asker's came second.
    expect(names().slice(0, 5)).toEqual(['a0', 'a1', 'a2', 'b', 'a3']);
  });

  it('are refused when too many wait, with how many are ahead and how long they will take', async () => {
    const turns = open(2);
    await turns.take(() => sleep(60));
    const { begun, take } = held(turns);
    const all = ['a', 'b', 'c', 'd'].map((name) => take(name));
    await expect(take('e')).rejects.toMatchObject({
      code: 'busy',
      hint: '4 are ahead; try again in about 1 s.',
    });
    begun[0]?.end();
    await settle();
    all.push(take('f'));
    for (let i = 1; i < 5; i += 1) {
      begun[i]?.end();
      await settle();
    }
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'f']);
  });

  it('estimate the wait from how often turns end, not from how long each lasts', async () => {
    const turns = open();
    const start = performance.now();
    for (let i = 0; i < 3; i += 1)
      await Promise.all([turns.take(() => sleep(80)), turns.take(() => sleep(80))]);
    expect(turns.paceMs).toBeGreaterThan(0);
    expect(turns.paceMs).toBeLessThan((performance.now() - start) / 3);
    const before = turns.paceMs;
    await turns.take(() => sleep(200), { exceptional: true });
    expect(turns.paceMs).toBe(before);
  });

  it('free their place at once when they are given up while they wait', async () => {
    const turns = open(1);
    const { begun, take, names } = held(turns);
    const active = [take('a'), take('b')];
    const controller = new AbortController();
    const waiting = take('c', { signal: controller.signal });
    controller.abort();
    const next = take('d');
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    begun[0]?.end();
    await settle();
    expect(names()).toEqual(['a', 'b', 'd']);
    begun[1]?.end();
    begun[2]?.end();
    await Promise.all([...active, next]);
  });

  it('free their place at once when they are given up while they are active', async () => {
    const turns = open();
    const { begun, take, names } = held(turns);
    const controller = new AbortController();
    const active = [take('a', { signal: controller.signal }), take('b')];
    const next = take('c');
    controller.abort();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(begun[0]?.turn.signal.reason).toMatchObject({ code: 'cancelled' });
    await expect(active[0]).rejects.toMatchObject({ code: 'cancelled' });
    // Its work may end whenever it likes; that frees nothing twice.
    begun[0]?.end();
    await settle();
    expect(turns.active).toBe(2);
    begun[1]?.end();
    begun[2]?.end();
    await Promise.all([active[1], next]);
  });

  it('are not begun when they were given up before', async () => {
    const turns = open();
    const { begun, take } = held(turns);
    await expect(take('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun).toEqual([]);
  });

  it('end at their deadline, also while they wait', async () => {
    const turns = open(64, 50);
    const { begun, take, names } = held(turns);
    const late = { code: 'timed-out', hint: 'The detector did not answer within 0 s.' };
    const all = ['a', 'b', 'c'].map((name) => expect(take(name)).rejects.toMatchObject(late));
    await Promise.all(all);
    expect([turns.active, turns.waiting]).toEqual([0, 0]);
    expect(begun[0]?.turn.signal.reason).toMatchObject({ code: 'timed-out' });
    // The third one had its own deadline, in the very moment the others made room.
    expect(names().length).toBeLessThanOrEqual(3);
    expect(await turns.take(async () => 'next')).toBe('next');
  });

  it('tell what is left of their work that they are over', async () => {
    const turns = open();
    let kept: DetectorTurn | undefined;
    await turns.take(async (turn) => {
      kept = turn;
      expect(turn.signal.aborted).toBe(false);
    });
    expect(kept?.signal.reason).toMatchObject({ code: 'internal' });
  });

  it('all end when they are closed', async () => {
    const turns = open();
    const { take } = held(turns);
    const all = ['a', 'b', 'c'].map((name) =>
      expect(take(name)).rejects.toMatchObject({ code: 'cancelled' }),
    );
    turns.close(new SpotterError('cancelled'));
    await Promise.all(all);
    expect([turns.active, turns.waiting]).toEqual([0, 0]);
  });
});
