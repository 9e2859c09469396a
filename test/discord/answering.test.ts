import { afterEach, describe, expect, it } from 'vitest';
import type { ChatDeps } from '../../src/chat/context.ts';
import { answer, answers, dogs, type Playing, play } from './bot.ts';

let playing: Playing;
const playWith = async (deps: Partial<ChatDeps> = {}, standIn = {}) => {
  playing = await play(deps, standIn);
  return playing.discord;
};
afterEach(async () => {
  await playing.close();
});

/** Work that waits until the test lets it go on. */
function held() {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = 0;
  const admission: ChatDeps['admission'] = async (work) => {
    begun++;
    await gate;
    return work();
  };
  return { admission, release: () => release(), begun: () => begun };
}

describe('buttons', () => {
  it('of an undecided answer choose, for all to see', async () => {
    const discord = await playWith();
    const ann = discord.person();
    await ann.mention({ text: 'the dog', images: [dogs()] });
    const undecided = await answer(discord);
    expect(undecided.buttons.map(({ label }) => label)).toEqual([
      '1',
      '2',
      'All candidates',
      'Why?',
      'Right',
      'Wrong',
    ]);
    const pressed = await ann.press(undecided, '2');
    expect(await pressed.acknowledged()).toBeLessThan(3000);
    const chosen = await answer(discord, 2);
    expect(chosen.text).toContain('Found: you chose candidate 2');
    expect(chosen.files).toHaveLength(1);
    expect(chosen).not.toHaveProperty('onlyFor');
    expect(discord.complaints).toEqual([]);
  });

  it('that explain, show all and judge answer whoever pressed alone; pressed five times, once', async () => {
    const discord = await playWith();
    await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
    const reply = await answer(discord);
    const bob = discord.person('bob');
    await bob.press(reply, 'Why?', { times: 5 });
    expect(await answer(discord, 2)).toMatchObject({
      onlyFor: bob.id,
      text: expect.stringContaining('1. dog, fits'),
    });
    await bob.press(reply, 'All candidates');
    expect((await answer(discord, 3)).files).toHaveLength(1);
    await bob.press(reply, 'Wrong');
    expect((await answer(discord, 4)).text).toBe('Thank you, noted as wrong.');
    expect(playing.world.judged).toMatchObject([{ right: false, place: { asker: bob.id } }]);
    expect(discord.replies()).toHaveLength(4);
    expect(discord.complaints).toEqual([]);
  });
});

describe('where the bot may not', () => {
  it('upload, it answers in words', async () => {
    const discord = await playWith();
    discord.trouble('no-uploads');
    await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
    const reply = await answer(discord);
    expect(reply.text).toMatch(/^Found the upper dog[\s\S]*I cannot upload pictures here/);
    expect(reply.files).toEqual([]);
    expect(playing.world.events.find(({ kind }) => kind === 'not-said')).toMatchObject({
      error: { code: 'cannot-reply', message: 'I may not post that here.' },
    });
  });

  it.each(['no-posting', 'no-access'] as const)('post (%s), it goes on living', async (kind) => {
    const discord = await playWith();
    const ann = discord.person();
    discord.trouble(kind);
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await ann.direct({ text: 'the upper dog', images: [dogs()] });
    await answer(discord);
    await expect.poll(playing.world.waiting).toBe(0);
    discord.recover();
    await ann.mention({ text: 'the lower dog', images: [dogs()] });
    expect((await answer(discord, 1, discord.channel)).text).toContain('lower dog');
    expect(playing.troubles).toEqual([]);
  });
});

describe('why a command has no answer is said', () => {
  it.each(['notFound', 'missingAccess'] as const)('where "thinking…" cannot go: %s', async (error) => {
    const discord = await playWith();
    discord.refuse('DELETE /webhooks/', error);
    await discord.person().command({ text: 'the dog' });
    expect((await answer(discord)).text).toContain('There is no picture to look at.');
    expect(discord.replies()).toHaveLength(1);
    expect(playing.world.events.filter(({ kind }) => kind === 'not-said')).toEqual([]);
  });

  it('where nothing can be added, as far as that goes: it is tried once more in its place', async () => {
    const discord = await playWith();
    discord.refuse('POST /webhooks/', 'notFound');
    await discord.person().command({ text: 'the dog' });
    await discord.until(() => discord.calls.find(({ what }) => /^PATCH .*\/messages\/@original$/.test(what)));
  });
});

