import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultAnswerPath, planAnswerFile, planLessonFile } from '../../adapters/cli/answer-file.ts';
import { SpotterError } from '../../src/errors.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-answer-'));
  writeFileSync(at('photo.jpg'), 'photo');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('defaultAnswerPath', () => {
  it.each([
    ['/photos/street.jpeg', 'spotter-street.jpg'],
    ['street', 'spotter-street.jpg'],
    ['a.b.png', 'spotter-a.b.jpg'],
    ['spotter-a.jpg', 'spotter-spotter-a.jpg'],
    ['-', 'spotter-stdin.jpg'],
    ['\x1b\x07.jpg', 'spotter-picture.jpg'],
  ])('of %j is %s', (input, expected) => {
    expect(defaultAnswerPath(input)).toBe(expected);
  });

  it('stays within what file systems take', () => {
    const path = defaultAnswerPath(`${'🐶'.repeat(63)}.jpg`);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(220);
    expect(path).toMatch(/^spotter-(🐶)+\.jpg$/u);
  });
});

describe('planAnswerFile', () => {
  it('follows no link where nobody named one', async () => {
    const cwd = process.cwd();
    writeFileSync(at('precious.jpg'), 'precious');
    symlinkSync(at('precious.jpg'), at('spotter-photo.jpg'));
    process.chdir(folder);
    try {
      await expect(planAnswerFile(undefined, 'photo.jpg')).rejects.toMatchObject({ code: 'cannot-write' });
    } finally {
      process.chdir(cwd);
    }
    expect(readFileSync(at('precious.jpg'), 'utf8')).toBe('precious');
  });

  it('writes a new file and replaces an old one, leaving nothing beside it', async () => {
    const file = await planAnswerFile(at('answer.jpg'), at('photo.jpg'));
    await file.write(Buffer.from('one'));
    await file.write(Buffer.from('two'));
    expect(readFileSync(at('answer.jpg'), 'utf8')).toBe('two');
    expect(readdirSync(folder).sort()).toEqual(['answer.jpg', 'photo.jpg']);
  });

  it('writes through a link instead of replacing it', async () => {
    writeFileSync(at('there.jpg'), 'old');
    symlinkSync(at('there.jpg'), at('link.jpg'));
    await (await planAnswerFile(at('link.jpg'), '-')).write(Buffer.from('new'));
    expect(readFileSync(at('there.jpg'), 'utf8')).toBe('new');
  });

  it('keeps the old file, and nothing else, when it is stopped', async () => {
    writeFileSync(at('answer.jpg'), 'old');
    const file = await planAnswerFile(at('answer.jpg'), at('photo.jpg'));
    const stop = new AbortController();
    stop.abort(new SpotterError('cancelled'));
    await expect(file.write(Buffer.from('new'), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(at('answer.jpg'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['answer.jpg', 'photo.jpg']);
  });

  it('says so when the folder disappears meanwhile', async () => {
    const inner = mkdtempSync(at('inner-'));
    const file = await planAnswerFile(join(inner, 'a.jpg'), '-');
    rmSync(inner, { recursive: true });
    await expect(file.write(Buffer.from('new'))).rejects.toMatchObject({ code: 'cannot-write' });
  });

  it('refuses the picture itself, under whatever name', async () => {
    symlinkSync(at('photo.jpg'), at('soft.jpg'));
    linkSync(at('photo.jpg'), at('hard.jpg'));
    for (const name of ['photo.jpg', 'soft.jpg', 'hard.jpg']) {
      await expect(planAnswerFile(at(name), at('photo.jpg'))).rejects.toMatchObject({ code: 'cannot-write' });
    }
  });

  it.each(['answer.png', 'answer.tar.gz', '-'])(
    'refuses the name %s, which promises something else',
    async (name) => {
      await expect(planAnswerFile(name, at('photo.jpg'))).rejects.toMatchObject({ code: 'bad-usage' });
    },
  );
});

describe('planLessonFile', () => {
  it('writes HTML, all at once', async () => {
    const file = await planLessonFile(at('why.html'), at('photo.jpg'));
    await file.write('<p>one</p>');
    await file.write('<p>two</p>');
    expect(readFileSync(at('why.html'), 'utf8')).toBe('<p>two</p>');
    expect(readdirSync(folder).sort()).toEqual(['photo.jpg', 'why.html']);
  });

  it('never replaces the picture, whatever its name', async () => {
    writeFileSync(at('photo.html'), 'a picture by its content');
    await expect(planLessonFile(at('photo.html'), at('photo.html'))).rejects.toMatchObject({
      code: 'cannot-write',
      hint: 'Choose another place with --lesson.',
    });
  });

  it.each(['why.jpg', 'why', '-', 'why.html.txt'])('refuses %s, which promises no HTML', async (name) => {
    await expect(planLessonFile(name, at('photo.jpg'))).rejects.toMatchObject({ code: 'bad-usage' });
  });

  it('says before the question is asked that a folder is not there, and which option to change', async () => {
    await expect(planLessonFile(at('none/why.html'), '-')).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringContaining('there is no such folder'),
      hint: 'Choose another place with --lesson.',
    });
  });
});
