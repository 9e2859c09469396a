import { describe, expect, it } from 'vitest';
import { isSlacks, picturesIn, picturesMeant, picturesOf } from '../../adapters/slack/pictures.ts';
import { type Address, readResume, resumeOf } from '../../adapters/slack/reply.ts';

const dog = {
  id: 'F1',
  name: 'dog.jpg',
  mimetype: 'image/jpeg',
  size: 1234,
  url_private: 'https://files.slack.com/files-pri/T1-F1/dog.jpg',
};
const dogRef = { url: dog.url_private, origin: 'platform', key: 'F1', name: 'dog.jpg', size: 1234 };
const said = (more: object) => ({ ts: '1.2', ...more });

describe('the pictures of a message', () => {
  it('are its files, with what Slack says of them', () => {
    expect(picturesOf(said({ files: [dog] }), 'C1')).toEqual([dogRef]);
    expect(picturesOf(said({}), 'C1')).toEqual([]);
  });

  it('may be known by their ids only', () => {
    const stub = { id: 'F2', mode: 'file_access', file_access: 'check_file_info', mimetype: '' };
    expect(picturesOf(said({ files: [stub] }), 'C1')).toEqual([{ url: '', origin: 'platform', key: 'F2' }]);
  });

  it('are not what was deleted', () => {
    expect(picturesOf(said({ files: [{ ...dog, mode: 'tombstone' }] }), 'C1')).toEqual([]);
  });

  it('that are elsewhere are links, which get no token', () => {
    const external = { ...dog, is_external: true, url_private: 'https://example.org/dog.jpg' };
    expect(picturesOf(said({ files: [external] }), 'C1')).toEqual([
      { url: 'https://example.org/dog.jpg', origin: 'link', name: 'dog.jpg' },
    ]);
  });

  it('are files of another kind only where there is no picture', () => {
    const text = { ...dog, id: 'F3', name: 'a.txt', mimetype: 'text/plain' };
    expect(picturesOf(said({ files: [text, dog] }), 'C1')).toEqual([dogRef]);
    expect(picturesOf(said({ files: [text] }), 'C1')).toMatchObject([{ key: 'F3' }]);
    expect(picturesIn(said({ files: [text] }), 'C1')).toEqual([]);
  });

  it('are those of a message that it shares, and of a page that it links to', () => {
    const attachments = [{ files: [dog] }, { image_url: 'https://example.org/a.png' }];
    expect(picturesOf(said({ attachments }), 'C1')).toEqual([
      dogRef,
      { url: 'https://example.org/a.png', origin: 'link', name: 'a.png' },
    ]);
  });

  it('are links in its text where it has none', () => {
    const text = 'the dog in <https://example.org/a.jpg>';
    expect(picturesMeant(said({ text }), 'C1')).toMatchObject([
      { url: 'https://example.org/a.jpg', origin: 'link' },
    ]);
    expect(picturesMeant(said({ text, files: [dog] }), 'C1')).toEqual([dogRef]);
  });
});

describe('the token', () => {
  const standIn = new Set(['127.0.0.1:9002']);
  it.each([
    ['https://files.slack.com/files-pri/T1-F1/dog.jpg', true],
    ['https://slack-files.com/T1-F1', true],
    ['http://files.slack.com/files-pri/T1-F1/dog.jpg', false],
    ['https://files.slack.com:8443/dog.jpg', false],
    ['https://files.slack.com.evil.example/dog.jpg', false],
    ['https://evil-slack.com/dog.jpg', false],
    ['https://example.org/files.slack.com', false],
    ['http://127.0.0.1:9002/dog.jpg', true],
    ['http://127.0.0.1:9003/dog.jpg', false],
  ])('%s: %s', (url, sent) => {
    expect(isSlacks(new URL(url), standIn)).toBe(sent);
  });

  it('goes to no stand-in unless told', () => {
    expect(isSlacks(new URL('http://127.0.0.1:9002/dog.jpg'), new Set())).toBe(false);
  });
});

describe('where an answer goes, as text', () => {
  const address: Address = {
    ...{ channel: 'C1', user: 'U1', thread: '1.1', message: '1.2', since: '1.2' },
    ...{ id: 'C1:1.2', conversation: 'C1:1.1' },
  };

  it('is read as it was written, and may have been begun', () => {
    expect(readResume(resumeOf(address))).toEqual({ ...address, begun: true });
    const { thread: _, message: __, ...short } = address;
    expect(readResume(resumeOf(short))).toEqual({ ...short, begun: true });
  });

  it.each(['', 'C1', 'C1 U1 1.1 1.2 1.2 id', 'C1 U1  1.2 1.2 id c', 'a b c d e f g h'])(
    '%j is none',
    (text) => {
      expect(readResume(text)).toBeUndefined();
    },
  );
});
