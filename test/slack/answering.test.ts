import { afterEach, describe, expect, it } from 'vitest';
import type { ChatDeps } from '../../src/chat/context.ts';
import { startFileHost } from '../world/file-host.ts';
import type { SlackOptions } from '../world/slack/server.ts';
import { answer, answers, answerTo, dogs, type Playing, pictures, play } from './bot.ts';

let playing: Playing;
const playWith = async (deps: Partial<ChatDeps> = {}, standIn: SlackOptions = {}) => {
  playing = await play(deps, standIn);
  return playing.slack;
};
afterEach(() => playing.close());

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
    const slack = await playWith();
    const ann = slack.person();
    const said = await ann.mention({ text: 'the dog', images: [dogs()] });
    const undecided = await answerTo(slack, said);
    const labels = ['1', '2', 'All candidates', 'Why?', 'Right', 'Wrong'];
    expect(undecided.buttons.map(({ label }) => label)).toEqual(labels);
    const pressed = await ann.press(undecided, '2');
    expect(await pressed.acknowledged()).toBeLessThan(3000);
    const chosen = await answerTo(slack, said, 2);
    expect(chosen.text).toContain('Found: you chose candidate 2');
    expect(chosen).not.toHaveProperty('onlyFor');
    await slack.until(() => pictures(slack, slack.thread(said)).length === 2);
    expect(slack.complaints).toEqual([]);
  });

  it('that explain and judge answer whoever pressed alone, in the thread; pressed five times, once', async () => {
    const slack = await playWith();
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    const reply = await answerTo(slack, said);
    const bob = slack.person('bob');
    await bob.press(reply, 'Why?', { times: 5 });
    expect(await answerTo(slack, said, 2)).toMatchObject({
      onlyFor: bob.id,
      text: expect.stringContaining('1. dog, fits'),
    });
    await bob.press(reply, 'Wrong');
    expect((await answerTo(slack, said, 3)).text).toBe('Thank you, noted as wrong.');
    expect(playing.world.judged).toMatchObject([{ right: false, place: { asker: bob.id } }]);
    // What has a picture cannot be for one alone.
    await bob.press(reply, 'All candidates');
    expect(await answerTo(slack, said, 4)).not.toHaveProperty('onlyFor');
    expect(answers(slack)).toHaveLength(4);
    expect(slack.complaints).toEqual([]);
  });

  it("of a command's answer say more in the thread on it", async () => {
    const slack = await playWith();
    const ann = slack.person();
    await ann.command({ text: 'the dog', images: [dogs()] });
    const undecided = await answer(slack, 1, slack.channel);
    await ann.press(undecided, '1');
    expect((await answerTo(slack, undecided)).text).toContain('Found: you chose candidate 1');
    await ann.mention({ text: 'the lower dog', replyTo: undecided });
    expect((await answerTo(slack, undecided, 2)).text).toContain('Found the lower dog');
  });
});

