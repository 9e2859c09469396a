import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownProposals, readProposals } from '../../../src/evaluate/tuning/candidates.ts';
import { annotation } from '../answers.ts';
import { temporaryFolders } from './world.ts';

const folder = temporaryFolders();

function file(name: string, ...lines: readonly unknown[]): string {
  const path = join(folder(), name);
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

const DOG = annotation({ id: 'a', file_name: 'dogs.jpg' });
const BOXES = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];
const PROPOSED = [
  { box: [1, 2, 3, 4], score: 0.9 },
  { box: [5, 6, 7, 8], score: 0.4 },
];
const prediction = (more: object = {}) => ({
  ...{ id: 'a', boxes: BOXES, scores: [0.9, 0.4], presence: 0.9, outcome: 'found' },
  timings_ms: { total: 12 },
  ...more,
});

describe('candidates have one form, whatever they come from', () => {
  it.each([
    ['lines by id', 'c.jsonl', [{ id: 'a', boxes: BOXES, scores: [0.9, 0.4] }]],
    ['lines by file', 'c.jsonl', [{ file_name: 'dogs.jpg', boxes: BOXES, scores: [0.9, 0.4] }]],
    ['lines without their usual ending', 'candidates', [{ id: 'a', boxes: BOXES, scores: [0.9, 0.4] }]],
    ['predictions of a run', 'preds.jsonl', [prediction()]],
  ])('%s', async (_, name, lines) => {
    const proposals = await readProposals(file(name, ...lines));
    expect(proposals.of(DOG)).toEqual(PROPOSED);
    expect(proposals.of(annotation({ id: 'b', file_name: 'cats.jpg' }))).toBeUndefined();
    expect([proposals.problems, proposals.labels.size]).toEqual([[], 0]);
  });

  it.each([
    ['in one line', undefined],
    ['indented', 1],
  ])('boxes by file, with categories, %s', async (_, indent) => {
    const boxes = PROPOSED.map((p) => ({ ...p, category: 'dog', box_source: 'hand' }));
    const proposals = await readProposals(
      file('boxes.json', JSON.stringify({ 'dogs.jpg': boxes }, null, indent)),
    );
    expect(proposals.of(DOG)).toEqual(PROPOSED.map((p) => ({ ...p, label: 'dog' })));
    expect([...proposals.labels]).toEqual(['dog']);
  });

  it('the set itself', () => {
    const own = annotation({ candidates: [{ id: '7', box: [1, 2, 3, 4] }] });
    expect(ownProposals.of(own)).toEqual([{ box: [1, 2, 3, 4] }]);
    expect(ownProposals.of(DOG)).toBeUndefined();
  });

  it('an id is looked for before a file, and neither is taken for the other', async () => {
    const byBoth = await readProposals(
      file('c.jsonl', { file_name: 'dogs.jpg', boxes: [] }, { id: 'a', boxes: BOXES, scores: [0.9, 0.4] }),
    );
    expect(byBoth.of(DOG)).toEqual(PROPOSED);
    expect(byBoth.of(annotation({ id: 'dogs.jpg', file_name: 'a' }))).toBeUndefined();
  });
});

describe('a line that cannot be read is reported with its number', () => {
  it.each([
    ['torn', '{"id": "b", "bo', /^line 2: .*JSON/],
    ['without boxes', { id: 'b' }, /^line 2: boxes: /],
    ['with a box of three numbers', { id: 'b', boxes: [[1, 2, 3]] }, /^line 2: boxes\.0/],
    ['with too few scores', { id: 'b', boxes: BOXES, scores: [1] }, /^line 2: .*not aligned/],
    ['of nothing', { boxes: BOXES }, /^line 2: neither id nor file_name/],
    ['that is there twice', { id: 'a', boxes: [] }, /^line 2: .*first one counts/],
    [
      'of a prediction whose error has no reason',
      prediction({ id: 'b', outcome: 'error' }),
      /^line 2: .*reason/,
    ],
  ])('%s', async (_, line, problem) => {
    const lines = [{ id: 'a', boxes: BOXES, scores: [0.9, 0.4] }, line, '', { id: 'z', boxes: [] }];
    const proposals = await readProposals(file('c.jsonl', ...lines));
    expect(proposals.problems).toEqual([expect.stringMatching(problem)]);
    expect(proposals.of(DOG)).toEqual(PROPOSED);
    expect(proposals.of(annotation({ id: 'z' }))).toEqual([]);
  });

  it('also where it is the first one', async () => {
    const proposals = await readProposals(file('c.jsonl', '{"id": "b", "bo', { id: 'a', boxes: [] }));
    expect(proposals.problems).toEqual([expect.stringMatching(/^line 1: /)]);
    expect(proposals.of(DOG)).toEqual([]);
  });
});

describe('a file is refused', () => {
  it('that is not there, or a folder', async () => {
    const path = join(folder(), 'sub');
    mkdirSync(path);
    for (const missing of [path, `${path}.jsonl`]) {
      await expect(readProposals(missing)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it.each([['no JSON'], ['[1, 2]'], ['{"dogs.jpg": [{"box": [1, 2, 3, 4]}]}']])(
    'that holds %s',
    async (content) => {
      await expect(readProposals(file('boxes.json', content))).rejects.toMatchObject({ code: 'bad-usage' });
    },
  );
});
