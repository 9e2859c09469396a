import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { report } from '../../../src/evaluate/report.ts';
import { rowOf } from '../../../src/evaluate/score/row.ts';
import { figureOf } from '../../../src/evaluate/score/scores.ts';
import { answered } from '../answers.ts';
import { answer, figured, RIGHT, scored, WRONG } from './made.ts';

const kind = fc.constantFrom(
  { bbox: null, negative_type: 'flip', negative_level: 1 },
  { bbox: null, negative_type: 'object', negative_level: 2, negative_cate: 'text' as const },
  {},
);
const question = fc.record({
  kind,
  level: fc.constantFrom(1, 2, 3),
  tags: fc.uniqueArray(fc.constantFrom('category', 'colour', 'other'), { minLength: 1 }),
  outcome: fc.constantFrom('found' as const, 'not-present' as const, 'undecided' as const),
  right: fc.boolean(),
});

describe('Scores', () => {
  it('hold everything that the report of "npm run quality" prints', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 12 }), async (questions) => {
        const measured = questions.map(({ kind, level, tags, outcome, right }, i) =>
          answered(
            { id: String(i), level, tags, ...kind },
            outcome,
            right && outcome !== 'not-present' && !('bbox' in kind),
          ),
        );
        const predictions = measured.map(({ annotation, verdict, right }) =>
          answer(annotation.id, {
            outcome: verdict!.outcome,
            boxes: verdict!.outcome === 'not-present' ? [] : [right ? RIGHT : WRONG],
          }),
        );
        const scores = await scored(
          measured.map(({ annotation }) => annotation),
          predictions,
          { resampling: { resamples: 0 } },
        );
        const { precisionAt1, outcomes, precisionOfFound } = report(measured);
        const precisions = Object.entries(precisionAt1).filter(([, { of }]) => of > 0);
        for (const [group, share] of precisions) {
          expect(figureOf(scores, 'precision@1', group)?.count, group).toEqual(share);
        }
        const rows = Object.entries(outcomes).filter(([, row]) => row.found.of > 0);
        for (const [name, row] of rows) {
          const group = { positives: 'all positives', negatives: 'all negatives' }[name] ?? name;
          for (const [outcome, share] of Object.entries(row)) {
            expect(figureOf(scores, outcome, group)?.count, `${outcome} of ${group}`).toEqual(share);
          }
        }
        expect(figureOf(scores, 'precision of found', 'answered "found"')?.count).toEqual(precisionOfFound);
      }),
    );
  });

  it('have no figure of a group that is not there', async () => {
    const scores = await scored([], []);
    expect(figured(scores, 'precision@1', 'nobody')).toBeUndefined();
  });
});

describe('rowOf', () => {
  it('keeps of a positive its reference as xyxy, and of a negative none', () => {
    const { annotation } = answered({ bbox: [1, 2, 3, 4] }, 'found');
    expect(rowOf(annotation)).toMatchObject({ reference: [1, 2, 4, 6], negative: undefined });
    expect(rowOf({ ...annotation, positive_id: 'p' })).toMatchObject({
      reference: undefined,
      negative: { type: undefined, level: undefined, cate: undefined },
    });
  });
});
