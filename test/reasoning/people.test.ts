import { describe, expect, it } from 'vitest';
import { find } from '../../src/ask.ts';
import type { Box } from '../../src/box.ts';
import type { ObservedPerson } from '../../src/observer/observer.ts';
import { loadCalibration } from '../../src/reasoning/calibration.ts';
import { eyesOn, nameOf, paint } from './scene.ts';

const LEFT: Box = [20, 60, 110, 280];
const RIGHT: Box = [250, 60, 340, 280];
const TWO = paint([
  { label: 'person', box: LEFT, name: 'left' },
  { label: 'person', box: RIGHT, name: 'right' },
]);
/** Each with a dog of its own. */
const WITH_DOGS = paint([
  { label: 'person', box: LEFT, name: 'left' },
  { label: 'person', box: RIGHT, name: 'right' },
  { label: 'dog', box: [112, 220, 160, 280] },
  { label: 'dog', box: [342, 220, 390, 280] },
]);
const ONE = paint([{ label: 'person', box: LEFT, name: 'left' }]);

type Told = Omit<ObservedPerson, 'box'>;

/** What is answered where this was observed of the left and of the right one. */
async function answered(expression: string, [left, right]: readonly [Told, Told?], scene = TWO) {
  const people = [{ box: LEFT, ...left }, ...(right ? [{ box: RIGHT, ...right }] : [])];
  const observer = { id: 'given', models: [], wants: () => true, observe: async () => ({ people }) };
  const observers = { ids: ['given'], models: [], wanted: () => [observer], observe: observer.observe };
  const deps = { detector: eyesOn(scene), observers, calibration: loadCalibration() };
  const verdict = await find({ picture: scene.picture, expression }, deps);
  const [best, next] = verdict.considered;
  const lead = best && (!next || next.score < 0.9 * best.score) ? nameOf(scene, best) : 'a tie';
  return { ...verdict, lead };
}

describe('an apparent man or woman', () => {
  it('is told from another one', async () => {
    const told = [{ woman: 0.03 }, { woman: 0.97 }] as const;
    const { outcome, lead, unresolved } = await answered('the woman', told);
    expect([outcome, lead, unresolved]).toEqual(['found', 'right', []]);
    expect((await answered('the man', told)).lead).toBe('left');
  });

  it('is told with its reason', async () => {
    const { considered } = await answered('the woman', [{ woman: 0.03 }, { woman: 0.97 }]);
    const reasons = considered.flatMap(({ judgements }) => judgements.map(({ reason }) => reason));
    expect(reasons).toEqual(['looks like a woman', 'looks like a man']);
  });

  it('is not there where the only person looks otherwise', async () => {
    const { outcome, sentence } = await answered('the woman', [{ woman: 0.02 }], ONE);
    expect([outcome, sentence]).toEqual([
      'not-present',
      'Not present: there is a person, but nobody who looks like a woman.',
    ]);
  });

  it('shows that a person is there of whom the detector sees little', async () => {
    const two = paint([
      { label: 'person', box: LEFT, name: 'left', score: 0.2 },
      { label: 'person', box: RIGHT, name: 'right' },
    ]);
    const outcomeWith = async (left: Told) =>
      (await answered('the man in jeans', [left, { woman: 0.97 }], two)).outcome;
    expect(await outcomeWith({ woman: 0.03 })).toBe('undecided');
    expect(await outcomeWith({ woman: 0.97 })).toBe('not-present');
  });

  it('stays open where no face tells, as before', async () => {
    const { outcome, lead, unresolved } = await answered('the woman', [{}, {}]);
    expect([outcome, lead, unresolved]).toEqual(['undecided', 'a tie', ['woman']]);
    const { lead: other } = await answered('the woman', [{ woman: 0.03 }, {}]);
    expect(other).toBe('right');
  });

  it('is one half of a girl: it may disprove one, but not prove her', async () => {
    const { unresolved, outcome } = await answered('the girl', [{ woman: 0.97 }], ONE);
    expect(unresolved).toEqual(['girl']);
    expect(outcome).not.toBe('not-present');
    expect((await answered('the girl', [{ woman: 0.02 }], ONE)).outcome).toBe('not-present');
  });

  it('is never told of words that say nothing of it', async () => {
    const { considered, lead } = await answered('the person', [{ woman: 0.97 }, { woman: 0.03 }]);
    expect(lead).toBe('a tie');
    expect(considered.flatMap(({ judgements }) => judgements)).toEqual([]);
  });

  it('is told of those that others are related to', async () => {
    const { lead } = await answered(
      'the dog next to the woman',
      [{ woman: 0.03 }, { woman: 0.97 }],
      WITH_DOGS,
    );
    expect(lead).toBe('dog 2');
  });
});

describe('a pose', () => {
  const told = [
    { poses: { sitting: 0.95, standing: 0.05 } },
    { poses: { standing: 0.95, sitting: 0.05 } },
  ] as const;

  it('tells one person from another, also denied', async () => {
    expect((await answered('the person sitting', told)).lead).toBe('left');
    expect((await answered('the person standing', told)).lead).toBe('right');
    expect((await answered('the person who is not sitting', told)).lead).toBe('right');
  });

  it('with its place counts where joints tell it, and where they do not the place is enough', async () => {
    expect((await answered('the person sitting next to the dog', told, WITH_DOGS)).lead).toBe('left');
    expect((await answered('the person standing next to the dog', told, WITH_DOGS)).lead).toBe('right');
    const untold = await answered('the person sitting next to the dog', [{ poses: {} }, {}], WITH_DOGS);
    expect([untold.unresolved, untold.lead]).toEqual([[], 'a tie']);
  });

  it('stays open where joints do not tell', async () => {
    const { unresolved, lead } = await answered('the person sitting', [{ poses: {} }, {}]);
    expect([unresolved, lead]).toEqual([['sitting'], 'a tie']);
    expect((await answered('the person who is not sitting', [{ poses: {} }], ONE)).outcome).toBe('undecided');
  });
});

describe('the colour of clothes', () => {
  it('is looked for where the part of the body was seen', async () => {
    // A red band where nobody expects a shirt: a person who bends down.
    const scene = paint([
      {
        label: 'person',
        box: LEFT,
        name: 'left',
        shape: 'rectangle',
        bands: [
          [0.7, [40, 40, 160]],
          [1, [200, 20, 30]],
        ],
      },
      { label: 'person', box: RIGHT, name: 'right', shape: 'rectangle', bands: [[1, [40, 40, 160]]] },
    ]);
    const torso = { parts: { torso: [20, 220, 110, 278] as const } };
    const score = async (left: Told) => {
      const { considered } = await answered('the person in a red shirt', [left], scene);
      return considered.find(({ box }) => box[0] === LEFT[0])!.judgements[0]!.score!;
    };
    expect(await score(torso)).toBeGreaterThan(0.8);
    expect(await score({})).toBeLessThan(0.3);
    // The same where the whole box may be the shirt, and the mask shows which of its pixels are the person's.
    const whole = { parts: { torso: LEFT } };
    const rows = (from: number) => Array.from({ length: 32 * 32 }, (_, i) => (i >= from * 32 * 32 ? 100 : 0));
    expect(await score({ ...whole, mask: rows(0.7) })).toBeGreaterThan(0.8);
    expect(await score({ ...whole, mask: rows(0.95) })).toBe(await score(whole));
    expect(await score({ ...whole, mask: rows(0.7).map((share) => 100 - share) })).toBeLessThan(0.1);
  });
});
