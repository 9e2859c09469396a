import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createSpotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import { createModels } from '../../src/models/models.ts';
import { readModelJson } from '../../src/models/store.ts';
import {
  createTokeniser,
  PreprocessorFile,
  pixelsOf,
  textTensors,
} from '../../src/observer/image-text/inputs.ts';
import { readPicture } from '../../src/picture/read.ts';
import { scoreLikeness } from '../../src/reasoning/likeness.ts';
import { example } from '../detector/photos.ts';

const FOLDER = fileURLToPath(new URL('../parity/image-text/', import.meta.url));
const golden = JSON.parse(readFileSync(join(FOLDER, 'golden.json'), 'utf8')) as {
  readonly texts: readonly { readonly text: string; readonly ids: number[] }[];
  readonly photos: readonly {
    readonly name: string;
    readonly mean: number[];
    readonly every97th: number[];
    readonly logits: number[];
  }[];
};

const file = (path: string) => ({
  path,
  bytes: statSync(join(FOLDER, path)).size,
  sha256: createHash('sha256')
    .update(readFileSync(join(FOLDER, path)))
    .digest('hex'),
});
/** An entry of a registry of one's own, as docs/observers.md has it. */
const entry = {
  ...{ id: 'tiny-clip', title: 'A tiny CLIP of random weights', role: 'observer', specialist: 'image-text' },
  publisher: { name: 'Spotter', url: 'https://example.org/' },
  licence: { id: 'MIT', url: 'https://example.org/licence' },
  contract: {
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['texts', 'tokens'] },
      { name: 'pixel_values', type: 'float32', shape: ['pictures', 3, 32, 32] },
      { name: 'attention_mask', type: 'int64', shape: ['texts', 'tokens'] },
    ],
    outputs: [{ name: 'logits_per_image', type: 'float32', shape: ['pictures', 'texts'] }],
  },
  files: ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'].map(file),
  variants: { default: { weights: file('model.onnx') } },
  default: 'default',
  sources: [{ kind: 'project', path: FOLDER }],
};

const folder = mkdtempSync(join(tmpdir(), 'spotter-image-text-'));
const registry = join(folder, 'registry.json');
writeFileSync(registry, JSON.stringify({ models: [entry] }));
afterAll(() => rmSync(folder, { recursive: true }));
const model = createModels(readConfig({ env: { SPOTTER_REGISTRY: registry } })).open('tiny-clip');

describe('against the reference', () => {
  it.each(golden.texts)('the tokens are the same: $text', async ({ text, ids }) => {
    expect((await createTokeniser(model)).tokenise(text)).toEqual(ids);
  });

  it('a longer text loses its end, and keeps the sign of it', async () => {
    const { tokenise } = await createTokeniser(model);
    const ids = tokenise('striped '.repeat(50));
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([24, 0, 1]);
  });

  it.each(golden.photos)('pixels and logits are nearly the same: $name', async ({ name, mean, ...photo }) => {
    const picture = await readPicture(readFileSync(example(name)));
    const how = readModelJson(model, 'preprocessor_config.json', PreprocessorFile);
    const pixels = await pixelsOf(picture, [0, 0, picture.width, picture.height], how);
    const plane = pixels.length / 3;
    for (const channel of [0, 1, 2]) {
      const sum = pixels.subarray(channel * plane, (channel + 1) * plane).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum / plane - mean[channel]!)).toBeLessThan(0.02);
    }
    const apart = photo.every97th.map((value, i) => Math.abs(value - pixels[97 * i]!));
    expect(apart.reduce((a, b) => a + b, 0) / apart.length).toBeLessThan(0.06);
    const { tokenise, pad } = await createTokeniser(model);
    const text = textTensors(
      golden.texts.map((each) => tokenise(each.text)),
      pad,
    );
    const host = createDetectorHost({ device: 'cpu' });
    const pixel_values = { type: 'float32', data: pixels, dims: [1, 3, 32, 32] } as const;
    const { outputs } = await host.turn((run) => run(model.weights, { ...text, pixel_values }));
    await host.close();
    const logits = [...(outputs.logits_per_image!.data as Float32Array)];
    expect(logits).toHaveLength(photo.logits.length);
    for (const [i, logit] of logits.entries()) expect(Math.abs(logit - photo.logits[i]!)).toBeLessThan(0.1);
  });
});

describe('a question', () => {
  const ask = async (expression: string, env: Record<string, string>) => {
    const spotter = createSpotter(readConfig({ env, flags: { cache: false } }));
    const { verdict } = await spotter.ask({ source: example('two-dogs.jpg'), expression });
    await spotter.close();
    return verdict;
  };
  const env = { SPOTTER_REGISTRY: registry, SPOTTER_IMAGE_TEXT: 'tiny-clip' };

  it('compares words that nothing else can judge, where a model is named', async () => {
    const { trace, considered } = await ask('the smiling dog', env);
    expect(trace.map(({ name }) => name)).toContain('observing');
    const said = considered[0]!.judgements.find(({ words }) => words === 'smiling');
    expect(said?.reason).toMatch(/^compared with the words: \d+ %/);
  });

  it('does not where everything can be judged, or no model is named', async () => {
    expect((await ask('the upper dog', env)).trace.map(({ name }) => name)).not.toContain('observing');
    expect((await ask('the smiling dog', {})).trace.map(({ name }) => name)).not.toContain('observing');
  });

  it('fails with what is missing where the model is not there', async () => {
    await expect(ask('the smiling dog', { SPOTTER_IMAGE_TEXT: 'no-such-model' })).rejects.toMatchObject({
      code: 'unknown-model',
    });
  });
});

it('only what it is sure of decides', () => {
  const box = [0, 0, 10, 10] as const;
  const score = (likely: number) =>
    scoreLikeness({ kind: 'unresolved', words: 'striped' }, box, [{ box, words: 'striped', likely }]).score;
  expect([score(0.95), score(0.5), score(0.04)]).toEqual([0.95, undefined, 0.04]);
  expect(scoreLikeness({ kind: 'unresolved', words: 'striped' }, box).reason).toBe('this cannot be judged');
});
