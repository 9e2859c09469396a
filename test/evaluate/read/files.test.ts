import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { readAnnotationSet, readAnnotations } from '../../../src/evaluate/read/read.ts';
import { annotation } from '../answers.ts';
import { fixture, reading, scratch } from './reading.ts';

const write = scratch();
const many = (n: number) => Array.from({ length: n }, (_, i) => annotation({ id: `r${i}` }));
const dictionary = (rows: readonly { id: string }[]) => Object.fromEntries(rows.map((row) => [row.id, row]));

describe('a file', () => {
  it('may begin with a byte order mark, as JSON and as lines', async () => {
    const [a, b] = many(2);
    expect((await reading(write(`\uFEFF${JSON.stringify({ a })}`))).annotations).toEqual([a]);
    expect((await reading(write(`\uFEFF${JSON.stringify(a)}\n${JSON.stringify(b)}`))).annotations).toEqual([
      a,
      b,
    ]);
  });

  it('may have lines that end as on Windows, and blank ones', async () => {
    const [a, b] = many(2);
    const { annotations, skipped } = await reading(
      write(`${JSON.stringify(a)}\r\n\r\n${JSON.stringify(b)}\r\n`),
    );
    expect(annotations).toEqual([a, b]);
    expect(skipped).toEqual([]);
  });

  it('may be a list of rows', async () => {
    expect((await reading(write(many(3)))).annotations).toEqual(many(3));
  });

  it('may have NaN where a table had nothing, and "NaN" in words', async () => {
    const text = JSON.stringify({ a: { ...annotation(), expression: 'the word NaN', positive_id: 0.5 } })
      .replace('0.5', 'NaN')
      .replace('"level":1', '"level": NaN, "negative_type":NaN');
    const { annotations } = await reading(write(text));
    expect(annotations).toEqual([annotation({ expression: 'the word NaN' })]);
    const line = text.slice(text.indexOf('{', 1), -1);
    expect((await reading(write(line, 'set.jsonl'))).annotations).toEqual(annotations);
    const box = JSON.stringify({ a: annotation() }).replace('[10,10', '[NaN,10');
    expect((await reading(write(box))).skipped).toMatchObject([{ id: 'a', reason: 'box-not-numbers' }]);
  });

  it('is read through to the last of very many rows, in order', async () => {
    const rows = many(5000).map((row, i) => ({ ...row, expression: `the ${i}th ä "thing" \\ 🐕` }));
    expect((await reading(write(dictionary(rows)))).annotations).toEqual(rows);
  });
});

describe('a file that breaks off', () => {
  const whole = JSON.stringify(dictionary(many(2000)));

  it.each([0.3, 0.7, 0.999])('at %f of it gives what came before, then says so', async (share) => {
    const cut = whole.slice(0, Math.floor(whole.length * share));
    const { annotations, thrown } = await reading(write(cut));
    const before = cut.split('}').length - 1;
    expect(before).toBeGreaterThan(500);
    expect(annotations).toHaveLength(before);
    expect(thrown).toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(new RegExp(`breaks off in the middle, after ${before} whole rows\\.$`)),
    });
  });

  it('only before the last brace says so too', async () => {
    const { annotations, thrown } = await reading(write(whole.slice(0, -1)));
    expect(annotations).toHaveLength(2000);
    expect(thrown).toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('after 2000 whole rows'),
    });
  });

  it('in its COCO shape says so', async () => {
    const lists = {
      images: [{ id: 1, file_name: 'a.jpg', caption: 'a' }],
      annotations: [{ id: 1, image_id: 1 }],
    };
    const { thrown } = await reading(write(JSON.stringify(lists).slice(0, -3)));
    expect(thrown).toMatchObject({ code: 'bad-usage', message: expect.stringContaining('breaks off') });
  });
});

const FDS = '/proc/self/fd';

/** The file of a descriptor; the one that the list itself was read by is gone by now. */
const targetOf = (fd: string): string => {
  try {
    return readlinkSync(`${FDS}/${fd}`);
  } catch {
    return '';
  }
};

