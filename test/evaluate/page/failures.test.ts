import { describe, expect, it } from 'vitest';
import { chooseFailures, type FailureGroup } from '../../../src/evaluate/page/gallery.ts';
import { answer, failed, negative, positive, scored, WRONG } from '../score/made.ts';

/** Twenty wrong positives of level 1, two of level 3, five found negatives, an error, two without a prediction; one right. */
async function items() {
  const easy = Array.from({ length: 20 }, (_, i) => positive(`easy${i}`));
  const hard = [positive('hard0', { level: 3 }), positive('hard1', { level: 3 })];
  const negatives = Array.from({ length: 5 }, (_, i) => negative(`negative${i}`, 'easy0'));
  const found = [...easy, ...hard, ...negatives].map(({ id }) => answer(id, { boxes: [WRONG] }));
  const unanswered = ['gone0', 'gone1', 'failed', 'right'].map((id) => positive(id));
  const predictions = [...found, failed('failed'), answer('right')];
  const scores = await scored([...easy, ...hard, ...negatives, ...unanswered], predictions);
  return scores.items.all;
}

const sizes = (groups: readonly FailureGroup[]) =>
  Object.fromEntries(groups.map(({ name, all, shown }) => [name, `${shown.length}/${all}`]));

const idsOf = (groups: readonly FailureGroup[]) => groups.flatMap(({ shown }) => shown.map(({ id }) => id));

describe('chooseFailures', () => {
  it('chooses as many of each group as of every other, as far as it has them', async () => {
    const groups = chooseFailures(await items(), { most: 14, seed: 1 });
    expect(sizes(groups)).toEqual({
      'positives, level 1': '5/20',
      'positives, level 3': '2/2',
      'negatives, flip 1 text': '4/5',
      'without an answer: error': '1/1',
      'without an answer: missing': '2/2',
    });
  });

  it('names positives first, and what has no answer last', async () => {
    const names = chooseFailures(await items(), { most: 1, seed: 1 }).map(({ name }) => name);
    expect(names[0]).toBe('positives, level 1');
    expect(names.at(-1)).toBe('without an answer: missing');
  });

  it('shows all where there are no more, none where none is asked for, and nothing that is right', async () => {
    const all = chooseFailures(await items(), { most: 1000, seed: 1 });
    expect(idsOf(all)).toHaveLength(30);
    expect(idsOf(all)).not.toContain('right');
    expect(idsOf(chooseFailures(await items(), { most: 0, seed: 1 }))).toEqual([]);
    expect(chooseFailures([], { most: 60, seed: 1 })).toEqual([]);
  });

  it('chooses the same again for the same seed, others for another, and not just the first', async () => {
    const chosen = async (seed: number) => idsOf(chooseFailures(await items(), { most: 10, seed }));
    expect(await chosen(1)).toEqual(await chosen(1));
    expect(await chosen(1)).not.toEqual(await chosen(2));
    const first = ['easy0', 'easy1'];
    const drawn = await Promise.all([1, 2, 3].map(chosen));
    expect(drawn.some((ids) => !first.every((id) => ids.includes(id)))).toBe(true);
  });
});
