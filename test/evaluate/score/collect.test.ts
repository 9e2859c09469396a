import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, countOf, failed, positive, scored, WRONG } from './made.ts';

const folder = mkdtempSync(join(tmpdir(), 'spotter-score-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(...lines: string[]): string {
  const path = join(folder, `${Math.random()}.jsonl`);
  writeFileSync(path, lines.join('\n'));
  return path;
}
const line = (...made: Parameters<typeof answer>) => JSON.stringify(answer(...made));

describe('a prediction file', () => {
  it('is read line by line, blank ones passed over', async () => {
    const scores = await scored([positive('a'), positive('b')], file(line('a'), '', line('b'), ''));
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('2/2');
    expect(scores.pairing.badLines.count).toBe(0);
  });

  it('has bad lines told with their number and reason, and their ids missing', async () => {
    const scores = await scored(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => positive(id)),
      file(
        ...[line('a'), '', 'no JSON at all'],
        JSON.stringify({ ...answer('b'), scores: [] }),
        JSON.stringify({ ...answer('c'), outcome: 'perhaps' }),
        ...['[1, 2]', 'null'],
        JSON.stringify({ ...failed('d'), error: undefined }),
        line('e').replace('0.5', 'NaN'),
        line('f').slice(0, 30),
      ),
    );
    const { badLines, missing, missingPositives, missingNegatives } = scores.pairing;
    expect(badLines.count).toBe(8);
    expect(badLines.first.map((bad) => bad.line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(badLines.first[0]).toEqual({ line: 3, reason: 'not JSON, or cut off' });
    expect(badLines.first[1]!.reason).toMatch(/boxes and scores are not aligned/);
    expect(badLines.first[2]!.reason).toMatch(/^outcome: /);
    expect(missing).toEqual({ count: 5, first: ['b', 'c', 'd', 'e', 'f'] });
    expect([missingPositives, missingNegatives]).toEqual([5, 0]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/6');
  });

  it('counts the last line of an id, and says which came twice', async () => {
    const scores = await scored(
      [positive('a'), positive('b')],
      file(line('a', { boxes: [WRONG] }), line('b'), line('a'), line('a')),
    );
    expect(scores.pairing.duplicates).toEqual({ count: 1, first: ['a'] });
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('2/2');
    expect(countOf(scores, 'latency p50', 'all routes')).toBe('2/2');
  });

  it('has an error that a later line puts right', async () => {
    const scores = await scored([positive('a')], file(JSON.stringify(failed('a')), line('a')));
    expect(scores.answered).toEqual({ part: 1, of: 1 });
  });

  it('has ids that nobody asked for counted once, and left out', async () => {
    const scores = await scored([positive('a')], file(line('a'), line('x'), line('x'), line('y')));
    expect(scores.pairing.surplus).toEqual({ count: 2, first: ['x', 'y'] });
    expect(scores.pairing.duplicates.count).toBe(0);
    expect(countOf(scores, 'found', 'all positives')).toBe('1/1');
  });

  it('is read past a byte order mark and Windows line ends', async () => {
    const scores = await scored(
      [positive('a'), positive('b')],
      file(`\uFEFF${line('a')}\r`, `${line('b')}\r`),
    );
    expect(scores.answered).toEqual({ part: 2, of: 2 });
  });

  it('that is not there, or a folder, is told', async () => {
    const missing = { code: 'not-found', message: expect.stringContaining('nowhere.jsonl') };
    await expect(scored([], join(folder, 'nowhere.jsonl'))).rejects.toMatchObject(missing);
    await expect(scored([], folder)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('annotations', () => {
  it('that come twice count once, the first one', async () => {
    const scores = await scored([positive('a', { level: 1 }), positive('a', { level: 2 })], [answer('a')]);
    expect(scores.pairing.repeatedAnnotations).toEqual({ count: 1, first: ['a'] });
    expect(countOf(scores, 'precision@1', 'level 1')).toBe('1/1');
    expect(countOf(scores, 'precision@1', 'level 2')).toBeUndefined();
  });

  it('may come one after the other', async () => {
    async function* slowly() {
      yield positive('a');
      yield positive('b');
    }
    const { score } = await import('../../../src/evaluate/score/score.ts');
    const scores = await score(slowly(), [answer('a')]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/2');
    expect(scores.options.resampling).toEqual({ resamples: 1000, seed: 1, confidence: 0.95 });
  });

  it('that are many and missing are counted all, and listed in part', async () => {
    const scores = await scored(
      Array.from({ length: 50 }, (_, i) => positive(String(i))),
      [],
    );
    expect(scores.pairing.missing.count).toBe(50);
    expect(scores.pairing.missing.first).toHaveLength(20);
  });
});
