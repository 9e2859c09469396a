import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readPicture } from '../../src/picture/read.ts';
import { AnswerSchema, ErrorSchema } from '../cli/spotter.ts';
import { program } from './program.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const UPPER = [257, 297, 193, 316] as const;
const LOWER = [390, 569, 207, 292] as const;
const entry = (id: string, expression: string, bbox: readonly number[] | null, more: object = {}) => ({
  [id]: {
    id,
    image_id: 1,
    file_name: 'two-dogs.jpg',
    expression,
    bbox,
    level: 1,
    tags: ['category'],
    ...more,
  },
});
const ANNOTATIONS = {
  ...entry('upper', 'the upper dog', UPPER, { level: 2, tags: ['category', 'position'] }),
  ...entry('wrong', 'the upper dog', LOWER, { level: 2, tags: ['category', 'position'] }),
  ...entry('cat', 'the cat', null, { negative_type: 'category', negative_level: 1 }),
  ...entry('missing', 'the dog <on> a photo that is not there', UPPER, { file_name: 'missing.jpg' }),
};
const corner = ([x, y, w, h]: readonly [number, number, number, number]) => [x, y, x + w, y + h];
const BOXES = {
  'two-dogs.jpg': [
    { category: 'dog', score: 0.9, box: corner(UPPER) },
    { category: 'dog', score: 0.9, box: corner(LOWER) },
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quality-'));
  writeFileSync(join(folder, 'annotations.json'), JSON.stringify(ANNOTATIONS));
  writeFileSync(join(folder, 'boxes.json'), JSON.stringify(BOXES));
});
afterAll(() => rmSync(folder, { recursive: true }));

const quality = (...args: string[]) => program('src/evaluate/quality-main.ts', args);
const onDogs = (...args: string[]) =>
  quality('--annotations', join(folder, 'annotations.json'), '--images', EXAMPLES, ...args);
const lines = (file: string): Record<string, unknown>[] =>
  readFileSync(join(folder, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const Line = AnswerSchema.extend({ id: z.string() }).strict();
const Failed = ErrorSchema.extend({ id: z.string() }).strict();

describe('npm run quality', () => {
  it('explains itself', async () => {
    const { code, stdout } = await quality('--help');
    expect(code).toBe(0);
    for (const option of ['--annotations', '--images', '--boxes', '--out', '--gallery']) {
      expect(stdout).toContain(option);
    }
  });

  it('refuses options that it does not know', async () => {
    const { code, stderr } = await quality('--box', 'x');
    expect(code).not.toBe(0);
    expect(stderr).toContain("'--box'");
  });

  it('answers with the detector: one line an id, errors too', async () => {
    const { code, stdout } = await onDogs('--out', join(folder, 'detected.jsonl'));
    expect(code).toBe(0);
    const [upper, wrong, cat, missing, ...rest] = lines('detected.jsonl');
    expect(rest).toEqual([]);
    expect(Line.parse(upper)).toMatchObject({ id: 'upper', outcome: 'found' });
    expect(Line.parse(wrong)).toMatchObject({ id: 'wrong', boxes: upper!.boxes });
    expect(Line.parse(cat)).toMatchObject({ id: 'cat', outcome: 'not-present', boxes: [] });
    expect(Failed.parse(missing)).toMatchObject({ id: 'missing', error: { code: 'not-found' } });
    expect(stdout).toMatch(/all positives +0\.333 +1\/3/);
    expect(stdout).toContain('wrong two-dogs.jpg positive found: the upper dog');
    expect(stdout).toContain('missing missing.jpg error not-found');
  });

  it('reasons about given boxes, and shows the failures', async () => {
    const gallery = join(folder, 'gallery');
    const args = ['--boxes', join(folder, 'boxes.json'), '--out', join(folder, 'given.jsonl')];
    const { code, stdout } = await onDogs(...args, '--gallery', gallery);
    expect(code).toBe(0);
    const answers = lines('given.jsonl');
    expect(answers.map((line) => line.id)).toEqual(['upper', 'wrong', 'cat', 'missing']);
    expect(answers[0]!.boxes).toEqual([corner(UPPER)]);
    expect(stdout).toMatch(/all positives +0\.333 +1\/3/);

    expect(readdirSync(gallery).toSorted()).toEqual(['index.html', 'wrong.jpg']);
    const page = readFileSync(join(gallery, 'index.html'), 'utf8');
    expect(page).toContain('wrong.jpg');
    const drawn = await readPicture(join(gallery, 'wrong.jpg'));
    expect(drawn.format).toBe('jpeg');
    expect(Math.max(drawn.width, drawn.height)).toBeLessThanOrEqual(1600);
  });
});
