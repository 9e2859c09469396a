import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, iou } from '../../../src/box.ts';
import { createStarter, type Starter } from '../../../src/detector/starter/starter.ts';
import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import type { Picture } from '../../../src/picture/picture.ts';
import { readPicture } from '../../../src/picture/read.ts';
import { example, recset } from '../photos.ts';
import { STARTER } from '../starter-model.ts';

const host = createDetectorHost();
let starter: Starter;
let dogs: Picture;

/** Drawn by hand: the heads and what is seen of the bodies. */
const UPPER: Box = [258, 298, 448, 530];
const LOWER: Box = [388, 568, 572, 840];

beforeAll(async () => {
  starter = createStarter({ host, model: STARTER });
  dogs = await readPicture(example('two-dogs.jpg'));
});
afterAll(() => host.close());

describe('the starter specialist', () => {
  it('is pinned to the weights that come with it', () => {
    const found = createHash('sha256').update(readFileSync(STARTER.weights.file)).digest('hex');
    expect(found).toBe(STARTER.weights.sha256);
  });

  it('sees both dogs where they are', async () => {
    const [regions = []] = await starter.propose(dogs, ['dog'], { minScore: 0.28 });
    expect(regions).toHaveLength(2);
    expect(iou(regions[0]!.box, UPPER)).toBeGreaterThan(0.5);
    expect(iou(regions[1]!.box, LOWER)).toBeGreaterThan(0.5);
    expect(regions.map(({ label }) => label)).toEqual(['dog', 'dog']);
  });

  it('answers each phrase by what its noun is called', async () => {
    const [dog, puppy, animal, unicycle] = await starter.propose(
      dogs,
      ['dog', 'puppy', 'animal', 'unicycle'],
      { minScore: 0.28 },
    );
    expect(puppy).toEqual(dog);
    // The lower dog is also taken for a cat (.33) at the same place: one animal, named by its best label.
    expect(animal).toEqual(dog);
    expect(unicycle).toEqual([]);
  });

  it('knows what it does not know', () => {
    expect(starter.matchLabel('dog')).toEqual({ match: 'same', labels: ['dog'] });
    expect(starter.matchLabel('puppy')).toEqual({ match: 'narrower', labels: ['dog'] });
    expect(starter.matchLabel('animal').match).toBe('broader');
    expect(starter.matchLabel('unicycle')).toEqual({ match: 'unknown', labels: [] });
  });

  it('surveys everything, best first, inside the picture', async () => {
    const regions = await starter.detectAll(await readPicture(example('wine.jpg')));
    const best = regions.slice(0, 2).map(({ label }) => label);
    expect(best.toSorted()).toEqual(['bottle', 'wine glass']);
    expect(regions).toEqual(regions.toSorted((a, b) => b.score - a.score));
    expect(regions.length).toBeLessThanOrEqual(300);
  });

  it('looks at a picture once', async () => {
    const seen = { ...dogs, sha256: 'once' };
    await Promise.all([starter.detectAll(seen), starter.propose(seen, ['dog']), starter.detectAll(seen)]);
    const before = await starter.detectAll(seen);
    await host.close();
    expect(await starter.detectAll(seen)).toEqual(before);
    await expect(starter.detectAll({ ...dogs, sha256: 'never' })).rejects.toMatchObject({
      code: 'detector-down',
    });
  });
});

describe('the starter specialist in trouble', () => {
  it('does not look for who has given up', async () => {
    const own = createDetectorHost();
    const asked = createStarter({ host: own, model: STARTER }).detectAll(dogs, {
      signal: AbortSignal.abort(),
    });
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect(own.pid).toBeUndefined();
  });

  it('says that its weights are missing', async () => {
    const own = createDetectorHost();
    const model = { ...STARTER, weights: { ...STARTER.weights, file: join(example(''), 'no-such.onnx') } };
    await expect(createStarter({ host: own, model }).detectAll(dogs)).rejects.toMatchObject({
      code: 'model-missing',
    });
    await own.close();
  });

  it('answers although its process is killed in the middle of a run', async () => {
    const own = createDetectorHost();
    const survivor = createStarter({ host: own, model: STARTER });
    await survivor.warm();
    const asked = survivor.propose(dogs, ['dog'], { minScore: 0.28 });
    process.kill(own.pid!, 'SIGKILL');
    expect((await asked)[0]).toHaveLength(2);
    await own.close();
  });
});

interface Entry {
  readonly file_name: string;
  readonly category: string;
  readonly bbox: readonly [x: number, y: number, w: number, h: number] | null;
}

// A second opinion on other people's photos, where the reference set lies beside the project.
describe.skipIf(!recset)('the starter specialist on reference photos (../shared/recset)', () => {
  it('has nearly everything among its candidates', { timeout: 60_000 }, async () => {
    const entries: Entry[] = Object.values(JSON.parse(readFileSync(join(recset!, 'dev.json'), 'utf8')));
    const photos = [...new Set(entries.map((e) => e.file_name))].filter((_, i) => i % 3 === 0);
    const own = createDetectorHost();
    const looking = createStarter({ host: own, model: STARTER });
    let [asked, likely, candidates] = [0, 0, 0];
    for (const photo of photos) {
      const picture = await readPicture(join(recset!, 'images', photo));
      for (const { bbox, category } of entries.filter((e) => e.file_name === photo)) {
        if (!bbox || looking.matchLabel(category).match !== 'same') continue;
        const [x, y, w, h] = bbox;
        const [regions = []] = await looking.propose(picture, [category]);
        const right = regions.filter(({ box }) => iou(box, [x, y, x + w, y + h]) >= 0.5);
        asked += 1;
        likely += right.some(({ score }) => score >= 0.28) ? 1 : 0;
        candidates += right.some(({ score }) => score >= 0.1) ? 1 : 0;
      }
    }
    await own.close();
    expect(asked).toBeGreaterThan(50);
    expect(likely / asked).toBeGreaterThan(0.8);
    expect(candidates / asked).toBeGreaterThan(0.93);
  });
});
