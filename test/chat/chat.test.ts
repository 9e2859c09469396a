import { afterAll, describe, expect, it } from 'vitest';
import { readButton } from '../../src/chat/buttons.ts';
import type { Reply } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { createPending } from '../../src/memory/pending.ts';
import { readPicture } from '../../src/picture/read.ts';
import { chatting, DOGS, press, question, recorder } from './world.ts';

/** Who asked or pressed, as it is counted; and how often somebody had a turn of the queue. */
const counted: string[] = [];
let turns = 0;
const world = chatting({
  admit: async ({ asker }) => void counted.push(asker),
  intake(work) {
    turns += 1;
    return work();
  },
});
afterAll(() => world.spotter.close());
const { chat, events, judged, waiting } = world;

const asked = async (text: string, more = {}) => {
  const recorded = recorder();
  await chat.ask(question(text, more), recorded.handle);
  return { ...recorded, reply: recorded.replies[0] as Reply };
};
const buttonOf = (reply: Reply, kind: string, n = 0) =>
  reply.buttons!.filter((button) => button.kind === kind)[n]!.id;
const pressing = async (id: string, more = {}) => {
  const recorded = recorder();
  await chat.press(press(id, more), recorded.handle);
  return recorded.replies[0] as Reply;
};

describe('a question', () => {
  it('is answered with a picture, its words and buttons; progress comes first', async () => {
    const { reply, progress, replies } = await asked('the upper dog', { pictures: [DOGS] });
    expect(replies).toHaveLength(1);
    expect(progress[0]).toBe('Looking …');
    expect(reply.text).toMatch(/^Found "the upper dog"\. \(presence \d+ %\)$/);
    expect(reply.picture!.alt).toContain('Marked: 1. dog');
    expect((await readPicture(Buffer.from(reply.picture!.bytes))).format).toBe('jpeg');
    expect(reply.buttons!.map(({ kind }) => kind)).toEqual(['all', 'why', 'right', 'wrong']);
    for (const { id } of reply.buttons!) {
      expect(id.length).toBeLessThanOrEqual(100);
      expect(readButton(id)).toBeDefined();
    }
  });

  it('is not present, in words', async () => {
    const { reply } = await asked('the zebra', { pictures: [DOGS], conversation: 'zebra' });
    expect(reply.text).toMatch(/^Not present: /);
    expect(reply.picture!.alt).toBe(reply.text.replace(/ \(presence.*/, ''));
  });

  it('is undecided until a person chooses', async () => {
    const { reply } = await asked('the dog', { pictures: [DOGS], conversation: 'choose' });
    expect(reply.text).toMatch(/^Undecided: [\s\S]*1\. dog[\s\S]*2\. dog[\s\S]*Choose its number\.$/);
    const chosen = await pressing(buttonOf(reply, 'pick', 1), { conversation: 'choose' });
    expect(chosen.text).toContain('Found: you chose candidate 2');
    expect(chosen.buttons!.some(({ kind }) => kind === 'pick')).toBe(false);
  });

  it('without a picture is told how to send one; a follow-up needs none', async () => {
    const { reply } = await asked('the dog', { conversation: 'new' });
    expect(reply).toEqual({
      text: 'There is no picture to look at. Attach one, or reply to a message that has one.',
      onlyAsker: true,
    });
    await asked('the upper dog', { pictures: [DOGS], conversation: 'new' });
    const { reply: next, fetched } = await asked('the lower dog', { conversation: 'new' });
    expect(next.text).toContain('Found "the lower dog"');
    // Its bytes are still at hand.
    expect(fetched).toEqual([]);
  });

  it('about several pictures is asked back', async () => {
    const cup = { ...DOGS, url: 'file:coffee.jpg', key: 'cup', name: 'cup.jpg' };
    const { reply } = await asked('the cup', { pictures: [DOGS, cup], conversation: 'several' });
    expect(reply.text).toContain('Which one do you mean?\n1. dogs.jpg\n2. cup.jpg');
    const second = await pressing(buttonOf(reply, 'picture', 1), { conversation: 'several' });
    expect(second.text).toContain('"the cup"');
    expect((await pressing(buttonOf(reply, 'why'.replace('why', 'picture'), 0))).text).toBeDefined();
  });

  it('that goes on with an earlier answer is about that', async () => {
    const boats = { ...DOGS, url: 'file:boats.jpg', key: 'boats', name: 'boats.jpg' };
    const first = question('the upper dog', { pictures: [DOGS], conversation: 'earlier', branch: 'first' });
    await chat.ask(first, recorder().handle);
    await asked('the boat', { pictures: [boats], conversation: 'earlier' });
    const { reply } = await asked('the lower one', { conversation: 'earlier', replyTo: 'first' });
    expect(reply.text).toContain('Found "the dog at the bottom"');
    const after = await asked('the upper one', { conversation: 'earlier', replyTo: 'nothing' });
    expect(after.reply.text).toContain('Found "the dog at the top"');
  });

  it.each([
    ['said by the asker, in a follow-up', 'u1', 'and the lower one?', 1],
    ['a sentence of the asker', 'u1', 'the dogs are cute', 0],
    ['a courtesy', 'u1', 'thanks', 0],
    ['said by somebody else', 'u2', 'and the lower one?', 0],
  ])('that was overheard counts only where it goes on: %s', async (_, asker, text, times) => {
    const conversation = `overheard ${text} ${asker}`;
    await asked('the upper dog', { pictures: [DOGS], conversation });
    const { handle, replies, progress } = recorder();
    await chat.ask(question(text, { conversation, asker, overheard: true }), handle);
    expect(replies).toHaveLength(times);
    expect(progress.length > 0).toBe(times > 0);
  });

  it('that was overheard where nothing was asked counts for nothing, even with the memory away', async () => {
    const { handle, replies } = recorder();
    const event = question('the other one', { conversation: 'silent', overheard: true, pictures: [DOGS] });
    await chat.ask(event, handle);
    const away = { ...world.deps.memory, shelf: () => ({ get: () => Promise.reject(new Error('away')) }) };
    const other = chatting({ memory: away as never, pending: world.deps.pending, spotter: world.spotter });
    await other.chat.ask(question('the other one', { conversation: 'c1', overheard: true }), handle);
    expect(replies).toEqual([]);
  });

  it.each([
    ['thanks', 'You are welcome.'],
    ['Thank you so much!', 'You are welcome.'],
    ['Hello', 'Show me a picture and say what to look for'],
    ['why?', 'language, '],
    ['but why not?', 'language, '],
  ])('that is none is answered in kind: %s', async (text, words) => {
    await asked('the upper dog', { pictures: [DOGS], conversation: 'manners' });
    const { reply, progress } = await asked(text, { conversation: 'manners' });
    expect(reply.text).toContain(words);
    expect(progress).toEqual([]);
  });

  it.each(['2', 'the second one', 'picture 2', 'the second picture', 'the last image'])(
    'about several pictures is answered when one is named: %s',
    async (text) => {
      const cup = { ...DOGS, url: 'file:coffee.jpg', key: 'cup', name: 'cup.jpg' };
      const conversation = `named ${text}`;
      await asked('the upper dog', { pictures: [cup, DOGS], conversation });
      expect((await asked(text, { conversation })).reply.text).toContain('Found "the upper dog"');
    },
  );

  it('about several pictures is told when there is no such picture, and how many there are', async () => {
    const six = Array.from({ length: 6 }, (_, i) => ({ ...DOGS, url: `file:${i}.jpg`, name: `${i}.jpg` }));
    const { reply } = await asked('the dog', { pictures: six, conversation: 'six' });
    expect(reply.text).toContain('There are 6 pictures, of which these are the first 5. Which one');
    const { reply: refused } = await asked('6', { conversation: 'six' });
    expect(refused.text).toContain('There is no picture 6.');
  });

  it.each([
    ['', 'There is nothing to look for.'],
    ['x'.repeat(501), 'The expression has 501 characters; at most 500 are read.'],
  ])('%j is answered in words', async (text, words) => {
    const { reply } = await asked(text, { pictures: [DOGS] });
    expect(reply.text).toContain(words);
    expect(reply.onlyAsker).toBe(true);
  });

  it('that comes again is answered once', async () => {
    const event = question('the upper dog', { pictures: [DOGS] });
    const { handle, replies } = recorder();
    await Promise.all(Array.from({ length: 5 }, () => chat.ask(event, handle)));
    expect(replies).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'repeated').length).toBeGreaterThanOrEqual(4);
  });

  it('that is withdrawn gets no answer', async () => {
    const event = question('the upper dog', { pictures: [DOGS] });
    const { handle, replies } = recorder({
      progress: async () => chat.withdraw(event.platform, event.eventId),
    });
    await chat.ask(event, handle);
    expect(replies).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  it('is answered in words alone where pictures may not be posted', async () => {
    const said: Reply[] = [];
    const { handle } = recorder({
      async answer(reply) {
        if (reply.picture) throw new SpotterError('cannot-reply');
        said.push(reply);
      },
    });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(said).toHaveLength(1);
    expect(said[0]!.text).toMatch(/Found[\s\S]*I cannot upload pictures here/);
  });

  it('does not bring the bot down where nothing can be said', async () => {
    const { handle } = recorder({ answer: () => Promise.reject(new Error('gone')) });
    await expect(chat.ask(question('the upper dog', { pictures: [DOGS] }), handle)).resolves.toBe(undefined);
    expect(events.at(-1)!.kind).toMatch(/not-said|answered/);
  });

  it('is answered all the same when the network fails once', async () => {
    let times = 0;
    const said: Reply[] = [];
    const { handle } = recorder({
      async answer(reply) {
        if (++times === 1) throw new Error('socket hang up');
        said.push(reply);
      },
    });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ picture: { name: 'spotter.jpg' } });
    expect(said[0]!.text).not.toContain('cannot upload');
  });

  it('is refused unseen where the picture is said to be too large', async () => {
    const { reply, fetched } = await asked('the dog', { pictures: [{ ...DOGS, key: 'huge', size: 500e6 }] });
    expect(reply.text).toContain('The file is too large');
    expect(fetched).toEqual([]);
  });

  it('is answered though progress cannot be shown', async () => {
    const { handle, replies } = recorder({
      progress: () => Promise.reject(new SpotterError('cannot-reply')),
    });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(replies[0]!.text).toContain('Found');
  });

  it('is repeated without what is no character, or turns the direction of writing', async () => {
    const { reply } = await asked('the \u202eupper\u0000 dog', { pictures: [DOGS], conversation: 'turned' });
    expect(reply.text).toContain('upper dog');
    const said = `${reply.text}${reply.picture?.alt}`;
    for (const bad of ['\u202e', '\u0000']) expect(said).not.toContain(bad);
  });

  it('is answered in words where its picture would be too large', async () => {
    const { handle, replies } = recorder({ maxBytes: 1000 });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(replies[0]).not.toHaveProperty('picture');
    expect(replies[0]!.text).toMatch(/Found[\s\S]*The picture is too large to be posted here/);
    const { handle: again, replies: all } = recorder({ maxBytes: 1000 });
    await chat.press(press(buttonOf(replies[0]!, 'all')), again);
    expect(all[0]).not.toHaveProperty('picture');
    expect(all[0]!.text).toContain('too large');
  });
});

