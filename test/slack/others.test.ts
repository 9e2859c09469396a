import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, answers, answerTo, dogs, type Playing, play } from './bot.ts';

let playing: Playing;
beforeAll(async () => {
  playing = await play();
});
afterAll(() => playing.close());
afterEach(() => {
  expect(playing.slack.complaints).toEqual([]);
  expect(playing.troubles).toEqual([]);
});

let channels = 0;
const channel = () => playing.slack.addChannel(`others-${++channels}`);
const image = (more: object) => ({ type: 'image', alt_text: 'two dogs', ...more });

describe('a picture in the blocks of another app', () => {
  const BLOCKS: readonly [string, (file: { id: string; url: string }) => object[], boolean?][] = [
    ['a file by its id', ({ id }) => [image({ slack_file: { id } })]],
    [
      'a file by its address',
      ({ id }) => [image({ slack_file: { url: `https://files.slack.com/files-pri/T1-${id}/two-dogs.jpg` } })],
    ],
    [
      'a file by its page',
      ({ id }) => [image({ image_url: `https://team.slack.com/files/U1/${id}/two-dogs.jpg` })],
    ],
    ['in an attachment', ({ id }) => [image({ slack_file: { id } })], true],
    [
      'beside a text',
      ({ id }) => [
        { type: 'context', elements: [image({ image_url: 'https://nowhere.example/sign.png' })] },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: 'Look' },
          accessory: image({ slack_file: { id } }),
        },
      ],
    ],
    ['in a line', ({ id }) => [{ type: 'context', elements: [image({ slack_file: { id } })] }]],
  ];

  it.each(BLOCKS)('is found by the shortcut: %s', async (...[, blocks, attached = false]) => {
    const { slack } = playing;
    const posted = slack.postBlocks(blocks(slack.addFile(dogs())), { place: channel(), attached });
    await slack.person().shortcut(posted, { text: 'the upper dog' });
    expect((await answerTo(slack, posted)).text).toContain('Found the upper dog');
  });

  it('is found by a mention in its thread', async () => {
    const { slack } = playing;
    const posted = slack.postPicture(dogs(), channel());
    await slack.person().mention({ text: 'the lower dog', replyTo: posted });
    expect((await answerTo(slack, posted)).text).toContain('Found the lower dog');
  });

  it('elsewhere on the web is a link, with the rules for links', async () => {
    const { slack } = playing;
    const posted = slack.postBlocks([image({ image_url: 'http://127.0.0.1:9/dogs.jpg' })], {
      place: channel(),
    });
    await slack.person().shortcut(posted, { text: 'the upper dog' });
    const reply = await slack.until(() =>
      answers(slack).find(({ place }) => place.channel === posted.place.channel),
    );
    expect(reply.text).toContain('does not visit');
  });
});

describe('a file of another conversation', () => {
  it('is not opened because somebody names it in blocks', async () => {
    const { slack } = playing;
    const elsewhere = slack.addChannel('secret', { kind: 'group' });
    const said = await slack.person().say({ images: [dogs()], place: elsewhere });
    const { files } = slack.messageOf(said) as { files: { id: string }[] };
    const posted = slack.postBlocks([image({ slack_file: { id: files[0]!.id } })], { place: channel() });
    await slack.person().shortcut(posted, { text: 'the upper dog' });
    const reply = await slack.until(() =>
      answers(slack).find(({ place }) => place.channel === posted.place.channel),
    );
    expect(reply.text).toContain('a file within Slack');
  });
});

describe('a conversation of several people', () => {
  it('is answered where we are mentioned, and only there', async () => {
    const { slack } = playing;
    const place = slack.addChannel('mpdm-ann--bob-1', { kind: 'mpim' });
    const ann = slack.person();
    await ann.say({ text: 'the upper dog', images: [dogs()], place });
    const said = await ann.mention({ text: 'the lower dog', images: [dogs()], place });
    expect((await answerTo(slack, said)).text).toContain('Found the lower dog');
    expect(slack.replies(place)).toEqual([]);
    await ann.command({ text: 'the upper dog', place });
    expect((await answer(slack, 1, place)).text).toContain('Found the upper dog');
  });
});

describe('a file that is no picture', () => {
  it.each([
    ['Canvas', { mode: 'quip', filetype: 'quip', mimetype: 'application/vnd.slack-docs' }],
    ['List', { mode: 'list', filetype: 'list', mimetype: '' }],
    ['Email', { mode: 'email', filetype: 'email', mimetype: 'text/html' }],
    ['Plain Text', { mode: 'snippet', filetype: 'text', mimetype: 'text/plain' }],
  ])('is told by what Slack calls it, and not fetched: %s', async (pretty_type, told) => {
    const { slack } = playing;
    const place = channel();
    const upload = { name: 'plan', bytes: Buffer.from('<html>'), type: '', told: { ...told, pretty_type } };
    await slack.person().mention({ text: 'the dog', images: [upload], place });
    const reply = await slack.until(() =>
      answers(slack).find(({ place: at }) => at.channel === place.channel),
    );
    expect(reply.text).toContain(`its type is "${pretty_type}"`);
    expect(slack.files.asked.filter(({ path }) => path.endsWith('/plan'))).toEqual([]);
  });
});

describe('a file that Slack wants to be asked about', () => {
  it.each([
    ['file_not_found', 'is deleted, or not shared here'],
    ['access_denied', 'does not let me see that file'],
    ['some_new_error', 'some_new_error'],
  ])('and then refuses (%s) is told of in its words', async (error, words) => {
    const other = await play({}, { filesInEvents: 'id', refused: { 'files.info': error } });
    const { slack } = other;
    const said = await slack.person().mention({ text: 'the dog', images: [dogs()] });
    const reply = await slack.until(() => answers(slack)[0]);
    expect(reply.text).toContain(words);
    expect(said.place.channel).toBe(reply.place.channel);
    await other.close();
  });
});

it('a link to a file of Slack that somebody wrote is not followed, and it is said what to do', async () => {
  const { slack } = playing;
  const place = channel();
  const text = 'the dog <https://files.slack.com/files-pri/T1-F1/dog.jpg>';
  await slack.person().mention({ text, place });
  const reply = await slack.until(() => answers(slack).find(({ place: at }) => at.channel === place.channel));
  expect(reply.text).toMatch(/a file within Slack.*share the file in this channel/);
});

it('a picture that cannot be read is looked at in the copy that Slack has made of it, and that is said', async () => {
  const { slack } = playing;
  const small = slack.addFile(dogs());
  const broken = {
    name: 'IMG_1.HEIC',
    bytes: Buffer.from('\0\0\0\x18ftypheic'),
    type: 'image/heic',
    told: { thumb_1024: small.url, thumb_360: 'https://nowhere.example', original_w: 4032, original_h: 3024 },
  };
  const said = await slack.person().mention({ text: 'the upper dog', images: [broken], place: channel() });
  expect((await answerTo(slack, said)).text).toMatch(/^Found the upper dog[\s\S]*a smaller copy of it/);
});