describe('files', () => {
  it.each([
    [{ filesInEvents: 'id' }],
    [{ filesInEvents: 'id', infoAfter: 2 }],
    [{ mentionsWithFiles: 'app_mention' }],
    [{ mentionsWithFiles: 'message' }],
  ] as const)('are found as Slack tells of them: %o', async (how) => {
    const slack = await playWith({}, how);
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    expect((await answerTo(slack, said)).text).toContain('Found the upper dog');
    expect(slack.complaints).toEqual([]);
  });

  it('are asked for with the token, and nothing else is', async () => {
    const slack = await playWith();
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    await answerTo(slack, said);
    expect(slack.files.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${slack.botToken}`,
    ]);
    const elsewhere = `${slack.apiUrl.replace('/api/', '')}/cat.jpg`;
    await slack.person().mention({ text: 'the cat', images: [dogs({ redirect: elsewhere })] });
    await slack.until(() => answers(slack)[1]);
    expect(slack.calls.filter(({ what }) => what.includes('cat.jpg'))).toEqual([]);
  });

  it('without files:read are not to be had, and it is said why', async () => {
    const slack = await playWith({}, { filesInEvents: 'id' });
    slack.scopes.delete('files:read');
    await slack.person().mention({ text: 'the dog', images: [dogs()] });
    expect((await answer(slack)).text).toContain('the app is missing the scope files:read');
  });
});

describe('where the bot may not', () => {
  it('upload, it answers in words', async () => {
    const slack = await playWith();
    slack.trouble('no-uploads');
    const said = await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    const reply = await answerTo(slack, said);
    expect(reply.text).toMatch(/^Found the upper dog[\s\S]*I cannot upload pictures here/);
    expect(pictures(slack)).toEqual([]);
    expect(playing.world.events.find(({ kind }) => kind === 'not-said')).toMatchObject({
      error: { code: 'cannot-reply', hint: expect.stringContaining('files:write') },
    });
    expect(slack.complaints).toEqual([]);
  });

  it.each(['no-posting', 'no-access'] as const)('post (%s), it goes on living', async (kind) => {
    const slack = await playWith();
    const ann = slack.person();
    slack.trouble(kind);
    await ann.mention({ text: 'the upper dog', images: [dogs()] });
    const alone = await ann.direct({ text: 'the upper dog', images: [dogs()] });
    await answer(slack, 1, alone.place);
    slack.recover();
    const said = await ann.mention({ text: 'the lower dog', images: [dogs()] });
    expect((await answerTo(slack, said)).text).toContain('lower dog');
    expect(playing.troubles).toEqual([]);
  });

  it.each(['chat.update', 'chat.delete', 'chat.postEphemeral', 'reactions.', 'files.delete'])(
    'call %s, everything is answered all the same',
    async (of) => {
      const slack = await playWith();
      slack.trouble('refuse', { of });
      const ann = slack.person();
      const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
      expect((await answerTo(slack, said)).text).toContain('Found the upper dog');
      const none = await ann.mention({ text: 'the upper dog' });
      await slack.until(() => answers(slack).find(({ text }) => text.includes('There is no picture')));
      await ann.command({ text: 'the upper dog', place: slack.addChannel('nothing') });
      await slack.until(() => answers(slack).filter(({ text }) => text.includes('no picture')).length === 2);
      await ann.edit(none, `<@${slack.botUser}>`);
      await slack.until(() => answers(slack).find(({ text }) => text.includes('nothing to look for')));
    },
  );

  it('open a form, it says so to whoever wanted it', async () => {
    const slack = await playWith();
    const ann = slack.person();
    const posted = await ann.say({ images: [dogs()] });
    slack.trouble('refuse', { of: 'views.open' });
    await ann.shortcut(posted, { text: 'the upper dog' }).catch(() => {});
    const reply = await slack.until(() => answers(slack)[0]);
    expect(reply).toMatchObject({ onlyFor: ann.id, text: expect.stringContaining('Mention me in a reply') });
  });

  it('be, a command with a link is answered all the same, in words', async () => {
    const web = await startFileHost();
    const link = web.put(dogs(), '/dogs.jpg');
    playing = await play({}, {}, [web.host]);
    const { slack } = playing;
    const place = slack.addChannel('elsewhere', { member: false });
    const ann = slack.person();
    await ann.command({ text: 'the upper dog', link, place });
    const reply = await answer(slack, 1, place);
    expect(reply.text).toMatch(/^Found the upper dog[\s\S]*I cannot upload pictures here/);
    expect(reply).not.toHaveProperty('onlyFor');
    expect(slack.replies(place)).toMatchObject([{ text: 'Looking …', onlyFor: ann.id }, { id: reply.id }]);
    expect(web.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await ann.press(reply, 'Why?');
    expect(await slack.until(() => answers(slack)[1])).toMatchObject({ onlyFor: ann.id });
    await web.close();
  });
});

describe('questions that change', () => {
  it('are asked anew, and the answer changes', async () => {
    const slack = await playWith();
    const ann = slack.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    const first = await answerTo(slack, said);
    await ann.edit(said, 'the lower dog');
    const reply = await slack.until(() => answers(slack).find(({ text }) => text.includes('lower dog')));
    expect(reply.id).toBe(first.id);
    expect(answers(slack)).toHaveLength(1);
    // The picture of before goes.
    await slack.until(() => slack.replies().filter(({ files }) => files.length > 0).length === 2);
    await slack.until(() => pictures(slack).length === 1);
    expect(slack.complaints).toEqual([]);
  });

  it('while they are worked on, are answered as they are now', async () => {
    const { admission, release, begun } = held();
    const slack = await playWith({ admission });
    const ann = slack.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    await ann.edit(said, 'the lower dog');
    await expect.poll(begun).toBe(2);
    release();
    await slack.until(() => answers(slack).find(({ text }) => text.includes('lower dog')));
    const texts = slack.replies().flatMap(({ versions }) => versions.map(({ text }) => text));
    expect(texts.some((text) => text.includes('upper dog'))).toBe(false);
    expect(answers(slack)).toHaveLength(1);
  });

  it('are taken back: what was said of them goes, unless it is the answer', async () => {
    const { admission, release, begun } = held();
    const slack = await playWith({ admission });
    const ann = slack.person();
    const said = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    await slack.until(() => slack.replies()[0]);
    await ann.remove(said);
    await slack.until(() => slack.replies()[0]!.removed !== undefined);
    release();
    const again = await ann.mention({ text: 'the lower dog', images: [dogs()] });
    const reply = await answerTo(slack, again);
    await ann.remove(again);
    const last = await ann.mention({ text: 'the upper dog', images: [dogs()] });
    await answerTo(slack, last);
    expect(answers(slack)[0]!.id).toBe(reply.id);
  });

  it('by a mention that is added are questions from then on', async () => {
    const slack = await playWith();
    const ann = slack.person();
    const said = await ann.say({ text: 'the upper dog', images: [dogs()] });
    await ann.edit(said, `<@${slack.botUser}> the upper dog`);
    expect((await answerTo(slack, said)).text).toContain('Found');
  });
});

describe('/find-forget', () => {
  it('forgets, and says so to whoever asked for it', async () => {
    const slack = await playWith();
    const ann = slack.person();
    const said = await ann.direct({ text: 'the upper dog', images: [dogs()] });
    await answer(slack, 1, said.place);
    await ann.forget();
    expect(await answer(slack, 1, slack.channel)).toMatchObject({
      onlyFor: ann.id,
      text: 'Forgotten: all 1 that I knew of you.',
    });
    await ann.direct({ text: 'the lower dog' });
    expect((await answer(slack, 2, said.place)).text).toContain('no picture');
  });
});

describe('slow work', () => {
  it('is told of, not too often, and then answered in the same place', async () => {
    let tell: (ahead: number) => void = () => {};
    const { admission, release, begun } = held();
    const slack = await playWith({
      admission: (work, turn) => {
        tell = turn.onPosition;
        return admission(work, turn);
      },
    });
    await slack.person().mention({ text: 'the upper dog', images: [dogs()] });
    await expect.poll(begun).toBe(1);
    // Seen at once by the reaction, and in words a little later.
    await slack.until(() => slack.signs[0]);
    expect(slack.replies()).toEqual([]);
    await slack.until(() => slack.replies()[0]);
    for (const ahead of [5, 4, 3, 2, 1]) tell(ahead);
    await slack.until(() => slack.replies()[0]?.text === 'Waiting: 1 ahead …');
    release();
    await answer(slack);
    const texts = slack.replies()[0]!.versions.map(({ text }) => text.split('.')[0]);
    expect(texts).toEqual(['Looking …', 'Waiting: 1 ahead …', 'Found the upper dog']);
  });
});
