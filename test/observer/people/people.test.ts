import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Box } from '../../../src/box.ts';
import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import { readExpression } from '../../../src/expression/read.ts';
import { createModels } from '../../../src/models/models.ts';
import type { ObservedPerson } from '../../../src/observer/observer.ts';
import { createObservers } from '../../../src/observer/observers.ts';
import { assign, meanLogOdds } from '../../../src/observer/people/looks.ts';
import { createPictureReader } from '../../../src/picture/read.ts';
import { example, recset } from '../../detector/photos.ts';

const models = createModels({
  ...{ models: '/nowhere', registry: undefined, hfEndpoint: 'http://localhost', hfToken: undefined },
});
const host = createDetectorHost({ device: 'cpu', threads: 1 });
afterAll(() => host.close());

const reader = createPictureReader();
const ASTRONAUT: Box = [20, 5, 510, 512];

async function observed(file: string, expression: string, people: readonly Box[], on = true) {
  const observers = createObservers(host, { models, settings: { people: on, imageText: undefined } });
  const picture = await reader.read(isAbsolute(file) ? file : example(file));
  const query = readExpression(expression);
  return observers.observe({ picture, query, regions: people, people });
}

describe('people in photos', () => {
  it('never takes her for a man, and tells no more than was asked', async () => {
    const { people } = await observed('astronaut.jpg', 'the woman', [ASTRONAUT]);
    const [{ box, woman = 1, ...more }] = people as [ObservedPerson];
    expect([box, more]).toEqual([ASTRONAUT, {}]);
    expect(woman).toBeGreaterThan(0.5);
  });

  it('tells where clothes are, and nothing of looks, where only clothes are asked for', async () => {
    const { people } = await observed('astronaut.jpg', 'the person in orange', [ASTRONAUT]);
    const [{ parts, ...told }] = people as [ObservedPerson];
    expect(told).not.toHaveProperty('woman');
    const { head, torso } = parts!;
    // The face is in the upper third of the photo, left of its middle.
    expect(head![1]).toBeLessThan(110);
    expect((head![0] + head![2]) / 2).toBeGreaterThan(150);
    expect((head![0] + head![2]) / 2).toBeLessThan(300);
    if (torso) expect(torso[1]).toBeGreaterThan(head![3] - 60);
  });

  it('tells nothing where there is no face', async () => {
    const { people } = await observed('coffee.jpg', 'the woman', [[50, 50, 400, 350]]);
    expect(people).toEqual([{ box: [50, 50, 400, 350] }]);
  });

  it('runs nothing where no person was seen, nobody asks, or it is turned off', async () => {
    expect(await observed('astronaut.jpg', 'the woman', [])).toEqual({});
    expect(await observed('astronaut.jpg', 'the person', [ASTRONAUT])).toEqual({});
    expect(await observed('astronaut.jpg', 'the woman', [ASTRONAUT], false)).toEqual({});
  });
});

const Positive = z.object({
  file_name: z.string(),
  expression: z.string(),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});

describe.skipIf(!recset)('people in the reference photos', () => {
  it('look as they are called, in at least 14 of 15 that are told', { timeout: 120_000 }, async () => {
    const all = Object.values(JSON.parse(readFileSync(join(recset!, 'dev.json'), 'utf8')));
    const called = all.flatMap((annotation) => {
      const { success, data } = Positive.safeParse(annotation);
      const noun = success ? /^the (?:adult |bearded )?(man|woman)\b/.exec(data.expression)?.[1] : undefined;
      return success && noun ? [{ ...data, noun }] : [];
    });
    let [told, wrong] = [0, 0];
    for (const {
      file_name,
      bbox: [x, y, w, h],
      noun,
    } of called) {
      const { people } = await observed(join(recset!, 'images', file_name), 'the woman', [
        [x, y, x + w, y + h],
      ]);
      const woman = people![0]!.woman;
      if (woman === undefined) continue;
      told += 1;
      if (woman > 0.5 !== (noun === 'woman')) wrong += 1;
    }
    expect(told).toBeGreaterThanOrEqual(called.length / 2);
    expect(wrong).toBeLessThanOrEqual(told / 15);
  });
});

describe('assign', () => {
  const face = (box: Box, score = 0.9) => ({ box, score, points: [] as never });

  it('gives each person one face, and no face to two', () => {
    const left: Box = [0, 0, 100, 200];
    const right: Box = [60, 0, 160, 200];
    const [mine, theirs] = [face([35, 10, 65, 40]), face([95, 10, 125, 40])];
    expect(assign([theirs, mine], [left, right])).toEqual([mine, theirs]);
    expect(assign([mine], [left, right])).toEqual([mine, undefined]);
  });

  it('takes no face at the feet of somebody upright, beside the box, or larger than it', () => {
    const person: Box = [0, 0, 100, 200];
    expect(assign([face([35, 150, 65, 180])], [person])).toEqual([undefined]);
    expect(assign([face([120, 10, 150, 40])], [person])).toEqual([undefined]);
    expect(assign([face([-20, 0, 130, 150])], [person])).toEqual([undefined]);
    expect(assign([face([10, 60, 40, 90])], [[0, 0, 200, 100]])).toHaveLength(1);
  });
});

describe('meanLogOdds', () => {
  it('lets looks that disagree cancel out, and no look decide alone', () => {
    expect(meanLogOdds(Float32Array.of(0.9, 0.1, 0.1, 0.9))).toBeCloseTo(0, 5);
    expect(meanLogOdds(Float32Array.of(1, 0, 0.5, 0.5))).toBeCloseTo(Math.log(9999) / 2, 2);
  });
});