describe('a button', () => {
  it('tells why, shows all candidates, and takes what people think', async () => {
    counted.length = 0;
    turns = 0;
    const { reply } = await asked('the upper dog', { pictures: [DOGS], conversation: 'buttons' });
    const why = await pressing(buttonOf(reply, 'why'));
    expect(why.onlyAsker).toBe(true);
    expect(why.text).toMatch(/language, \d+ ms: looking for "the upper dog"[\s\S]*1\. dog, fits/);
    const all = await pressing(buttonOf(reply, 'all'));
    expect(all.picture!.bytes.length).toBeGreaterThan(1000);
    expect((await pressing(buttonOf(reply, 'right'))).text).toBe('Thank you, noted as right.');
    expect(judged.at(-1)).toMatchObject({ right: true, expression: 'the upper dog' });
    expect((await pressing(buttonOf(reply, 'wrong'))).text).toBe('Thank you, noted as wrong.');
    // Only "why?" costs nothing but words.
    expect(counted.splice(0)).toEqual(['u1', 'u1', 'u1', 'u1', 'u1']);
    expect(turns).toBe(4);
  });

  it.each(['spotter:why:nobody:', 'spotter:rm:x:', 'other', '', 'spotter:pick:x:99999'])(
    'that is none of ours (%j) is answered all the same',
    async (id) => {
      expect((await pressing(id)).text).toBe('I no longer remember that answer. Ask again, please.');
    },
  );
});

