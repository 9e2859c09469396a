import { describe, expect, it } from 'vitest';
import { vocabularyOfStarter } from '../../src/detector/starter/starter.ts';
import { createGivenBoxes, type GivenBox } from '../../src/evaluate/setup.ts';
import { STARTER } from '../detector/starter-model.ts';
import { paint } from '../reasoning/scene.ts';

const vocabulary = vocabularyOfStarter(STARTER);
const { picture } = paint([], { width: 40, height: 30 });
const GIVEN: readonly GivenBox[] = [
  { category: 'dog', score: 0.6, box: [0, 0, 10, 10] },
  { category: 'lantern', score: 0.8, box: [10, 0, 20, 10] },
  { category: 'dog', score: 0.9, box: [20, 0, 30, 10] },
];
const detector = createGivenBoxes(
  (sha256) => (sha256 === picture.sha256 ? GIVEN : []),
  new Set(['dog', 'lantern']),
  vocabulary,
);

describe('given boxes', () => {
  it('are proposed for their noun, best first, aligned with the phrases', async () => {
    const [dogs, lanterns, cats] = await detector.propose(picture, ['dog', 'lantern', 'cat']);
    expect(dogs!.map((r) => r.score)).toEqual([0.9, 0.6]);
    expect(lanterns).toEqual([{ label: 'lantern', score: 0.8, box: [10, 0, 20, 10] }]);
    expect(cats).toEqual([]);
  });

  it('belong to their picture', async () => {
    const other = paint([], { width: 41, height: 30 }).picture;
    expect(await detector.propose(other, ['dog'])).toEqual([[]]);
    expect((await detector.detectAll!(picture)).map((r) => r.score)).toEqual([0.9, 0.8, 0.6]);
  });

  it('make their categories known, beside what the vocabulary knows', () => {
    expect(detector.matchLabel('lantern')).toEqual({ match: 'same', labels: ['lantern'] });
    expect(vocabulary('lantern').match).toBe('unknown');
    expect(detector.matchLabel('puppy')).toEqual(vocabulary('puppy'));
    expect(detector.matchLabel('animal').match).toBe('broader');
    expect(detector.matchLabel('xylophone').match).toBe('unknown');
  });

  it('may all be meant by "thing"', async () => {
    const [things] = await detector.propose(picture, ['thing']);
    expect(things).toHaveLength(3);
  });

  it('are as certain as their score says', () => {
    expect(detector.certainty(0.7)).toBe(0.7);
  });
});
