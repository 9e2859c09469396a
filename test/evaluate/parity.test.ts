import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import { KINDS } from '../../src/evaluate/parity/checks.ts';
import { readGolden } from '../../src/evaluate/parity/golden.ts';
import { modelInFolder, runParity } from '../../src/evaluate/parity/parity.ts';
import { GOLDEN_FOLDER, MINI, MODEL_FOLDER, PHOTO_FOLDER } from '../detector/grounding-dino/mini.ts';

const host = createDetectorHost({ device: 'cpu' });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-parity-'));
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

type Entry = Record<string, unknown>;
type Change = Readonly<Record<string, (entries: Entry[]) => Entry[]>>;

/** A copy of the golden folder, without other files than those named, and these as they are changed. */
function changed(name: string, change: Change): string {
  const copy = join(folder, name);
  cpSync(GOLDEN_FOLDER, copy, { recursive: true });
  for (const file of ['text.json', 'pixels.json', 'runs.json', 'synthetic.json']) {
    const path = join(copy, file);
    const alter = change[file];
    if (alter) writeFileSync(path, JSON.stringify(alter(JSON.parse(readFileSync(path, 'utf8')))));
    else rmSync(path);
  }
  return copy;
}

const compare = (golden: string, photos?: string) =>
  runParity({ model: MINI, golden: readGolden(golden), host, photos });

/** The kinds that do not hold, with their worst difference. */
const wrong = async (golden: string, photos?: string) =>
  Object.fromEntries(
    (await compare(golden, photos))
      .filter(({ ok }) => !ok)
      .map(({ kind, worst, notRun }) => [kind, worst ?? notRun]),
  );

const first = (entries: Entry[], alter: (entry: Entry) => Entry): Entry[] => [alter(entries[0]!)];
const same = (entries: Entry[]) => entries;

describe('the golden folder', () => {
  it('holds in every kind of comparison', async () => {
    const said: string[] = [];
    const found = await runParity({
      model: await modelInFolder(MODEL_FOLDER, 'onnx/model.onnx'),
      golden: readGolden(GOLDEN_FOLDER),
      host,
      photos: PHOTO_FOLDER,
      onProgress: (text) => said.push(text),
    });
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found.map(({ kind }) => kind)).toEqual(Object.keys(KINDS));
    expect(Object.fromEntries(found.map(({ kind, count }) => [kind, count]))).toMatchObject({
      'token ids': 43,
      offsets: 32,
      'photo to tensor': 6,
      'raw outputs': 6,
      'detections: rows': 17,
    });
    // Well within the limits, so that a change for the worse is noticed.
    const worst = Object.fromEntries(found.map(({ kind, worst: w }) => [kind, w]));
    expect(worst['photo to tensor']).toBeLessThan(0.007);
    expect(worst['detections: scores']).toBeLessThan(1e-5);
    expect(worst['detections: boxes']).toBeLessThan(0.01);
    expect(said).toContain('Running the model: 6 of 6');
  });
});

