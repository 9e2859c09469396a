import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absentUpTo, crossScale, fitScale, foundFrom } from '../../../src/evaluate/calibrate/fit.ts';
import { summaryOf } from '../../../src/evaluate/calibrate/report.ts';
import { scaled, stands } from '../../../src/reasoning/calibration.ts';
import { overconfident, trial } from './trials.ts';

describe('fitScale', () => {
  it('finds the scaling that answers were made with', () => {
    const { scale } = fitScale(overconfident({ n: 20_000 }));
    expect(scale.bias).toBeCloseTo(-1, 1);
    expect(scale.weight).toBeCloseTo(0.5, 1);
  });

  it('is no other for the same answers in another order', () => {
    const trials = overconfident({ n: 400 });
    expect(fitScale(trials.toReversed())).toEqual(fitScale(trials));
  });

  it('stays finite where presence tells everything apart', () => {
    const trials = Array.from({ length: 200 }, (_, i) =>
      trial({ photo: `${i}`, present: i % 2 === 0, presence: i % 2 }),
    );
    const { scale } = fitScale(trials.map((t) => ({ ...t, presence: 1 - t.presence })));
    expect(Number.isFinite(scale.bias) && Number.isFinite(scale.weight)).toBe(true);
    expect(scale.weight).toBeGreaterThan(0.5);
    expect(scaled(scale, 1)).toBeGreaterThan(0.95);
  });

  it('has a weight that is not positive where presence says the contrary', () => {
    const trials = overconfident({ n: 400 }).map((t) => ({ ...t, presence: 1 - t.presence }));
    expect(fitScale(trials).scale.weight).toBeLessThan(0);
  });

  it('puts found and absent on either side of one line, and keeps to both targets where it can', () => {
    const trials = overconfident();
    for (const precision of [0.4, 0.6, 0.65]) {
      for (const wronglyAbsent of [0.02, 0.065, 1]) {
        const { scale, precise, careful } = fitScale(trials, { precision, wronglyAbsent });
        expect([precise, careful]).toEqual([true, true]);
        expect(scale.absent).toBeLessThanOrEqual(scale.found);
        const after = summaryOf(
          trials.map((t) => {
            const presence = scaled(scale, t.presence);
            return { ...t, outcome: stands(t.outcome, presence, scale) ? t.outcome : 'undecided' };
          }),
        );
        const { foundRight, denied } = after;
        expect(foundRight.part / foundRight.of).toBeGreaterThanOrEqual(precision);
        expect(denied.part / denied.of).toBeLessThanOrEqual(wronglyAbsent);
      }
    }
  });

  it('says so where no threshold is precise enough, and takes the line', () => {
    const wrong = overconfident().map((t) => ({ ...t, right: false }));
    const { scale, precise } = fitScale(wrong, { precision: 0.81, wronglyAbsent: 1 });
    expect(precise).toBe(false);
    expect(scale.found).toBe(scale.absent);
    expect(scale.found).toBeLessThan(1);
  });

  it('says so where every denial is as wrong as the others, and takes the line', () => {
    // What a model says that tells no probabilities: it is there, or it is not.
    const twofold = overconfident().map((t) => ({ ...t, presence: t.outcome === 'found' ? 1 : 0 }));
    const { scale, careful } = fitScale(twofold, { precision: 0, wronglyAbsent: 0.02 });
    expect(careful).toBe(false);
    expect(scale.absent).toBe(scale.found);
    expect(stands('not-present', scaled(scale, 0), scale)).toBe(true);
    expect(stands('found', scaled(scale, 1), scale)).toBe(true);
  });
});

describe('foundFrom', () => {
  const found = (presence: number, right: boolean) => trial({ presence, right });
  const sure = Array.from({ length: 20 }, () => found(0.9, true));

  it('lies halfway below the lowest presence from which enough are right', () => {
    const trials = [...sure, found(0.8, false), found(0.7, true), found(0.6, false), found(0.5, false)];
    expect(foundFrom(trials, 1)).toBeCloseTo(0.85);
    expect(foundFrom(trials, 0.95)).toBeCloseTo(0.65);
    expect(foundFrom(trials, 0.9)).toBeCloseTo(0.55);
    expect(foundFrom(trials, 0.5)).toBe(0);
  });

  it('counts only what was found', () => {
    const others = sure.map((t) => ({ ...t, outcome: 'undecided' as const, presence: 0.95, right: false }));
    expect(foundFrom([...sure, ...others], 1)).toBe(0);
    expect(foundFrom(others, 0)).toBeUndefined();
  });

  it('never lies between equals', () => {
    const trials = [...sure, found(0.8, true), found(0.8, false), found(0.8, false)];
    expect(foundFrom(trials, 0.95)).toBeCloseTo(0.85);
    expect(foundFrom(trials.toReversed(), 0.95)).toBeCloseTo(0.85);
  });

  it('does not trust the first few', () => {
    expect(foundFrom(sure.slice(1), 0.5)).toBeUndefined();
    expect(foundFrom(sure, 0.5)).toBe(0);
  });
});

describe('absentUpTo', () => {
  const denied = (presence: number) => trial({ presence, outcome: 'not-present', right: false });

  it('loses no more of what is there than it may, whatever the answers', () => {
    const any = fc.array(
      fc.record({
        presence: fc.integer({ min: 1, max: 20 }).map((n) => n / 20),
        present: fc.boolean(),
        outcome: fc.constantFrom('found' as const, 'not-present' as const),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(any, fc.constantFrom(0, 0.065, 0.3, 1), (all, share) => {
        const trials = all.map((each) => trial(each));
        const upTo = absentUpTo(trials, share);
        const positives = trials.filter(({ present }) => present);
        const lost = positives.filter((t) => t.outcome === 'not-present' && t.presence <= upTo);
        expect(lost.length).toBeLessThanOrEqual(share * positives.length);
      }),
    );
  });

  it('lies halfway below the one too many, and is 1 where there is none', () => {
    const trials = [denied(0.1), denied(0.2), denied(0.4), trial(), trial()];
    expect(absentUpTo(trials, 0.4)).toBeCloseTo(0.3);
    expect(absentUpTo(trials, 0)).toBeCloseTo(0.05);
    expect(absentUpTo(trials, 0.6)).toBe(1);
    expect(absentUpTo([], 0.5)).toBe(1);
  });
});

describe('crossScale', () => {
  it('makes answers believable on photos that no scale was fitted to', () => {
    const trials = overconfident();
    const [before, after] = [summaryOf(trials), summaryOf(crossScale(trials))];
    expect(after.questions).toBe(before.questions);
    expect(before.calibrationError).toBeGreaterThan(0.2);
    expect(after.calibrationError).toBeLessThan(0.05);
    expect(after.brier).toBeLessThan(before.brier);
  });

  it('never learns from the photo that it is used on', () => {
    // On one photo everything is the other way round; what had seen it would be less sure there.
    const usual = overconfident({ n: 400 });
    const odd = usual.map((t) => ({ ...t, photo: 'odd', present: !t.present }));
    const held = crossScale([...usual, ...odd]).filter(({ photo }) => photo === 'odd');
    const folds = new Set(usual.map(({ photo }) => photo));
    const without = usual.filter(({ photo }) => [...folds].indexOf(photo) % 10 !== folds.size % 10);
    const { scale } = fitScale(without);
    expect(held.map(({ presence }) => presence)).toEqual(odd.map((t) => scaled(scale, t.presence)));
  });
});
