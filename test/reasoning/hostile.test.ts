import { expect, it } from 'vitest';
import { nounPhrases } from '../../src/expression/query.ts';
import { readExpression } from '../../src/expression/read.ts';
import type { Scene } from '../../src/reasoning/detections.ts';
import { groundInThread } from '../../src/reasoning/reasoner.ts';
import { ask, paint, type Thing } from './scene.ts';

/** People in rows of ten. */
const crowd = (people: number): readonly Thing[] =>
  Array.from({ length: people }, (_, i) => {
    const [x, y] = [(i % 10) * 38, Math.floor(i / 10) * 70];
    return { label: 'person', box: [x, y, x + 30, y + 60] };
  });

/** Each took from seconds to for ever where there are many people. */
const ENDLESS = [
  `the man ${'with a woman next to him '.repeat(8)}`,
  `the man ${'holding a woman behind him who is '.repeat(6)}on the left`,
  `the ${'darkest tallest '.repeat(28)}man`,
  `the man with ${'red hair and blue shoes and a green hat and '.repeat(10)}a tie`,
];

it.each(ENDLESS)('an expression about many people is weighed: %s', async (expression) => {
  const { considered } = await ask(paint(crowd(40)), expression);
  expect(considered).toHaveLength(40);
});

it('what is said twice counts once', async () => {
  const people = paint(crowd(3));
  const [once] = (await ask(people, 'the red man')).considered;
  const [often] = (await ask(people, `the ${'red '.repeat(100)}man`)).considered;
  expect(often!.score).toBe(once!.score);
});

it('what takes too long is ended and refused, and others are answered meanwhile', async () => {
  const scene = sceneOf(600);
  const endless = groundInThread(scene.target, scene.scene);
  const quick = sceneOf(2);
  await expect(groundInThread(quick.target, quick.scene)).resolves.toHaveLength(2);
  await expect(endless).rejects.toMatchObject({
    code: 'too-costly',
    hint: expect.stringContaining('one thing'),
  });
});

/** A scene in which each of so many regions may be each noun. */
function sceneOf(count: number) {
  const query = readExpression(ENDLESS[0]!);
  const { picture, things } = paint(crowd(count));
  const regions = things.map(({ label, box }) => ({
    ...{ label, box, score: 0.9, certainty: 0.9, rankWeight: 0.9, rival: 0 },
  }));
  const sighting = { noun: 'person', match: 'same' as const, dropped: '', regions };
  const scene: Scene = {
    picture,
    seen: [],
    detections: new Map(nounPhrases(query).map((phrase) => [phrase, sighting])),
  };
  return { target: query.target, scene };
}
