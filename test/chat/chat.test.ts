import { afterAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../src/chat/contract.ts';
import { readButton } from '../../src/chat/contract.ts';
import { SpotterError } from '../../src/errors.ts';
import { readPicture } from '../../src/picture/read.ts';
import { chatting, DOGS, press, question, recorder } from './world.ts';

/** Who asked or pressed, as it is counted; and how often somebody had a turn of the queue. */
const counted: string[] = [];
let turns = 0;
const world = chatting({
  admit: async ({ asker }) => void counted.push(asker),
  admission(work) {
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
    expect(reply.text).toMatch(/^Found the upper dog\. \(presence \d+ %\)$/);
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
    expect(next.text).toContain('Found the lower dog');
    // Its bytes are still at hand.
    expect(fetched).toEqual([]);
  });

  it('about several pictures is asked back', async () => {
    const cup = { ...DOGS, url: 'file:coffee.jpg', key: 'cup', name: 'cup.jpg' };
    const { reply } = await asked('the cup', { pictures: [DOGS, cup], conversation: 'several' });
    expect(reply.text).toContain('Which one do you mean?\n1. dogs.jpg\n2. cup.jpg');
    const second = await pressing(buttonOf(reply, 'picture', 1), { conversation: 'several' });
    expect(second.text).toContain('Found the cup.');
    expect((await pressing(buttonOf(reply, 'picture', 0))).text).toBeDefined();
  });

  it('that goes on with an earlier answer is about that', async () => {
    const boats = { ...DOGS, url: 'file:boats.jpg', key: 'boats', name: 'boats.jpg' };
    const first = question('the upper dog', { pictures: [DOGS], conversation: 'earlier', branch: 'first' });
    await chat.ask(first, recorder().handle);
    await asked('the boat', { pictures: [boats], conversation: 'earlier' });
    const { reply } = await asked('the lower one', { conversation: 'earlier', replyTo: 'first' });
    expect(reply.text).toContain('Found the dog at the bottom');
    const after = await asked('the upper one', { conversation: 'earlier', replyTo: 'nothing' });
    expect(after.reply.text).toContain('Found the dog at the top');
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
    const away = {
      ...world.deps.store,
      namespace: () => ({ get: () => Promise.reject(new Error('away')) }),
    };
    const other = chatting({ store: away as never, pending: world.deps.pending, spotter: world.spotter });
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
      expect((await asked(text, { conversation })).reply.text).toContain('Found the upper dog');
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
