import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroundingDino } from '../../../src/detector/grounding-dino/grounding-dino.ts';
import { createDetectorHost, type DetectorHost } from '../../../src/detector/worker/host.ts';
import type { Model } from '../../../src/models/registry.ts';
import type { Picture } from '../../../src/picture/picture.ts';
import { readPicture } from '../../../src/picture/read.ts';
import { GOLDEN_FOLDER, MINI, PHOTO_FOLDER, pinned, readJsonFile } from './mini.ts';

const host = createDetectorHost({ device: 'cpu' });
let dogs: Picture;
beforeAll(async () => {
  dogs = await readPicture(`${PHOTO_FOLDER}two_dogs.jpg`);
});
afterAll(() => host.close());

/** The same host, counting what is asked of it. */
function counting(): { host: DetectorHost; count: { runs: number; turns: number; lengths: number[] } } {
  const count = { runs: 0, turns: 0, lengths: [] as number[] };
  const counted: DetectorHost = {
    load: (weights, options) => host.load(weights, options),
    turn: (work, options) => {
      count.turns += 1;
      return host.turn(
        (run) =>
          work((weights, feeds) => {
            count.runs += 1;
            count.lengths.push(feeds.input_ids!.data.length);
            return run(weights, feeds);
          }),
        options,
      );
    },
    get pid() {
      return host.pid;
    },
    get state() {
      return host.state;
    },
    close: async () => {},
  };
  return { host: counted, count };
}

describe('Grounding DINO on a photo, with a small model that was never trained', () => {
  it('answers each phrase with regions of the picture, under its own words, best first', async () => {
    const dino = createGroundingDino({ host, model: MINI });
    const asked = ['a dog', 'The Second Dog?', 'a   DOG', '???', 'grass'];
    const answers = await dino.propose(dogs, asked, { minScore: 0.3 });
    expect(answers.map((regions) => regions.length > 10)).toEqual([true, true, true, false, true]);
    expect(answers[3]).toEqual([]);
    for (const [i, regions] of answers.entries()) {
      for (const [at, { box, score, label }] of regions.entries()) {
        const [x1, y1, x2, y2] = box;
        expect(0 <= x1 && x1 < x2 && x2 <= dogs.width && 0 <= y1 && y1 < y2 && y2 <= dogs.height).toBe(true);
        expect(score).toBeGreaterThanOrEqual(0.3);
        expect(score).toBeLessThanOrEqual(regions[at - 1]?.score ?? 1);
        expect(label).toBe(asked[i]);
      }
    }
    const unnamed = answers.map((regions) => regions.map(({ box, score }) => ({ box, score })));
    expect(unnamed[2]).toEqual(unnamed[0]);
    expect(unnamed[1]).not.toEqual(unnamed[0]);
  });

  it('sees what the reference sees, from the picture that the reference was given', async () => {
    interface Run {
      readonly image: string;
      readonly post: readonly {
        readonly threshold: number;
        readonly width: number;
        readonly height: number;
        readonly expected: readonly { readonly box: readonly number[]; readonly score: number }[];
      }[];
    }
    const [first] = readJsonFile(`${GOLDEN_FOLDER}runs.json`) as Run[];
    const { threshold, width, height, expected } = first!.post[0]!;
    const square = await readPicture(GOLDEN_FOLDER + first!.image);
    const dino = createGroundingDino({ host, model: MINI });
    const [regions] = await dino.propose(square, ['a dog'], { minScore: threshold });
    expect(regions).toHaveLength(expected.length);
    for (const [i, { box, score }] of regions!.entries()) {
      expect(Math.abs(score - expected[i]!.score)).toBeLessThan(1e-4);
      for (const [side, v] of box.entries()) {
        const scale = side % 2 === 0 ? width / square.width : height / square.height;
        expect(Math.abs(v * scale - expected[i]!.box[side]!)).toBeLessThan(0.5);
      }
    }
  });

  it('runs once for several phrases, and not again for what was asked before', async () => {
    const { host: counted, count } = counting();
    const dino = createGroundingDino({ host: counted, model: MINI });
    const both = await Promise.all([
      dino.propose(dogs, ['a dog', 'a cat', 'a dog ']),
      dino.propose(dogs, ['a dog', 'a cat']),
    ]);
    expect(both[0].slice(0, 2)).toEqual(both[1]);
    expect(count).toMatchObject({ runs: 1, lengths: [8] });
    const [few] = await dino.propose(dogs, ['a dog', 'a cat'], { minScore: 0.9 });
    expect(few).toEqual(both[0][0]!.filter(({ score }) => score >= 0.9));
    expect(few!.length).toBeLessThan(both[0][0]!.length);
    const all = await dino.propose(dogs, ['a dog', 'a cat'], { minScore: 0 });
    expect(all[0]!.slice(0, both[0][0]!.length)).toEqual(both[0][0]);
    expect(Math.min(...all[0]!.map(({ score }) => score))).toBeGreaterThan(0.05);
    expect(count.runs).toBe(1);
  });

  it('runs as often as the text needs, and never for phrases that say nothing', async () => {
    const { host: counted, count } = counting();
    const dino = createGroundingDino({ host: counted, model: MINI });
    expect(await dino.propose(dogs, [])).toEqual([]);
    expect(await dino.propose(dogs, ['', ' . ', '\u200b'])).toEqual([[], [], []]);
    expect(count.turns).toBe(0);
    const long = (word: string) => Array.from({ length: 200 }, () => word).join(' ');
    const answers = await dino.propose(dogs, [long('red'), 'a dog', long('blue')]);
    expect(count.lengths.sort()).toEqual([203, 206]);
    expect(answers.map((regions) => regions.length > 0)).toEqual([true, true, true]);
  });

  it('scores a part of a phrase, reading the whole of it, without another run', async () => {
    const { host: counted, count } = counting();
    const dino = createGroundingDino({ host: counted, model: MINI });
    const phrase = 'the Dog on the left';
    const whole = await dino.propose(dogs, [phrase], { minScore: 0.1 });
    const focused = await dino.propose(dogs, [phrase], { minScore: 0.1, focus: [{ start: 4, end: 7 }] });
    const everything = await dino.propose(dogs, [phrase], {
      minScore: 0.1,
      focus: [{ start: 0, end: phrase.length }],
    });
    const nothing = await dino.propose(dogs, [phrase], { minScore: 0.1, focus: [{ start: 3, end: 4 }] });
    expect(count.runs).toBe(1);
    const best = (answers: typeof whole) => answers[0]![0]!.score;
    expect(best(focused)).toBeLessThanOrEqual(best(whole));
    expect(best(everything)).toBeLessThan(best(whole));
    expect(focused).not.toEqual(everything);
    expect(nothing).toEqual(whole);
  });

  it('hears who gives up, and does the work of the others', async () => {
    const dino = createGroundingDino({ host, model: MINI });
    const giveUp = new AbortController();
    const given = dino.propose(dogs, ['a fence'], { signal: giveUp.signal });
    const kept = dino.propose(dogs, ['a fence']);
    giveUp.abort();
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    expect((await kept)[0]!.length).toBeGreaterThan(0);
  });
});

