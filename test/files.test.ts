import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf, linesOf, openFile, readTextFile, writeFileAtomic } from '../src/files.ts';

let folder: string;
let socket: Server;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-files-'));
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  socket = createServer().listen(at('socket'));
  writeFileSync(at('file'), 'old');
});
afterAll(async () => {
  await new Promise((resolve) => socket.close(resolve));
  rmSync(folder, { recursive: true });
});

const OTHERS = [
  ['a folder', () => at('folder')],
  ['a pipe', () => at('pipe')],
  ['a socket', () => at('socket')],
  ['a device', () => '/dev/zero'],
] as const;

describe.each(OTHERS)('%s', (kind, path) => {
  const refusal = expect.objectContaining({ code: 'ENOTFILE', kind });

  it('is not read, and not waited for', async () => {
    await expect(openFile(path())).rejects.toEqual(refusal);
    await expect(chunksOf(path()).next()).rejects.toEqual(refusal);
    expect(() => readTextFile(path())).toThrow(refusal);
  });

  it('is never replaced', async () => {
    await expect(writeFileAtomic(path(), 'new')).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringContaining(`it is ${kind}`),
    });
    expect(lstatSync(path()).isFile()).toBe(false);
  });
});

describe('linesOf', () => {
  const linesIn = async (text: string, most?: number): Promise<(string | undefined)[]> => {
    writeFileSync(at('lines'), text);
    const file = await openFile(at('lines'));
    const lines: (string | undefined)[] = [];
    try {
      for await (const line of linesOf(file, most)) lines.push(line);
    } finally {
      await file.close();
    }
    return lines;
  };

  it('gives lines without their ends, of any system, blank ones too', async () => {
    expect(await linesIn('a\r\n\nb\u2028\u00e4\rc\n')).toEqual(['a', '', 'b\u2028\u00e4\rc']);
    expect(await linesIn('a\nb')).toEqual(['a', 'b']);
    expect(await linesIn('')).toEqual([]);
  });

  it('gives long lines whole, wherever the file is parted', async () => {
    const long = '\u00e4\u20ac\ud83d\ude00'.repeat(50_000);
    expect(await linesIn(`${long}\nx\n${long}`)).toEqual([long, 'x', long]);
  });

  it('gives none that is too long, and goes on behind it', async () => {
    expect(await linesIn(`abc\n${'x'.repeat(300_000)}\nabcd\nabcde\n`, 4)).toEqual([
      ...['abc', undefined, 'abcd', undefined],
    ]);
  });
});

describe('writeFileAtomic', () => {
  const reasonOf = (work: Promise<void>): Promise<string> =>
    work.then(
      () => 'written',
      ({ code, message }) => `${code} ${message}`,
    );

  it('follows a link to a file of the folder that was named', async () => {
    symlinkSync(at('file'), at('here'));
    await writeFileAtomic(at('here'), 'new');
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
    expect(lstatSync(at('here')).isSymbolicLink()).toBe(true);
  });

  it('follows no other link, and none at all where told', async () => {
    writeFileSync(at('folder', 'precious'), 'precious');
    symlinkSync(at('folder', 'precious'), at('elsewhere'));
    symlinkSync(at('nothing'), at('dangling'));
    expect(await reasonOf(writeFileAtomic(at('elsewhere'), 'new'))).toMatch(
      /^cannot-write .*symbolic link into another folder/,
    );
    expect(await reasonOf(writeFileAtomic(at('dangling'), 'new'))).toMatch(/symbolic link to nothing/);
    expect(await reasonOf(writeFileAtomic(at('here'), 'new', { follow: false }))).toMatch(
      /it is a symbolic link\./,
    );
    expect(readFileSync(at('folder', 'precious'), 'utf8')).toBe('precious');
    expect(readdirSync(folder)).not.toContain('nothing');
  });

  it('writes below a folder that is a link, which a person named', async () => {
    symlinkSync(at('folder'), at('linked'));
    await writeFileAtomic(at('linked', 'fresh'), 'new');
    expect(readFileSync(at('folder', 'fresh'), 'utf8')).toBe('new');
    symlinkSync(at('folder', 'fresh'), at('folder', 'to-fresh'));
    await writeFileAtomic(at('linked', 'to-fresh'), 'newer');
    expect(readFileSync(at('folder', 'fresh'), 'utf8')).toBe('newer');
  });

  it('leaves nothing beside it when it is stopped', async () => {
    const before = readdirSync(folder);
    const stop = AbortSignal.abort(new Error('stopped'));
    expect(await reasonOf(writeFileAtomic(at('file'), 'newest', { signal: stop }))).toContain('stopped');
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
  });
});
