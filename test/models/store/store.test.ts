import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import { noise, sha256 } from '../server.ts';
import { SHIPPED } from '../shipped.ts';
import { CONFIG, createPlace, type Place, pinned, pull, toy, unpinned, WEIGHTS } from '../toy.ts';

const HALF = noise(2000, 7);
const DATA = noise(3000, 8);
const TWO = {
  files: [unpinned('config.json', CONFIG)],
  variants: {
    fp32: { weights: pinned('onnx/model.onnx', WEIGHTS) },
    fp16: { weights: pinned('onnx/half.onnx', HALF), extra: [pinned('onnx/half.onnx_data', DATA)] },
  },
};

let place: Place;
beforeEach(() => {
  place = createPlace();
  place.write('mirror/config.json', CONFIG);
  place.write('mirror/onnx/model.onnx', WEIGHTS);
  place.write('mirror/onnx/half.onnx', HALF);
  place.write('mirror/onnx/half.onnx_data', DATA);
});
afterEach(() => place.remove());

const models = (change = {}) =>
  place.models([toy([{ kind: 'folder', path: 'mirror' }], { ...TWO, ...change })]);

it('pulls what tools/export has made: its registry takes the place of the shipped entry', async () => {
  const id = 'mm-grounding-dino-base-all';
  const exported = place.models([toy([{ kind: 'folder', path: 'mirror' }], { ...TWO, id })]);
  expect(exported.list().find((model) => model.id === id)).toMatchObject({ checkpoint: undefined });
  await pull(exported, id);
  expect(exported.open(id)).toMatchObject({ id, variant: 'fp32' });
});

describe('open', () => {
  it('wants a model that has been pulled', async () => {
    for (const [reference, named] of [
      ['toy', 'toy'],
      ['toys', 'toy'],
      ['toy@fp16', 'toy@fp16'],
    ]) {
      expect(await refusal(() => models().open(reference!))).toMatchObject({
        code: 'model-missing',
        message: `${named} has not been pulled.`,
        hint: `Run "spotter models pull ${named}".`,
      });
    }
  });

  it('needs no file where only the hashes count', async () => {
    const toys = models();
    // The registry does not know config.json's.
    expect((await refusal(() => toys.pinned('toy'))).code).toBe('model-missing');
    await pull(toys, 'toy@fp16');
    const here = toys.open('toy');
    for (const path of ['config.json', 'onnx/half.onnx', 'onnx/half.onnx_data']) rmSync(place.file(path));
    expect(toys.pinned('toy')).toEqual(here);
    expect((await refusal(() => toys.open('toy'))).code).toBe('model-missing');
  });

  it('takes the variant that is here, and of several the first one', async () => {
    const toys = models();
    await pull(toys, 'toy@fp16');
    expect(toys.open('toy')).toMatchObject({ variant: 'fp16' });
    expect(Object.keys(toys.open('toys').files)).toEqual(['onnx/half.onnx_data', 'config.json']);
    expect((await refusal(() => toys.open('toy@fp32'))).code).toBe('model-missing');
    await pull(toys);
    expect(toys.open('toy').variant).toBe('fp32');
    expect(toys.open('toy@fp16').variant).toBe('fp16');
  });

  it.each([
    ['is missing', () => rmSync(place.file('config.json'))],
    ['has another size', () => place.write('store/toy/config.json', 'x')],
    [
      'is a folder',
      () => {
        rmSync(place.file('config.json'));
        place.write('store/toy/config.json/file', 'x');
      },
    ],
  ])('says which file %s', async (_, damage) => {
    const toys = models();
    await pull(toys);
    damage();
    expect((await refusal(() => toys.open('toy'))).message).toBe(
      'toy is not complete: config.json is missing or changed.',
    );
  });

  it('does not believe a lock file that is damaged, or older than what the registry says', async () => {
    await pull(models());
    const other = { ...TWO, variants: { fp32: { weights: pinned('onnx/model.onnx', HALF) } } };
    expect((await refusal(() => models(other).open('toy'))).message).toContain(
      'onnx/model.onnx is missing or changed',
    );
    place.write('store/toy/spotter-lock.json', '{"model":"toy","files":{"config.json":{}}}');
    expect((await refusal(() => models().open('toy'))).message).toBe('toy has not been pulled.');
    await pull(models());
    expect(models().open('toy').variant).toBe('fp32');
  });
});

describe('the folder of models', () => {
  it('may be relative: what is opened is absolute all the same', async () => {
    const store = relative(process.cwd(), `${place.folder}/store`);
    const toys = place.models([toy([{ kind: 'folder', path: 'mirror' }])], {}, { models: store });
    const { model } = await pull(toys);
    expect(model.weights.file).toBe(place.file('onnx/model.onnx'));
    expect(toys.path('toy')).toBe(`${place.folder}/store/toy`);
  });
});

describe('a hash that the registry does not know', () => {
  it('is pinned by the first pull, and holds for the next ones', async () => {
    const toys = models();
    const { files } = await pull(toys);
    expect(files['config.json']).toEqual({
      bytes: CONFIG.length,
      sha256: sha256(CONFIG),
      from: `${place.folder}/mirror`,
      pinnedBy: 'first pull',
    });
    expect(files['onnx/model.onnx']?.pinnedBy).toBe('registry');
    rmSync(place.file('config.json'));
    place.write('mirror/config.json', CONFIG.toString().toUpperCase());
    const { code, hint } = await refusal(pull(toys));
    expect(code).toBe('download-failed');
    expect(hint).toContain(`instead of ${sha256(CONFIG).slice(0, 12)}…`);
    // Whoever wants the new one says so.
    await toys.remove('toy');
    await pull(toys);
    expect(readFileSync(place.file('config.json'), 'utf8')).toBe(CONFIG.toString().toUpperCase());
  });
});

