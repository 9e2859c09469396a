import { describe, expect, it } from 'vitest';
import { createSingleFlight, inMemory } from '../src/single-flight.ts';

/** Work that ends when told to, and counts how often it was begun. */
function controlled() {
  const begun: { end: (value: { n: number }) => void; fail: (error: Error) => void; signal: AbortSignal }[] =
    [];
  const work = (signal: AbortSignal): Promise<{ n: number }> =>
    new Promise((end, fail) => {
      begun.push({ end, fail, signal });
    });
  return { begun, work };
}

describe('shared work', () => {
  it('is done once for all who ask at the same time, and for who asks later', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const { begun, work } = controlled();
    const asked = [share('a', work), share('a', work)];
    begun[0]?.end({ n: 1 });
    expect(await Promise.all([...asked, share('a', work)])).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    expect(begun).toHaveLength(1);
  });

  it('is kept apart by key', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const a = share('a', async () => ({ n: 1 }));
    const b = share('b', async () => ({ n: 2 }));
    expect(await Promise.all([a, b])).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('forgets the least recently used beyond its bound', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(2));
    let done = 0;
    const work = async () => ({ n: ++done });
    for (const key of ['a', 'b', 'a', 'c', 'a']) await share(key, work);
    expect(done).toBe(3);
    expect(await share('b', work)).toEqual({ n: 4 });
  });

  it('fails for all who wait, and is tried again', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const { begun, work } = controlled();
    const asked = [share('a', work), share('a', work)];
    begun[0]?.fail(new Error('broken'));
    for (const one of asked) await expect(one).rejects.toThrow('broken');
    const again = share('a', work);
    begun[1]?.end({ n: 2 });
    expect(await again).toEqual({ n: 2 });
  });

  it('goes on for the others when one gives up', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const { begun, work } = controlled();
    const controller = new AbortController();
    const leaving = share('a', work, controller.signal);
    const staying = share('a', work);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end({ n: 1 });
    expect(await staying).toEqual({ n: 1 });
  });

  it('is aborted when the last one gives up, and begun anew for the next', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const { begun, work } = controlled();
    const controller = new AbortController();
    const leaving = share('a', work, controller.signal);
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun[0]?.signal.aborted).toBe(true);
    const next = share('a', work);
    begun[0]?.fail(new Error('aborted'));
    begun[1]?.end({ n: 2 });
    expect(await next).toEqual({ n: 2 });
  });

  it('is not begun for who has given up already, and tells lateness from cancelling', async () => {
    const share = createSingleFlight(inMemory<{ n: number }>(4));
    const { begun, work } = controlled();
    await expect(share('a', work, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun).toHaveLength(0);
    await expect(share('a', work, AbortSignal.timeout(5))).rejects.toMatchObject({ code: 'timed-out' });
  });
});

describe('shared work with results kept elsewhere', () => {
  /** A store that answers later. */
  const later = (kept = new Map<string, { n: number }>()) => ({
    kept,
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: { n: number }) => void kept.set(key, value),
  });

  it('is not done when its result is there', async () => {
    const share = createSingleFlight<{ n: number }>(later(new Map([['a', { n: 7 }]])));
    expect(await share('a', async () => ({ n: 1 }))).toEqual({ n: 7 });
  });

  it('is done once for all who ask while the store is asked', async () => {
    const store = later();
    const share = createSingleFlight<{ n: number }>(store);
    let done = 0;
    const work = async () => ({ n: ++done });
    expect(await Promise.all([share('a', work), share('a', work)])).toEqual([{ n: 1 }, { n: 1 }]);
    expect(store.kept.get('a')).toEqual({ n: 1 });
  });

  it('is not kept when it must not be', async () => {
    const store = later();
    const share = createSingleFlight<{ n: number }>(store, ({ n }) => n > 1);
    let done = 0;
    const work = async () => ({ n: ++done });
    expect([await share('a', work), await share('a', work), await share('a', work)]).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 2 },
    ]);
  });
});
