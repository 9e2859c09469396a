import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { example } from '../detector/photos.ts';
import { isoMedia, noisyJpeg, pngBomb, quarters, SVG, zip } from '../picture/fixtures.ts';
import { AnswerSchema, type Ended, ErrorSchema, oneLine, spotter } from './spotter.ts';

const DOGS = example('two-dogs.jpg');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-refusals-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<Ended> => spotter(args, { cwd: folder });
const file = async (name: string, bytes: Bytes) => {
  writeFileSync(join(folder, name), await bytes);
  return name;
};

type Bytes = Uint8Array | string | Promise<Uint8Array>;

const REFUSED: [name: string, bytes: () => Bytes, code: ErrorCode, exit: number][] = [
  ['empty.jpg', () => '', 'empty-file', 65],
  ['text.jpg', () => 'Not a picture at all.\n', 'not-a-picture', 65],
  ['archive.png', zip, 'not-a-picture', 65],
  ['drawing.svg', () => SVG, 'unsupported-picture', 65],
  ['telephone.heic', () => isoMedia('heic'), 'broken-picture', 65],
  ['cut.jpg', async () => (await noisyJpeg()).subarray(0, 5000), 'broken-picture', 65],
  ['bomb.png', () => pngBomb(20_000, 20_000), 'too-many-pixels', 65],
  ['point.png', () => quarters(1, 1).png().toBuffer(), 'too-small', 65],
  ['heavy.jpg', () => Buffer.alloc(21 * 2 ** 20), 'too-many-bytes', 65],
];

describe('a file that is no good', () => {
  it.each(REFUSED)('%s', async (name, bytes, code, exit) => {
    const path = await file(name, bytes());
    const [json, plain] = await Promise.all([
      run('find', path, 'the dog', '--json'),
      run('find', path, 'the dog'),
    ]);
    const { error } = oneLine(ErrorSchema, json.stdout);
    expect({ code: error.code, exit: json.code, stderr: json.stderr }).toEqual({ code, exit, stderr: '' });
    expect(error.hint).not.toBe('');
    expect(plain).toEqual({ code: exit, stdout: '', stderr: `spotter: ${error.message}\n  ${error.hint}\n` });
  });

  it('is missing, or a folder', async () => {
    const missing = await run('find', 'nowhere.jpg', 'the dog', '--json');
    expect(oneLine(ErrorSchema, missing.stdout).error.code).toBe('not-found');
    expect(missing.code).toBe(66);
    mkdirSync(join(folder, 'album'));
    const album = await run('find', 'album', 'the dog', '--json');
    expect(oneLine(ErrorSchema, album.stdout).error.code).toBe('not-a-picture');
    expect(album.code).toBe(65);
  });

  it('comes empty or broken from standard input', async () => {
    const args = ['find', '-', 'the dog', '--json'];
    const empty = await spotter(args, { cwd: folder });
    expect(oneLine(ErrorSchema, empty.stdout).error.code).toBe('empty-file');
    const text = await spotter(args, { cwd: folder, stdin: Buffer.from('hello') });
    expect(oneLine(ErrorSchema, text.stdout).error.code).toBe('not-a-picture');
  });
});

describe('an unusual file', () => {
  it.each([
    ['moving.gif', () => quarters().gif().toBuffer()],
    ['deep.png', () => quarters().toColourspace('rgb16').png().toBuffer()],
    ['press.jpg', () => quarters().toColourspace('cmyk').jpeg().toBuffer()],
    ['really-a-png.jpg', () => quarters().png().toBuffer()],
  ] as const)('%s is read all the same', async (name, bytes) => {
    const { code, stdout } = await run('find', await file(name, bytes()), 'the dog', '--json');
    expect(oneLine(AnswerSchema, stdout).image).toMatchObject({ width: 64, height: 48 });
    expect([1, 2]).toContain(code);
  });
});

describe('an expression', () => {
  it.each([
    ['nothing', '', 'empty-expression'],
    ['white space', ' \t ', 'empty-expression'],
    ['punctuation', '?!…', 'empty-expression'],
    ['10,000 characters', 'dog '.repeat(2500), 'overlong-expression'],
  ])('of %s is refused', async (_, expression, code) => {
    const said = await run('find', DOGS, expression, '--json');
    expect(oneLine(ErrorSchema, said.stdout).error.code).toBe(code);
    expect(said.code).toBe(64);
  });

  it.each([
    ['emoji', '🐶'],
    ['a script from right to left', 'הכלב העליון'],
    ['German', 'der Hund links oben'],
    ['a command for terminals', '\x1b]0;owned\x07\x1b[2Jthe \u202edog\u009b31m'],
    ['an unpaired surrogate', 'the dog \ud83d'],
  ])('of %s is tried, and does nothing to the terminal', async (_, expression) => {
    const { code, stdout, stderr } = await run('find', DOGS, expression, '--explain', '--out', 'tried.jpg');
    expect([0, 1, 2]).toContain(code);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(Found |Not present: |Undecided: )/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  });

  it('that is not English is answered with a word about that', async () => {
    const { stdout } = await run('find', DOGS, 'der Hund links oben', '--json');
    expect(oneLine(AnswerSchema, stdout).sentence).toMatch(/English/);
  });
});

describe('a place to write to that is no good', () => {
  it.each([
    ['a folder that is not there', 'nowhere/answer.jpg', 'cannot-write', 73],
    ['a folder', '.', 'cannot-write', 73],
    ['a file used as a folder', 'file.txt/answer.jpg', 'cannot-write', 73],
    ['a device', '/dev/null', 'cannot-write', 73],
    ['another format', 'answer.png', 'bad-usage', 64],
  ])('%s', async (_, out, code, exit) => {
    await file('file.txt', 'text');
    const said = await run('find', DOGS, 'the dog', '--out', out, '--json');
    expect(oneLine(ErrorSchema, said.stdout).error.code).toBe(code);
    expect(said.code).toBe(exit);
  });
});

describe('a file name', () => {
  it('cannot command the terminal', async () => {
    const { stderr } = await run('find', '\x1b[31mred\u202e.jpg', 'the dog');
    expect(stderr).toBe('spotter: "[31mred.jpg" does not exist.\n  Check the path and its permissions.\n');
  });
});