describe('list', () => {
  it('says of each variant whether it is here, and how large it is', async () => {
    const toys = models();
    await pull(toys, 'toy@fp16');
    const [{ variants, ...model } = expect.fail('nothing is listed'), ...others] = toys.list();
    expect(model).toMatchObject({ id: 'toy', specialist: 'toys', shipped: false, licence: { id: 'MIT' } });
    const both = HALF.length + DATA.length + CONFIG.length;
    expect(variants).toEqual([
      { name: 'fp32', bytes: WEIGHTS.length + CONFIG.length, exact: false, here: false, isDefault: true },
      { name: 'fp16', bytes: both, exact: true, here: true, isDefault: false },
    ]);
    expect(others.map(({ id, shipped }) => [id, shipped])).toEqual(
      SHIPPED.map(({ id, shipped }) => [id, shipped]),
    );
  });
});

describe('verify', () => {
  const said = async (reference?: string) =>
    (await models().verify(reference))
      .filter(({ id }) => id === 'toy')
      .map((file) => [file.path, file.ok, file.said]);

  it('tells what each file was compared with', async () => {
    await pull(models());
    expect(await said()).toEqual([
      ['onnx/model.onnx', true, 'as the registry says'],
      ['config.json', true, 'as pinned by the first pull'],
    ]);
  });

  it('finds what a size does not tell, and what is missing', async () => {
    await pull(models());
    await pull(models(), 'toy@fp16');
    const changed = Buffer.from(WEIGHTS);
    changed[700_000]! ^= 1;
    place.write('store/toy/onnx/model.onnx', changed);
    place.write('store/toy/config.json', CONFIG.toString().toUpperCase());
    rmSync(place.file('onnx/half.onnx_data'));
    const damaged = (await said('toy')).filter(([, ok]) => !ok);
    expect(damaged).toEqual([
      ['onnx/model.onnx', false, 'has other bytes than the registry says'],
      ['config.json', false, 'has changed since it was pulled'],
      ['onnx/half.onnx_data', false, 'is missing'],
    ]);
    await pull(models(), 'toy@fp16');
    expect((await said('toy@fp16')).every(([, ok]) => ok)).toBe(true);
  });

  it('of what is not here is an error if it was named, and nothing if not', async () => {
    expect((await refusal(models().verify('toy@fp16'))).message).toBe('toy@fp16 has not been pulled.');
    expect(await said()).toEqual([]);
  });
});

describe('remove', () => {
  it('of a variant leaves the others', async () => {
    const toys = models();
    await pull(toys);
    await pull(toys, 'toy@fp16');
    expect(await toys.remove('toy@fp16')).toBe(true);
    expect(await toys.remove('toy@fp16')).toBe(false);
    expect(readdirSync(place.file('onnx'))).toEqual(['model.onnx']);
    expect(toys.open('toy').variant).toBe('fp32');
    expect(readFileSync(place.file('spotter-lock.json'), 'utf8')).not.toContain('half');
  });

  it('of a model leaves nothing, not even what was half downloaded', async () => {
    const toys = models();
    await pull(toys);
    place.write('store/toy/onnx/half.onnx.part', 'begun');
    expect(await toys.remove('toy')).toBe(true);
    expect(existsSync(place.file(''))).toBe(false);
    expect(await toys.remove('toy')).toBe(false);
  });
});

describe('a licence', () => {
  it('must be accepted once, and again when it is another one', async () => {
    const asked: string[] = [];
    const acceptLicence = async ({ id }: { id: string }, { variant }: { variant: string }) => {
      asked.push(`${id} ${variant}`);
      return true;
    };
    const error = await refusal(models().pull('toy@fp16'));
    expect(error).toMatchObject({
      code: 'licence-not-accepted',
      message: 'toy may be used under the licence MIT, which has not been accepted.',
    });
    expect(error.hint).toBe(
      'Read it (https://example.org/licence), and to accept it run "spotter models pull toy@fp16 --accept-licence".',
    );
    expect(existsSync(place.file(''))).toBe(false);
    await models().pull('toy', { acceptLicence });
    await models().pull('toy@fp16');
    const changed = models({ licence: { id: 'Other', url: 'https://example.org/other' } });
    expect((await refusal(changed.pull('toy'))).code).toBe('licence-not-accepted');
    await changed.pull('toy', { acceptLicence });
    expect(asked).toEqual(['MIT fp32', 'Other fp32']);
  });

  it('that was declined is not accepted', async () => {
    const work = models().pull('toy', { acceptLicence: async () => false });
    expect((await refusal(work)).code).toBe('licence-not-accepted');
  });

  it('that was accepted stays so when the pull fails', async () => {
    rmSync(`${place.folder}/mirror/config.json`);
    await refusal(pull(models()));
    expect((await refusal(models().pull('toy'))).code).toBe('download-failed');
  });
});
