import { afterAll, describe, expect, it } from 'vitest';
import { createPending } from '../../src/store/pending.ts';
import { chatting, DOGS, question, recorder } from './world.ts';

const world = chatting();
afterAll(() => world.spotter.close());
const { chat, events, waiting } = world;

describe('what was asked before a restart', () => {
  it('is answered after it, and known for follow-ups', async () => {
    const { deps } = world;
    const again = chatting({ store: deps.store });
    const { handle, replies } = recorder();
    const event = question('the upper dog', { pictures: [DOGS], conversation: 'restart' });
    const before = createPending(deps.store);
    const item = { platform: 'test', resume: 'r', at: Date.now(), work: { kind: 'ask', event } };
    await before.accept('test:x', item);
    await before.accept('test:old', { ...item, at: 0 });
    await before.accept('test:odd', { ...item, work: 'odd' });
    await before.close();
    await again.chat.resume('test', () => handle);
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(3);
    expect(replies.map(({ text }) => text.slice(0, 17)).toSorted()).toEqual([
      'Found the upper d',
      'I was interrupted',
      'I was interrupted',
    ]);
    await expect.poll(again.waiting, { timeout: 20_000 }).toBe(0);
    const next = recorder();
    await again.chat.ask(question('the lower dog', { conversation: 'restart' }), next.handle);
    expect(next.replies[0]!.text).toContain('Found the lower dog');
    expect(await again.chat.forget(event)).toBeGreaterThan(0);
    const forgotten = recorder();
    await again.chat.ask(question('the lower dog', { conversation: 'restart' }), forgotten.handle);
    expect(forgotten.replies[0]!.text).toContain('There is no picture');
    await again.spotter.close();
  });

  it('is tried once more where a process died while it worked on it, and by no third one', async () => {
    const again = chatting({ spotter: world.spotter });
    const { store } = again.deps;
    const { handle, replies } = recorder();
    const event = question('the upper dog', { pictures: [DOGS], conversation: 'deaths' });
    const item = { platform: 'test', resume: 'r', at: Date.now(), work: { kind: 'ask', event } };
    const dead = async (key: string, deaths: number, begun: boolean) => {
      const before = createPending(store);
      await before.accept(key, item);
      const [[entry, written] = ['', {}]] = await store.namespace<object>('pending', 100).list(key);
      await store.namespace<object>('pending', 100).set(entry, { ...written, deaths, begun }, 1e6);
      await before.close();
    };
    await dead('test:only-waited', 1, false);
    await dead('test:once', 0, true);
    await dead('test:twice', 1, true);
    await again.chat.resume('test', () => handle);
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(3);
    expect(replies.map(({ text }) => text.slice(0, 17)).toSorted()).toEqual([
      ...['Found the upper d', 'Found the upper d', 'I was interrupted'],
    ]);
    await expect.poll(again.waiting, { timeout: 20_000 }).toBe(0);
  });

  it('ends in time: finished, or apologised for; nothing new is taken', async () => {
    const closing = chatting();
    const slow = recorder({ fetch: () => new Promise(() => {}) });
    const stuck = closing.chat.ask(
      question('the dog', { pictures: [{ ...DOGS, key: 'slow' }] }),
      slow.handle,
    );
    await expect.poll(() => slow.progress.length).toBeGreaterThan(0);
    await closing.chat.close(100);
    await stuck;
    expect(slow.replies[0]!.text).toContain('I was interrupted by a restart');
    const late = recorder();
    await closing.chat.ask(question('the dog', { pictures: [DOGS] }), late.handle);
    expect(late.replies[0]!.text).toContain('I am being restarted');
    await closing.spotter.close();
  });
});

describe('what is thrown while a question is answered, and caught by nobody', () => {
  it('ends that question, and its asker is told', async () => {
    const unseen = new Error('nobody waits for me');
    const fail = (thrown: unknown): void => {
      if (thrown === unseen) expect(chat.fail(thrown)).toBe(true);
    };
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', fail);
    const { handle, replies } = recorder({
      fetch() {
        void Promise.resolve().then(() => Promise.reject(unseen));
        return new Promise(() => {});
      },
    });
    const other = recorder();
    await Promise.all([
      chat.ask(question('the dog', { pictures: [{ ...DOGS, key: 'failing' }] }), handle),
      chat.ask(question('the upper dog', { pictures: [DOGS] }), other.handle),
    ]);
    process.off('unhandledRejection', fail);
    for (const listener of before) process.on('unhandledRejection', listener);
    expect(replies.map(({ text }) => text)).toEqual([expect.stringContaining('Something went wrong')]);
    expect(other.replies[0]!.text).toContain('Found the upper dog');
    expect(chat.fail(unseen)).toBe(false);
  });
});

describe('work of several processes', () => {
  it('is not answered by one that it was taken from', async () => {
    const { handle, replies } = recorder({
      async progress() {
        // Suspended for long, it would be taken for dead.
        const entries = world.deps.store.namespace<object>('pending', 100);
        for (const [key, entry] of await entries.list(''))
          await entries.set(key, { ...entry, owner: 'b' }, 1e6);
      },
    });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(replies).toEqual([]);
    expect(events.at(-1)).toEqual({ kind: 'repeated', platform: 'test' });
    // It is still the other one's.
    expect(await waiting()).toBe(1);
    const entries = world.deps.store.namespace<object>('pending', 100);
    for (const [key] of await entries.list('')) await entries.delete(key);
  });

  it('is searched for again and again, as others may die later', async () => {
    const { store } = world.deps;
    const pending = createPending(store, { leaseMs: 100 });
    const other = createPending(store);
    const later = chatting({ store, pending, spotter: world.spotter });
    const { handle, replies } = recorder();
    await later.chat.resume('later', () => handle);
    for (const n of [1, 2]) {
      const event = question('the upper dog', { platform: 'later', pictures: [DOGS] });
      const work = { kind: 'ask', event };
      await other.accept(`later:${n}`, { platform: 'later', resume: 'r', at: Date.now(), work });
    }
    await other.close();
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(2);
    await later.chat.close(1000);
    await pending.close();
  });
});
