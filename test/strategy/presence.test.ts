import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeMultipleChoice, type Offerable, randomFrom } from '../../src/mllm/multiple-choice.ts';
import { readLetter } from '../../src/mllm/reply/letter.ts';
import { combinedPresence, presenceOf, probabilities } from '../../src/strategy/conclude.ts';

const things: Offerable[] = [{ box: [0, 0, 1, 1] }, { box: [1, 1, 2, 2] }, { box: [2, 2, 3, 3] }];
/** A, B and C; D is None. */
const OFFER = makeMultipleChoice(things, { sha256: '', expression: '' });
const tokens = (all: Readonly<Record<string, number>>) =>
  Object.entries(all).map(([token, p]) => ({ token, logprob: Math.log(p) }));
const known = (text: string, all: Readonly<Record<string, number>> = {}) =>
  probabilities(OFFER, readLetter({ text, finish: 'stop' }, OFFER), tokens(all));

describe('probabilities', () => {
  it('are those of the first token, spellings of one letter added up', () => {
    const reading = known('B', {
      ' B': 0.3,
      B: 0.2,
      b: 0.1,
      '(B': 0.05,
      '▁B': 0.05,
      A: 0.1,
      C: 0.1,
      ' D': 0.05,
      None: 0.05,
    });
    expect(reading?.from).toBe('logprobs');
    expect(reading?.byLetter.B).toBeCloseTo(0.7);
    expect(reading?.byLetter.A).toBeCloseTo(0.1);
    expect(reading?.byLetter.D).toBeCloseTo(0.1);
  });

  it('leave out what was not offered, and add up to 1', () => {
    const reading = known('B', { B: 0.4, A: 0.1, C: 0.05, D: 0.05, E: 0.2, The: 0.2 });
    expect(reading?.byLetter).not.toHaveProperty('E');
    expect(reading?.byLetter.B).toBeCloseTo(0.4 / 0.6);
  });

  it('share what is left over among letters that were not told, at most the least that was told', () => {
    const enough = known('B', { B: 0.7, A: 0.2 });
    expect(enough?.byLetter.C).toBeCloseTo(0.05);
    expect(enough?.byLetter.D).toBeCloseTo(0.05);
    const bounded = known('B', { B: 0.6, A: 0.01 });
    expect(bounded?.byLetter.C).toBeCloseTo(0.01 / 0.63);
    expect(bounded?.byLetter.C).toBeCloseTo(bounded!.byLetter.A!);
  });

  it('are those of the answer where the first token is no letter, or is not told', () => {
    const expected = { byLetter: { A: 0, B: 1, C: 0, D: 0 }, from: 'answer' };
    expect(known('The answer is B.', { The: 0.9, B: 0.05 })).toEqual(expected);
    expect(known('B')).toEqual(expected);
    expect(known('None')?.byLetter).toEqual({ A: 0, B: 0, C: 0, D: 1 });
    expect(known('no idea')).toBeUndefined();
  });

  it('are probabilities, whatever a server tells', () => {
    const token = fc.oneof(fc.constantFrom('A', ' B', 'c', '(D', 'None', 'E', 'The', ''), fc.string());
    const told = fc.array(fc.record({ token, logprob: fc.double() }), { maxLength: 20 });
    fc.assert(
      fc.property(told, fc.constantFrom('A', 'D', 'hm'), (first, text) => {
        const known = probabilities(OFFER, readLetter({ text, finish: 'stop' }, OFFER), first);
        if (!known) return;
        const all = Object.values(known.byLetter);
        expect(Object.keys(known.byLetter)).toEqual(['A', 'B', 'C', 'D']);
        expect(all.every((p) => p >= 0 && p <= 1 + 1e-9)).toBe(true);
        expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('presence', () => {
  it('is what is not None, however the answer turned out', () => {
    expect(presenceOf(OFFER, known('D', { D: 0.8, A: 0.1, B: 0.05, C: 0.05 }))).toBeCloseTo(0.2);
    expect(presenceOf(OFFER, known('None'))).toBe(0);
    expect(presenceOf(OFFER, known('B'))).toBe(1);
    expect(presenceOf(OFFER, undefined)).toBeUndefined();
    const without = makeMultipleChoice(things, { sha256: '', expression: '' }, { none: false });
    expect(presenceOf(without, probabilities(without, { kind: 'none' }))).toBeUndefined();
  });

  it('of a model that always says None tells nothing: AUROC .5', () => {
    const random = randomFrom(3);
    const questions = Array.from({ length: 2000 }, (_, i) => i % 2);
    const said = questions.map(() => presenceOf(OFFER, known('D'))!);
    expect(auroc(said, questions)).toBe(0.5);
    const unsure = questions.map(() => {
      const none = 0.6 + 0.35 * random();
      const rest = (1 - none) / 3;
      return presenceOf(OFFER, known('D', { D: none, A: rest, B: rest, C: rest }))!;
    });
    expect(Math.abs(auroc(unsure, questions) - 0.5)).toBeLessThan(0.04);
    // One that knows is told apart.
    const knowing = questions.map((there) => presenceOf(OFFER, known(there ? 'A' : 'D'))!);
    expect(auroc(knowing, questions)).toBe(1);
  });
});

describe('two presences as one', () => {
  it.each([
    [0.5, 0.5, 0.5],
    [0.8, 0.8, 0.8],
    [0.9, 0.1, 0.5],
    [0.5, 1, 0.909],
    [0.9, 0, 0.231],
  ])('%d and %d are %d', (detector, mllm, both) => {
    expect(combinedPresence(detector, mllm)).toBeCloseTo(both, 2);
  });

  it('are the one that there is', () => {
    expect(combinedPresence(0.3, undefined)).toBe(0.3);
    expect(combinedPresence(0.3, 0.9, 0)).toBeCloseTo(0.3);
    expect(combinedPresence(0.3, 0.9, 1)).toBeCloseTo(0.9);
  });
});

/** Probability that a positive scores above a negative; ties count a half. */
function auroc(scores: readonly number[], labels: readonly number[]): number {
  const positives = scores.filter((_, i) => labels[i] === 1);
  const negatives = scores.filter((_, i) => labels[i] === 0);
  const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return wins.reduce((a: number, b) => a + b, 0) / wins.length;
}
