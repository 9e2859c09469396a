import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createModels } from '../../../src/models/models.ts';
import { filesOf, isWhole, readRegistry } from '../../../src/models/registry.ts';
import { refusal } from '../refusal.ts';

const models = createModels({
  models: '/nowhere',
  registry: undefined,
  hfEndpoint: 'https://h.example',
  hfToken: undefined,
});

describe('the registry that comes with Spotter', () => {
  const entries = readRegistry();

  it('has the starter, with the sizes and hashes of its files', () => {
    const { weights, files, restore, ...names } = models.open('starter');
    expect(names).toEqual({ id: 'starter', variant: 'default', specialist: 'starter', device: 'cpu' });
    expect(restore).toMatch(/^It comes with Spotter: restore .*starter\.$/);
    expect(Object.keys(files)).toEqual(['classes.json', 'families.json', 'vocabulary.json']);
    const starter = entries.find(({ id }) => id === 'starter')!;
    const listed = filesOf(starter, starter.variants.default!);
    for (const [i, { file, sha256 }] of [weights, ...Object.values(files)].entries()) {
      const bytes = readFileSync(file);
      expect(createHash('sha256').update(bytes).digest('hex'), file).toBe(sha256);
      expect(listed[i], file).toMatchObject({ bytes: bytes.length, sha256 });
    }
  });

  it('pins Grounding DINO to a commit and its weights to their hashes, and says which files have none', () => {
    const tiny = entries.find(({ id }) => id === 'grounding-dino-tiny')!;
    expect(Object.keys(tiny.variants)).toEqual(['fp32', 'fp16', 'q4f16', 'int8']);
    expect(tiny.sources).toMatchObject([
      { kind: 'huggingface', revision: expect.stringMatching(/^[\da-f]{40}$/) },
    ]);
    for (const variant of Object.values(tiny.variants)) {
      const unknown = filesOf(tiny, variant).filter(({ sha256 }) => !isWhole(sha256));
      expect(unknown).toEqual([
        { path: 'config.json', about: 4000, sha256: null },
        { path: 'tokenizer_config.json', about: 1500, sha256: null },
      ]);
    }
  });

  it('names the published MM Grounding DINO, and how each is made', async () => {
    const made = models.list().filter(({ checkpoint }) => checkpoint !== undefined);
    expect(made).toHaveLength(8);
    for (const { id, checkpoint, licence, variants } of made) {
      // tools/export names its entry so: it takes the place of this one.
      expect(id).toBe(checkpoint!.replace('openmmlab-community/', '').replaceAll('_', '-'));
      expect(variants).toMatchObject([{ name: 'fp32', exact: false, here: false }]);
      const refused = {
        code: 'model-missing',
        message: `${id} is not published as ONNX: tools/export makes it of ${checkpoint}.`,
        hint: `Run "python tools/export/export.py ${checkpoint} out --licence ${licence.id} ${licence.url}", then "SPOTTER_REGISTRY=out/registry.json spotter models pull ${id}".`,
      };
      expect(await refusal(() => models.pull(id, { acceptLicence: true }))).toMatchObject(refused);
      expect(await refusal(() => models.open(id))).toMatchObject(refused);
    }
    expect(models.list().find(({ specialist }) => specialist === 'grounding-dino')!.id).toBe(
      'grounding-dino-tiny',
    );
  });
});