describe('a golden folder that says something else', () => {
  const text = (alter: (entry: Entry) => Entry) => ({ 'text.json': (all: Entry[]) => first(all, alter) });

  it.each([
    ['another token', { input_ids: [101, 1037, 3899, 1012, 102] }, { 'token ids': 1 }],
    // Two tokens, and a mask that is one too short.
    ['a token more', { input_ids: [101, 1037, 4937, 1012, 1012, 102] }, { 'token ids': 3 }],
    ['a token that is not attended to', { attention_mask: [1, 1, 1, 1, 0] }, { 'token ids': 1 }],
    [
      'another place',
      {
        offsets: [
          [0, 0],
          [0, 1],
          [2, 8],
          [5, 6],
          [0, 0],
        ],
      },
      { offsets: 3 },
    ],
    ['a place less', { offsets: [[0, 0]] }, { offsets: Number.POSITIVE_INFINITY }],
    ['another phrase', { phrase_token_positions: [[1], [2]] }, { 'phrase positions': 2 }],
  ])('of a text is caught: %s', async (name, change, caught) => {
    expect(
      await wrong(
        changed(
          `text ${name}`,
          text((entry) => ({ ...entry, ...change })),
        ),
      ),
    ).toEqual(caught);
  });

  const pixels = (change: Entry) => ({
    'pixels.json': (all: Entry[]) => first(all, (entry) => ({ ...entry, ...change })),
  });

  it.each([
    ['another size', { size: { height: 800, width: 801 } }, { 'tensor size': 1 }],
    ['another mean', { mean: [0.4, 0.41, 0.52] }, ['normalisation', 'channel mean and deviation']],
    ['another value', { samples: [[0, 0, 0, 3]] }, ['normalisation']],
    ['another picture', { resized: 'images/wine.square.png' }, ['normalisation', 'photo to tensor']],
  ])('of a picture is caught: %s', async (name, change, caught) => {
    const found = await wrong(changed(`pixels ${name}`, pixels(change)), PHOTO_FOLDER);
    if (Array.isArray(caught)) expect(Object.keys(found)).toEqual(caught);
    else expect(found).toMatchObject(caught);
  });

  it('of detections is caught', async () => {
    interface Expected {
      row: number;
      box: number[];
      score: number;
      phrase_means: number[];
    }
    const alter = (change: (expected: Expected[]) => Expected[]) => ({
      'synthetic.json': (all: Entry[]) =>
        first(all, (entry) => {
          const post = entry.post as { expected: Expected[] };
          return { ...entry, post: { ...post, expected: change(post.expected) } };
        }),
    });
    const one = (change: (expected: Expected) => Partial<Expected>) =>
      alter(([top, ...rest]) => [{ ...top!, ...change(top!) }, ...rest]);
    expect(
      await wrong(
        changed(
          'row',
          one(({ row }) => ({ row: row + 1 })),
        ),
      ),
    ).toMatchObject({ 'detections: rows': 1 });
    expect(
      await wrong(
        changed(
          'gone',
          alter((all) => all.slice(0, -1)),
        ),
      ),
    ).toEqual({ 'detections: rows': 1 });
    const box = one(({ box: [x, ...others] }) => ({ box: [x! + 1, ...others] }));
    expect((await wrong(changed('box', box)))['detections: boxes']).toBeCloseTo(1, 2);
    const mean = one(({ phrase_means: [m, ...others] }) => ({ phrase_means: [m! + 0.01, ...others] }));
    expect((await wrong(changed('mean', mean)))['detections: scores']).toBeCloseTo(0.01, 4);
  });

  it('of raw outputs is caught when more than six rows differ', async () => {
    const golden = changed('raw', { 'runs.json': (all) => first(all, (entry) => ({ ...entry, post: [] })) });
    const file = join(golden, 'runs/0.boxes.f32');
    const bytes = readFileSync(file);
    const spoil = (rows: number) => {
      for (let row = 0; row < rows; row++) bytes.writeFloatLE(bytes.readFloatLE(row * 16) + 2e-4, row * 16);
      writeFileSync(file, bytes);
    };
    spoil(6);
    expect(await wrong(golden)).toEqual({});
    bytes.writeFloatLE(Number.NaN, 6 * 16);
    writeFileSync(file, bytes);
    expect(await wrong(golden)).toEqual({ 'raw outputs': 7 });
  });
});

describe('a golden folder that is not whole', () => {
  it('is compared as far as it goes', async () => {
    const found = await compare(changed('text only', { 'text.json': same }));
    expect(found.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['token ids', true],
      ['offsets', true],
      ['phrase positions', true],
    ]);
  });

  it('does not hold where a photo is missing, or another one has its name', async () => {
    const other = { source: 'no-such-photo.jpg' };
    const golden = changed('photo', {
      'pixels.json': (all) => first(all, (entry) => ({ ...entry, ...other })),
    });
    const said = ['no photo no-such-photo.jpg of 2056 x 3088 was found'];
    expect(await wrong(golden)).toEqual({ 'photo to tensor': said, 'channel mean and deviation': said });
    cpSync(`${PHOTO_FOLDER}wine.jpg`, join(golden, 'images/no-such-photo.jpg'));
    expect(await wrong(golden)).toEqual({ 'photo to tensor': said, 'channel mean and deviation': said });
    cpSync(`${PHOTO_FOLDER}two_dogs.jpg`, join(golden, 'images/no-such-photo.jpg'));
    expect(await wrong(golden)).toEqual({});
  });

  it('does not hold where the output or the picture of a run is missing', async () => {
    const golden = changed('run', { 'runs.json': (all) => all.slice(0, 2) });
    rmSync(join(golden, 'runs/0.logits.f32'));
    writeFileSync(join(golden, 'images/two_dogs.square.png'), 'no picture');
    const why = 'runs/0.logits.f32 or runs/0.boxes.f32 is missing or of another length';
    const found = await compare(golden);
    expect(found.find(({ kind }) => kind === 'raw outputs')).toMatchObject({
      ok: false,
      count: 0,
      worst: null,
      notRun: [why, 'images/two_dogs.square.png is missing or too large'],
    });
    expect(found.find(({ kind }) => kind === 'detections: rows')).toMatchObject({
      ok: false,
      count: 2,
      notRun: [why],
    });
  });

  it('is told from no golden folder, and from one of another shape', () => {
    expect(() => readGolden(folder)).toThrow(expect.objectContaining({ code: 'not-found' }));
    const odd = changed('odd', { 'text.json': () => [{ text: 1 }] });
    expect(() => readGolden(odd)).toThrow(expect.objectContaining({ code: 'bad-usage' }));
  });

  it('may hold what Python writes for infinity', () => {
    const golden = changed('python', { 'synthetic.json': same });
    const file = join(golden, 'synthetic.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('-4.0312,', '-Infinity,'));
    expect(readGolden(golden).synthetic[0]!.logits[0]![0]).toBeNull();
  });
});

describe('a model folder', () => {
  it('is refused when something is missing, saying what', async () => {
    await expect(modelInFolder(MODEL_FOLDER, 'onnx/other.onnx')).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Missing: onnx/other.onnx.',
    });
  });
});
