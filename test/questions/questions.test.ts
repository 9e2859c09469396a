import { afterAll, describe, expect, it } from 'vitest';
import { createSpotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { recset } from '../detector/photos.ts';
import { formatMarks, LIST, type Listed, type Marked, mark } from './list.ts';

const spotter = createSpotter(readConfig({ flags: { cache: false } }));
afterAll(() => spotter.close());

async function answered(list: readonly Listed[]): Promise<Marked[]> {
  const marked: Marked[] = [];
  for (const listed of list) {
    const answer = await spotter.ask({ source: listed.path!, expression: listed.question });
    const { outcome, question, sentence, candidates } = answer.verdict;
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    // Words, numbers and lists come with the outcomes that they belong to.
    if (outcome === 'undecided') expect([sentence, question?.value]).toEqual([sentence, null]);
    if (outcome === 'found') expect([sentence, question?.value]).not.toEqual([sentence, null]);
    if (outcome === 'not-present') expect(candidates).toEqual([]);
    marked.push({ listed, how: mark(listed, answer), bound: question?.atLeast === true });
  }
  return marked;
}

const count = (marked: readonly Marked[], how: Marked['how']): number =>
  marked.filter((one) => one.how === how).length;

describe('questions over photos that come with the project', () => {
  it('are answered rightly, or not at all', { timeout: 120_000 }, async () => {
    const marked = await answered(LIST.filter(({ path }) => path?.includes('/examples/')));
    console.log(formatMarks(marked));
    expect(marked.length).toBeGreaterThan(15);
    expect(count(marked, 'right') / marked.length).toBeGreaterThanOrEqual(0.75);
    expect(count(marked, 'wrong')).toBeLessThanOrEqual(1);
  });
});

describe.skipIf(!recset)('questions over reference photos (skipped where ../shared/recset is absent)', () => {
  it('are answered rightly three times in four, and wrongly once in twenty at most', {
    timeout: 300_000,
  }, async () => {
    const marked = await answered(
      LIST.filter(({ path }) => path !== undefined && !path.includes('/examples/')),
    );
    console.log(formatMarks(marked));
    expect(marked.length).toBeGreaterThanOrEqual(60);
    expect(count(marked, 'right') / marked.length).toBeGreaterThanOrEqual(0.75);
    expect(count(marked, 'wrong') / marked.length).toBeLessThanOrEqual(0.055);
  });
});
