import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURES, featuresOf } from '../../src/reasoning/calibration.ts';
import { unjudged, worst } from '../../src/reasoning/candidates.ts';
import { candidate, judgement } from './candidates.ts';

const FRAME = { width: 100, height: 100 };
const ONE = { plural: false };
const SAME = { match: 'same' } as const;

describe('featuresOf', () => {
  it('describes a plain, sure candidate', () => {
    const features = featuresOf(ONE, [candidate()], SAME, FRAME, true);
    expect(features.certainty).toBeCloseTo(Math.log(4));
    expect(features.size).toBeCloseTo(Math.log(0.25));
    expect(features).toMatchObject({ doubt: 0, rival: 0, fit: 0, worst: 1, unresolved: 0, narrower: 0 });
    expect(features).toMatchObject({ colour: 0, relation: 0, place: 0, hasColour: 0, hasRelation: 0 });
    expect(features.ambiguity).toBe(0);
  });

  it('takes the least of what was judged', () => {
    const judgements = [
      judgement('colour', 0.5),
      judgement('colour', 0.9),
      judgement('relation', 0.25),
      judgement('ordinal', 0.8),
      judgement('unresolved', undefined),
    ];
    const features = featuresOf(ONE, [candidate({ judgements })], { match: 'narrower' }, FRAME, true);
    expect(features.fit).toBeCloseTo(Math.log(0.5 * 0.9 * 0.25 * 0.8));
    expect(features.worst).toBe(0.25);
    expect(features.colour).toBeCloseTo(0.5);
    expect(features.relation).toBeCloseTo(0.75);
    expect(features.place).toBeCloseTo(0.2);
    expect(features).toMatchObject({ hasColour: 1, hasRelation: 1, hasPlace: 1, unresolved: 1, narrower: 1 });
  });

  it('sees how near the next one comes, for a plural the next after all that are meant', () => {
    const three = [candidate(), candidate({ score: 0.8 }), candidate({ score: 0.4 })];
    const ambiguity = (phrase: { plural: boolean; count?: number }) =>
      featuresOf(phrase, three, SAME, FRAME, true).ambiguity;
    expect(ambiguity(ONE)).toBe(1);
    expect(ambiguity({ plural: true, count: 2 })).toBeCloseTo(0.5 ** 4);
    expect(ambiguity({ plural: true, count: 3 })).toBe(0);
    expect(ambiguity({ plural: true })).toBe(0);
  });

  it('has a description where there is no candidate', () => {
    const features = featuresOf(ONE, [], SAME, FRAME, true);
    expect(Object.keys(features).toSorted()).toEqual([...FEATURES].toSorted());
    expect(Object.values(features).every(Number.isFinite)).toBe(true);
    expect(features.certainty).toBeLessThan(featuresOf(ONE, [candidate()], SAME, FRAME, true).certainty);
  });

  it('is finite whatever the candidates are', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const any = fc
      .record({
        certainty: share,
        score: share,
        rival: fc.double({ min: 0, max: 1e6, noNaN: true }),
        judged: fc.option(share, { nil: undefined }),
        side: fc.double({ min: 0, max: 200, noNaN: true }),
      })
      .map(({ judged, side, ...more }) =>
        candidate({ ...more, box: [0, 0, side, side], judgements: [judgement('colour', judged)] }),
      );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), fc.boolean(), (all, plural) =>
        Object.values(featuresOf({ plural }, all, SAME, FRAME, true)).every(Number.isFinite),
      ),
    );
  });
});

describe('judgements', () => {
  it('that could not be made are those without a score, or with open words, but not of the name', () => {
    const judgements = [
      judgement('category', undefined),
      judgement('unresolved', undefined),
      judgement('relation', 0.8, { open: ['happy'] }),
      judgement('colour', 0.5),
    ];
    expect(unjudged(candidate({ judgements })).map((j) => j.kind)).toEqual(['unresolved', 'relation']);
    expect(unjudged(undefined)).toEqual([]);
  });

  it('speak against a candidate by the lowest score', () => {
    const judgements = [
      judgement('colour', 0.5),
      judgement('place', 0.1),
      judgement('unresolved', undefined),
    ];
    expect(worst(candidate({ judgements }))?.kind).toBe('place');
    expect(worst(candidate())).toBeUndefined();
  });
});
