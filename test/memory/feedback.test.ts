import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Annotation } from '../../src/evaluate/annotations.ts';
import { createFeedback } from '../../src/memory/feedback.ts';
import { exportFeedback } from '../../src/memory/feedback-export.ts';
import { mapMemory } from '../chat/memory.ts';
import { verdict } from '../evaluate/answers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SHA = 'ab'.repeat(32);
const place = (asker: string) => ({ platform: 'test', conversation: 'c', channel: 'ch', asker });
const judged = (asker: string, right: boolean, expression: string, outcome: 'found' | 'not-present') => ({
  ...{
    right,
    place: place(asker),
    expression,
    sha256: SHA,
    picture: { url: 'x', origin: 'platform' as const },
  },
  verdict: verdict(outcome, ...(outcome === 'found' ? [[10, 20, 30, 50] as const] : [])),
});
const lines = (file: string) =>
  readFileSync(join(folder, 'out', file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('what people say of answers', () => {
  it('is exported as an evaluation set, with the pictures that were kept', async () => {
    const pictures = join(folder, 'pictures');
    const feedback = createFeedback(mapMemory(), { pictures });
    const bytes = async () => new Uint8Array([1, 2, 3]);
    await feedback.add(judged('u1', true, 'the red mug', 'found'), bytes);
    await feedback.add(judged('u1', true, 'the cat', 'not-present'), bytes);
    await feedback.add(judged('u2', true, 'the dog', 'found'), bytes);
    await feedback.add(judged('u2', false, 'the dog', 'found'), bytes);
    expect(statSync(join(pictures, SHA)).mode & 0o777).toBe(0o600);
    const all = await feedback.all();
    expect(JSON.stringify(all)).not.toContain('u1');
    expect(await exportFeedback(all, { out: join(folder, 'out'), pictures })).toEqual({
      annotations: 2,
      wrong: 1,
      pictures: 1,
    });
    const annotations = lines('annotations.jsonl').map((line) => Annotation.parse(line));
    expect(annotations.map(({ expression, bbox }) => [expression, bbox])).toEqual([
      ['the red mug', [10, 20, 20, 30]],
      ['the cat', null],
    ]);
    expect(lines('wrong.jsonl')).toMatchObject([{ expression: 'the dog', answered: 'found' }]);
  });

  it('is forgotten when its author wants that, and only theirs', async () => {
    const feedback = createFeedback(mapMemory());
    const none = () => Promise.reject(new Error('not kept'));
    await feedback.add(judged('u1', true, 'a', 'found'), none);
    await feedback.add(judged('u1', false, 'b', 'found'), none);
    await feedback.add(judged('u12', true, 'c', 'found'), none);
    expect(await feedback.forget(place('u1'))).toBe(2);
    expect((await feedback.all()).map(({ expression }) => expression)).toEqual(['c']);
  });
});
