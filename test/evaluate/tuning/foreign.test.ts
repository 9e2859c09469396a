import { describe, expect, it } from 'vitest';
import type { Annotation } from '../../../src/evaluate/prediction.ts';
import { createPickForeign } from '../../../src/evaluate/tuning/check.ts';
import { annotation } from '../answers.ts';
import { knows, proposalsOf } from './world.ts';

const here = (expression: string, more: Partial<Annotation> = {}) =>
  annotation({ id: expression, file_name: 'here.jpg', expression, ...more });
const there = (expression: string, more: Partial<Annotation> = {}) =>
  annotation({ id: expression, file_name: 'there.jpg', expression, ...more });

/** Which of the others' expressions may be asked about here; several seeds, since one picks one of them. */
function mayBeAsked(
  said: readonly Annotation[],
  others: readonly Annotation[],
  proposals = proposalsOf(() => undefined),
): string[] {
  const annotations = [...said, ...others];
  const positives = annotations.filter(({ bbox }) => bbox !== null);
  const pick = createPickForeign({ annotations, positives, proposals, knows });
  const picked = Array.from({ length: 30 }, (_, seed) => pick(said[0]!, seed)?.expression);
  return [...new Set(picked)].filter((expression) => expression !== undefined).sort();
}

describe('an expression of another picture', () => {
  it.each([
    ['of the same kind', 'the dog', 'the brown dog on the left'],
    ['of the same kind by another name', 'the guy in red', 'the woman with a hat'],
    ['of a kind of it', 'the dog', 'the small animal'],
    ['of a kind that it is one of', 'the vehicle', 'the red bus'],
    ['of what it only relates to', 'the man left of the red bus', 'the bus'],
    ['of what is deep in a relation', 'the man next to the dog under the table', 'the wooden table'],
    ['of anything', 'the dog', 'the one on the left'],
    ['of a thing', 'the dog', 'the thing in the middle'],
  ])('is not one %s', (_, said, other) => {
    expect(mayBeAsked([here(said)], [there(other)])).toEqual([]);
    expect(mayBeAsked([here(said)], [there(other), there('the umbrella')])).toEqual(['the umbrella']);
  });

  it('may relate to what is here: what it is about is not', () => {
    expect(mayBeAsked([here('the dog')], [there('the umbrella next to the dog')])).toHaveLength(1);
  });

  it('is of another picture', () => {
    expect(mayBeAsked([here('the dog'), here('the umbrella')], [])).toEqual([]);
  });

  it('names nothing that another expression or a negative speaks of', () => {
    const negative = here('the red kite', { bbox: null, positive_id: 'x', negative_type: 'object' });
    const others = [there('the kite'), there('the cup'), there('the bicycle')];
    expect(mayBeAsked([here('the dog'), here('the cup'), negative], others)).toEqual(['the bicycle']);
  });

  it('goes by the category, too, where the set names one', () => {
    const said = here('the yellow one', { category: 'lamp' });
    expect(mayBeAsked([said], [there('the lamp'), there('the bright one', { category: 'lamp' })])).toEqual(
      [],
    );
    expect(mayBeAsked([said], [there('the kite')])).toEqual(['the kite']);
  });

  it('names nothing that a candidate is labelled with, and only what labels could tell', () => {
    const labelled = proposalsOf(
      ({ file_name }) => (file_name === 'here.jpg' ? [{ box: [0, 0, 9, 9], label: 'umbrella' }] : []),
      ['umbrella', 'dog', 'kite'],
    );
    const others = [there('the umbrella'), there('the kite'), there('the lighthouse')];
    expect(mayBeAsked([here('the dog')], others, labelled)).toEqual(['the kite']);
    expect(mayBeAsked([here('the dog')], others)).toEqual(['the kite', 'the lighthouse', 'the umbrella']);
  });
});
