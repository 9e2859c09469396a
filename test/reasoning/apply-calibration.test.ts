import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';
import { type Scale, scaled } from '../../src/reasoning/calibration.ts';
import { applyCalibration, formatScaling } from '../../src/reasoning/decide.ts';
import type { Outcome, Verdict } from '../../src/verdict.ts';
import { NO_COST } from '../../src/verdict.ts';
import { candidate } from './candidates.ts';

type Decision = Omit<Verdict, 'trace' | 'strategy'>;

const query = readExpression('the dog on the left');
const AS_IT_IS: Scale = { method: 'made up', bias: 0, weight: 1, found: 0, absent: 1 };
const scale = (more: Partial<Scale>): Scale => ({ ...AS_IT_IS, ...more });
const [first, second, far] = [
  candidate(),
  candidate({ box: [60, 0, 90, 50], score: 0.7 }),
  candidate({ box: [100, 0, 150, 50], score: 0.1 }),
] as const;

function decision(outcome: Outcome, presence: number, more: Partial<Decision> = {}): Decision {
  return {
    outcome,
    presence,
    right: presence,
    candidates: outcome === 'not-present' ? [] : [first],
    considered: [first, second, far],
    sentence: 'As it was.',
    unresolved: ['happy'],
    route: 'mllm',
    cost: NO_COST,
    ...more,
  };
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyScale = fc.record({
  method: fc.constant(''),
  bias: fc.double({ min: -8, max: 8, noNaN: true }),
  weight: fc.double({ min: 1e-3, max: 8, noNaN: true }),
  found: share,
  absent: share,
});
const anyDecision = fc
  .record({
    outcome: fc.constantFrom<Outcome>('found', 'not-present', 'undecided'),
    presence: share,
    right: share,
  })
  .map(({ outcome, presence, right }) => decision(outcome, presence, { right: Math.min(right, presence) }));

describe('settle, of whatever decision and scale,', () => {
  const settled = fc
    .tuple(anyDecision, anyScale)
    .map(([was, by]) => ({ was, by, is: applyCalibration(was, by, query) }));

  it('says probabilities, and that it is right no surer than that it is there or than it was', () => {
    fc.assert(
      fc.property(settled, ({ was, is }) => {
        expect(is.presence).toBeGreaterThanOrEqual(0);
        expect(is.presence).toBeLessThanOrEqual(1);
        expect(is.right).toBeLessThanOrEqual(Math.min(is.presence, was.right));
      }),
    );
  });

  it('keeps an outcome or leaves it undecided, and never decides anything', () => {
    fc.assert(
      fc.property(settled, ({ was, is }) => {
        expect([was.outcome, 'undecided']).toContain(is.outcome);
        if (is.outcome === 'found') expect(is.candidates).toBe(was.candidates);
        expect(is.considered).toBe(was.considered);
      }),
    );
  });

  it('keeps what is likelier likelier, and lets it stand where what is less likely stands', () => {
    const STANDING = { found: 1, 'not-present': -1, undecided: 0 } as const;
    fc.assert(
      fc.property(anyDecision, share, anyScale, (one, presence, by) => {
        const [low, high] = [
          { ...one, presence: Math.min(one.presence, presence) },
          { ...one, presence: Math.max(one.presence, presence) },
        ].map((each) => applyCalibration(each, by, query)) as [Decision, Decision];
        expect(high.presence).toBeGreaterThanOrEqual(low.presence);
        expect(STANDING[high.outcome]).toBeGreaterThanOrEqual(STANDING[low.outcome]);
      }),
    );
  });

  it('does not change what it has left undecided any further but in presence', () => {
    fc.assert(
      fc.property(settled, anyScale, ({ is }, again) => {
        fc.pre(is.outcome === 'undecided');
        const { outcome, candidates, sentence } = applyCalibration(is, again, query);
        expect([outcome, candidates, sentence]).toEqual(['undecided', is.candidates, is.sentence]);
      }),
    );
  });
});

describe('settle', () => {
  it('leaves a presence as it is by a scale that changes nothing, within what counts as certain', () => {
    for (const presence of [0.01, 0.3, 0.5, 0.99]) {
      expect(applyCalibration(decision('found', presence), AS_IT_IS, query).presence).toBeCloseTo(
        presence,
        12,
      );
    }
    expect(applyCalibration(decision('found', 1), AS_IT_IS, query).presence).toBeCloseTo(0.99, 12);
    expect(scaled({ bias: 1, weight: 2 }, 0.5)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });

  it('lets an answer stand on its threshold', () => {
    const { presence } = applyCalibration(decision('undecided', 0.6), AS_IT_IS, query);
    expect(applyCalibration(decision('found', 0.6), scale({ found: presence }), query).outcome).toBe('found');
    expect(applyCalibration(decision('not-present', 0.6), scale({ absent: presence }), query).outcome).toBe(
      'not-present',
    );
  });

  it('leaves it to the person what is not surely found: the marked one first, then what fits nearly as well', () => {
    const { outcome, candidates, sentence, route, unresolved } = applyCalibration(
      decision('found', 0.6, { candidates: [second] }),
      scale({ found: 0.7 }),
      query,
    );
    expect([outcome, candidates]).toEqual(['undecided', [second, first]]);
    expect(sentence).toBe(
      'Undecided: 2 could be the dog on the left, and I am not sure enough of the first.',
    );
    expect([route, unresolved]).toEqual(['mllm', ['happy']]);
  });

  it('says it of the only one', () => {
    const only = decision('found', 0.6, { considered: [first] });
    const { candidates, sentence } = applyCalibration(only, scale({ found: 0.7 }), query);
    expect(candidates).toEqual([first]);
    expect(sentence).toBe('Undecided: this may be the dog on the left, but I am not sure enough.');
  });

  it('keeps several that were meant together, at most as many as can be shown', () => {
    const dogs = Array.from({ length: 7 }, (_, i) => candidate({ box: [i * 10, 0, i * 10 + 8, 9] }));
    const all = decision('found', 0.6, { candidates: dogs, considered: [...dogs, far] });
    const { candidates, sentence } = applyCalibration(all, scale({ found: 0.7 }), readExpression('the dogs'));
    expect(candidates).toEqual(dogs.slice(0, 5));
    expect(sentence).toBe('Undecided: these may be the dogs, but I am not sure enough.');
  });

  it('does not deny what is too likely there, and shows what it could be', () => {
    const { outcome, candidates, sentence } = applyCalibration(
      decision('not-present', 0.4),
      scale({ absent: 0.3 }),
      query,
    );
    expect([outcome, candidates]).toEqual(['undecided', [first, second]]);
    expect(sentence).toBe('Undecided: the dog on the left may not be there, but I am not sure enough.');
    const nothing = decision('not-present', 0.4, { considered: [] });
    expect(applyCalibration(nothing, scale({ absent: 0.3 }), query).candidates).toEqual([]);
  });

  it.each([
    ['had to do without its language model', { degraded: true }],
    ['a person picked', { route: 'picked' }],
  ] as const)('leaves alone what %s', (_, more) => {
    const was = decision('found', 0.6, more);
    const by = scale({ bias: -3, found: 0.9 });
    expect(applyCalibration(was, by, query)).toBe(was);
    expect(formatScaling(was, by)(was)).toBe('left as it is');
  });

  it('is told in the trace with what the outcome needs', () => {
    const by = scale({ bias: -1, found: 0.7, absent: 0.2 });
    const said = (was: Decision) => formatScaling(was, by)(applyCalibration(was, by, query));
    expect(said(decision('found', 0.5))).toBe('presence 0.500 is worth 0.269; found needs 0.7 or more');
    expect(said(decision('not-present', 0.5))).toMatch(/; not present needs 0.2 or less$/);
    expect(said(decision('undecided', 0.5))).toBe('presence 0.500 is worth 0.269');
  });
});