describe('what was asked before a restart', () => {
  it('is answered after it, and known for follow-ups', async () => {
    const { deps } = world;
    const again = chatting({ memory: deps.memory });
    const { handle, replies } = recorder();
    const event = question('the upper dog', { pictures: [DOGS], conversation: 'restart' });
    const before = createPending(deps.memory);
    const item = { platform: 'test', resume: 'r', at: Date.now(), work: { kind: 'ask', event } };
    await before.accept('test:x', item);
    await before.accept('test:old', { ...item, at: 0 });
    await before.accept('test:odd', { ...item, work: 'odd' });
    await before.close();
    await again.chat.resume('test', () => handle);
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(3);
    expect(replies.map(({ text }) => text.slice(0, 17)).toSorted()).toEqual([
      'Found "the upper ',
      'I was interrupted',
      'I was interrupted',
    ]);
    await expect.poll(again.waiting, { timeout: 20_000 }).toBe(0);
    const next = recorder();
    await again.chat.ask(question('the lower dog', { conversation: 'restart' }), next.handle);
    expect(next.replies[0]!.text).toContain('Found "the lower dog"');
    expect(await again.chat.forget(event)).toBeGreaterThan(0);
    const forgotten = recorder();
    await again.chat.ask(question('the lower dog', { conversation: 'restart' }), forgotten.handle);
    expect(forgotten.replies[0]!.text).toContain('There is no picture');
    await again.spotter.close();
  });

  it('is tried once more where a process died while it worked on it, and by no third one', async () => {
    const again = chatting({ spotter: world.spotter });
    const { memory } = again.deps;
    const { handle, replies } = recorder();
    const event = question('the upper dog', { pictures: [DOGS], conversation: 'deaths' });
    const item = { platform: 'test', resume: 'r', at: Date.now(), work: { kind: 'ask', event } };
    const dead = async (key: string, deaths: number, begun: boolean) => {
      const before = createPending(memory);
      await before.accept(key, item);
      const [[entry, written] = ['', {}]] = await memory.shelf<object>('pending', 100).list(key);
      await memory.shelf<object>('pending', 100).set(entry, { ...written, deaths, begun }, 1e6);
      await before.close();
    };
    await dead('test:only-waited', 1, false);
    await dead('test:once', 0, true);
    await dead('test:twice', 1, true);
    await again.chat.resume('test', () => handle);
    await expect.poll(() => replies.length, { timeout: 20_000 }).toBe(3);
    expect(replies.map(({ text }) => text.slice(0, 17)).toSorted()).toEqual([
      ...['Found "the upper ', 'Found "the upper ', 'I was interrupted'],
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
    expect(other.replies[0]!.text).toContain('Found "the upper dog"');
    expect(chat.fail(unseen)).toBe(false);
  });
});

describe('work of several processes', () => {
  it('is not answered by one that it was taken from', async () => {
    const { handle, replies } = recorder({
      async progress() {
        // Suspended for long, it would be taken for dead.
        const entries = world.deps.memory.shelf<object>('pending', 100);
        for (const [key, entry] of await entries.list(''))
          await entries.set(key, { ...entry, owner: 'b' }, 1e6);
      },
    });
    await chat.ask(question('the upper dog', { pictures: [DOGS] }), handle);
    expect(replies).toEqual([]);
    expect(events.at(-1)).toEqual({ kind: 'repeated', platform: 'test' });
    // It is still the other one's.
    expect(await waiting()).toBe(1);
    const entries = world.deps.memory.shelf<object>('pending', 100);
    for (const [key] of await entries.list('')) await entries.delete(key);
  });

  it('is searched for again and again, as others may die later', async () => {
    const { memory } = world.deps;
    const pending = createPending(memory, { leaseMs: 100 });
    const other = createPending(memory);
    const later = chatting({ memory, pending, spotter: world.spotter });
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