describe.skipIf(!existsSync(FDS))('a file that is not read to its end (skipped without /proc)', () => {
  it.each([
    ['COCO', 'finecops-coco.json'],
    ['rows', 'spotter.json'],
    ['lines', 'feedback.jsonl'],
  ])('is closed: %s', async (_, name) => {
    const open = () => readdirSync(FDS).filter((fd) => targetOf(fd).endsWith(name));
    for await (const { id } of readAnnotationSet(fixture(name))) {
      expect(id).not.toBe('');
      break;
    }
    await vi.waitFor(() => expect(open()).toEqual([]));
  });
});

describe('a file that is wrong', () => {
  it('in the middle says near which byte, after giving what came before', async () => {
    const text = JSON.stringify(dictionary(many(100)));
    const at = text.indexOf('"r50":');
    const { annotations, thrown } = await reading(write(`${text.slice(0, at)}#${text.slice(at)}`));
    expect(annotations).toHaveLength(50);
    const { message } = thrown as Error;
    const near = Number(/near byte (\d+), after 50 whole rows/.exec(message)?.[1]);
    expect(Math.abs(near - at)).toBeLessThan(5);
  });

  it('after its end says so', async () => {
    const { annotations, thrown } = await reading(write(`${JSON.stringify(dictionary(many(3)))} {}`));
    expect(annotations).toHaveLength(3);
    expect(thrown).toMatchObject({ code: 'bad-usage' });
  });

  it.each([
    ['that is not there', () => fixture('none.json'), 'not-found', /^There is no annotation file/],
    ['that is a folder', () => dirname(fixture('spotter.json')), 'not-found', /cannot be read/],
    ['that is empty', () => write(''), 'empty-file', /empty/],
    ['of blanks', () => write(' \n\n'), 'empty-file', /empty/],
    ['of something else', () => write({ a: { b: 1 } }), 'bad-usage', /does not look like an annotation set/],
    ['of nothing', () => write({}), 'bad-usage', /does not look like an annotation set/],
    ['of words', () => write('hello'), 'bad-usage', /does not look like an annotation set/],
    ['that is pickled', () => write(Buffer.from([0x80, 2, 0x5d])), 'bad-usage', /is a Python pickle/],
    ['that is pickled as text', () => write("(lp0\n(dp1\nS'sent_ids'\n"), 'bad-usage', /is a Python pickle/],
    ['that is compressed', () => write(Buffer.from([0x1f, 0x8b, 8])), 'bad-usage', /is compressed/],
    ['that is Parquet', () => write('PAR1....'), 'bad-usage', /is a Parquet file/],
    ['in UTF-16', () => write(Buffer.from('\uFEFF{}', 'utf16le')), 'bad-usage', /UTF-16/],
  ])('%s is refused', async (_, file, code, message) => {
    const { thrown, report } = await reading(file());
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(report).toMatchObject({ kept: 0, format: undefined });
  });

  it('because it is pickled comes with the way to convert it', async () => {
    const { thrown } = await reading(write(Buffer.from([0x80, 4])));
    expect(thrown).toMatchObject({ hint: expect.stringMatching(/json\.dump\(pickle\.load\(.*refs\.json$/) });
  });
});

describe('readAnnotations', () => {
  it('gives all at once', async () => {
    expect(await readAnnotations(write(dictionary(many(3))))).toEqual(many(3));
  });

  it('refuses rows that cannot be used, unless somebody listens', async () => {
    const file = write({ a: annotation(), b: annotation({ id: 'b', level: 4 }) });
    await expect(readAnnotations(file)).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(/cannot be used: 1 left out, bad-field: .*row 2, id b/),
    });
    const heard: unknown[] = [];
    const annotations = await readAnnotations(file, { onSkip: (row) => heard.push(row) });
    expect([annotations.length, heard.length]).toEqual([1, 1]);
  });
});

const RECSET = fileURLToPath(new URL('../../../../shared/recset/dev.json', import.meta.url));

describe.skipIf(!existsSync(RECSET))('annotated photos (skipped where ../shared/recset is absent)', () => {
  it('are read as they are in the file', async () => {
    const rows = Object.values(JSON.parse(readFileSync(RECSET, 'utf8')) as Record<string, object>);
    const annotations = await readAnnotations(RECSET);
    expect(annotations.length).toBeGreaterThan(500);
    expect(annotations).toEqual(rows.map((row) => ({ tags: [], ...row })));
  });
});