describe('questions that change', () => {
  it('are asked anew, and the reply changes', async () => {
    const discord = await playWith();
    const ann = discord.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord);
    await ann.edit(said, 'the lower dog');
    const reply = await discord.until(() => answers(discord).find(({ text }) => text.includes('lower dog')));
    expect(discord.replies()).toHaveLength(1);
    expect(reply.files).toHaveLength(1);
    expect(discord.complaints).toEqual([]);
  });

  it('while they are worked on, are answered as they are now', async () => {
    const { admission, release, begun } = held();
    const discord = await playWith({ admission });
    const ann = discord.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    await ann.edit(said, 'the lower dog');
    await expect.poll(begun).toBe(2);
    release();
    await discord.until(() => answers(discord).find(({ text }) => text.includes('lower dog')));
    const texts = discord.replies().flatMap(({ versions }) => versions.map(({ text }) => text));
    expect(texts.some((text) => text.includes('upper dog'))).toBe(false);
    expect(discord.replies()).toHaveLength(1);
  });

  it('are taken back: what was said of them goes, unless it is the answer', async () => {
    const { admission, release, begun } = held();
    const discord = await playWith({ admission });
    const ann = discord.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    await discord.until(() => discord.replies()[0]?.text === 'Looking …');
    await ann.remove(said);
    await discord.until(() => discord.replies()[0]!.removed !== undefined);
    release();
    const again = await ann.mention({ text: 'the lower dog', images: [dogs()] });
    const reply = await answer(discord);
    expect(reply).toMatchObject({ answers: again.id, text: expect.stringContaining('lower dog') });
    expect(discord.replies()).toHaveLength(2);
    await ann.remove(again);
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord, 2);
    expect(answers(discord)[0]!.id).toBe(reply.id);
  });
});

describe('/find-forget', () => {
  it('forgets, and says so to whoever asked for it', async () => {
    const discord = await playWith();
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord);
    await ann.forget();
    expect(await answer(discord, 2)).toMatchObject({
      onlyFor: ann.id,
      text: 'Forgotten: all 1 that I knew of you.',
    });
    await ann.mention({ text: 'the lower dog' });
    expect((await answer(discord, 3)).text).toContain('no picture');
  });
});

describe('a reply to our answer that does not mention us', () => {
  it('is answered where Discord shows what it says, and goes on with that; a reply to others is not', async () => {
    let shown = '';
    const discord = await playWith(
      {},
      {
        retold: (event: string, data: object) =>
          event === 'MESSAGE_CREATE' && shown ? { ...data, content: shown, mentions: [] } : data,
      },
    );
    const ann = discord.person();
    const bobs = await discord.person('bob').say({ text: 'hello' });
    await ann.mention({ text: 'the dog', images: [dogs()] });
    const undecided = await answer(discord);
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord, 2);
    shown = '1';
    await ann.say({ text: shown, replyTo: bobs });
    shown = '2';
    await ann.say({ text: shown, replyTo: undecided });
    expect((await answer(discord, 3)).text).toContain('you chose candidate 2');
    expect(answers(discord)).toHaveLength(3);
  });
});

describe('a reply to a picture that Discord does not show the bot', () => {
  it('is not taken for a question about another picture', async () => {
    const discord = await playWith({}, { showsReferenced: false });
    const ann = discord.person();
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord);
    const posted = await discord.person('bob').say({ images: [dogs()] });
    await ann.mention({ text: 'the lower dog', replyTo: posted });
    expect((await answer(discord, 2)).text).toContain('Find in image…');
    await ann.shortcut(posted, { text: 'the lower dog' });
    expect((await answer(discord, 3)).text).toContain('Found the lower dog');
  });
});

describe('roles', () => {
  it('of whoever asks are told, however they ask', async () => {
    const roles: (readonly string[] | undefined)[] = [];
    const discord = await playWith({ admit: async (place) => void roles.push(place.roles) });
    const ann = discord.person('ann', { roles: ['painters'] });
    const id = discord.role('painters');
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answer(discord);
    await ann.command({ text: 'the lower dog', images: [dogs()] });
    await answer(discord, 2);
    expect(roles).toHaveLength(2);
    for (const told of roles) expect(told).toContain(id);
  });
});

describe('quick work', () => {
  it('has one message, also where typing cannot be shown', async () => {
    const discord = await playWith();
    discord.refuse('/typing', 'notFound');
    await discord.person().mention({ text: 'the zebra' });
    const { versions } = await answer(discord);
    expect(versions).toHaveLength(1);
    expect(playing.troubles).toEqual([]);
  });
});

describe('where what was said cannot be changed', () => {
  it.each(['notFound', 'missingAccess', 'missingPermissions'] as const)(
    'it is said anew: %s',
    async (error) => {
      const { admission, release } = held();
      const discord = await playWith({ admission });
      const said = await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
      await discord.until(() => discord.replies()[0]?.text === 'Looking …');
      discord.refuse('PATCH /channels/', error);
      release();
      const reply = await answer(discord);
      expect(reply).toMatchObject({ answers: said.id, text: expect.stringContaining('Found') });
      await discord.until(() => discord.replies()[0]!.removed !== undefined);
      expect(discord.replies()).toHaveLength(2);
    },
  );
});

describe('slow work', () => {
  it('is told of, not too often, and then answered in the same place', async () => {
    let tell: (ahead: number) => void = () => {};
    const { admission, release, begun } = held();
    const discord = await playWith({
      admission: (work, turn) => {
        tell = turn.onPosition;
        return admission(work, turn);
      },
    });
    await discord.person().mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    await discord.until(() => discord.replies()[0]?.text === 'Looking …');
    for (const ahead of [5, 4, 3, 2, 1]) tell(ahead);
    await discord.until(() => discord.replies()[0]!.text === 'Waiting: 1 ahead …');
    release();
    await answer(discord);
    const texts = discord.replies()[0]!.versions.map(({ text }) => text.split('.')[0]);
    expect(texts).toEqual(['Looking …', 'Waiting: 1 ahead …', 'Found the upper dog']);
  });
});