describe('what Grounding DINO knows', () => {
  const dino = createGroundingDino({ host, model: MINI });

  it('is any noun, as itself', () => {
    expect(dino.matchLabel('zyzzyva')).toEqual({ match: 'same', labels: ['zyzzyva'] });
    expect(dino.matchLabel('犬').match).toBe('same');
    expect(dino.alike('dog', 'puppy')).toBe(false);
    expect(dino.detectAll).toBeUndefined();
  });

  it.each(['', '  ', '?', '...', '\u200b', '\u0301'])('is not %j', (noun) => {
    expect(dino.matchLabel(noun)).toEqual({ match: 'unknown', labels: [] });
  });

  it('says how sure a score is, rising through the usual thresholds', () => {
    const scores = [0.05, 0.2, 0.25, 0.3, 0.35, 0.5, 0.9];
    const certainties = scores.map(dino.certainty);
    expect(certainties).toEqual(certainties.toSorted((a, b) => a - b));
    expect(dino.certainty(0.25)).toBeCloseTo(0.3, 1);
    expect(dino.certainty(0.35)).toBeCloseTo(0.7, 1);
    expect(certainties.every((c) => c > 0 && c < 1)).toBe(true);
  });
});

describe('a model that is not whole', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'spotter-dino-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const without = (name: string): Model => {
    const { [name]: _, ...files } = MINI.files;
    return { ...MINI, files };
  };
  const warm = (model: Model) => createGroundingDino({ host, model }).warm();

  it.each(Object.keys(MINI.files))('is missed when it is asked, not before: without %s', async (name) => {
    await expect(warm(without(name))).rejects.toMatchObject({
      code: 'model-missing',
      message: `${name} of the model grounding-dino-mini is missing.`,
      hint: MINI.restore,
    });
  });

  it('is not believed when a file has other bytes', async () => {
    const file = join(folder, 'tokenizer.json');
    cpSync(MINI.files['tokenizer.json']!.file, file);
    const { sha256 } = pinned(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"lowercase": true', '"lowercase": false'));
    const changed = { ...MINI, files: { ...MINI.files, 'tokenizer.json': { file, sha256 } } };
    await expect(warm(changed)).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('is refused when a file cannot be followed, and may be mended', async () => {
    const file = join(folder, 'preprocessor_config.json');
    writeFileSync(file, '{"resample": 5}');
    const model = (): Model => ({
      ...MINI,
      files: { ...MINI.files, 'preprocessor_config.json': pinned(file) },
    });
    await expect(warm(model())).rejects.toMatchObject({
      code: 'model-unfit',
      hint: expect.stringContaining('resample'),
    });
    cpSync(MINI.files['preprocessor_config.json']!.file, file);
    await expect(warm(model())).resolves.toBeUndefined();
  });

  it('is refused when its pictures have another size than its graph takes', async () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, '{"size": {"height": 640, "width": 640}}');
    const model = { ...MINI, files: { ...MINI.files, 'preprocessor_config.json': pinned(file) } };
    await expect(warm(model)).rejects.toMatchObject({
      code: 'model-unfit',
      hint: expect.stringContaining('pixel_values float32['),
    });
  });
});
