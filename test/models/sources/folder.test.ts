import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import { noise, sha256, startServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, WEIGHTS } from '../toy.ts';

let place: Place;
beforeEach(() => {
  place = createPlace();
  place.write('mirror/config.json', CONFIG);
  place.write('mirror/onnx/model.onnx', WEIGHTS);
});
afterEach(() => place.remove());

const MIRROR = { kind: 'folder', path: 'mirror' };

describe('a folder as a mirror', () => {
  it('is copied from, and lies relative to the registry that names it', async () => {
    const { model, files } = await pull(place.models([toy([MIRROR])]));
    expect(readFileSync(model.weights.file).equals(WEIGHTS)).toBe(true);
    expect(files['onnx/model.onnx']?.from).toBe(join(place.folder, 'mirror'));
  });

  it('is left for the next source where it does not have a file, or not the right one', async () => {
    const server = await startServer();
    server.on('/onnx/model.onnx', whole(WEIGHTS));
    place.write('mirror/onnx/model.onnx', noise(WEIGHTS.length, 2));
    const sources = [{ kind: 'folder', path: 'nowhere' }, MIRROR, { kind: 'url', base: server.address }];
    const { notes, files } = await pull(place.models([toy(sources)]));
    await server.close();
    expect(files['config.json']?.from).toBe(join(place.folder, 'mirror'));
    expect(files['onnx/model.onnx']).toMatchObject({ from: server.host, sha256: sha256(WEIGHTS) });
    expect(notes[0]).toBe(`config.json: ${place.folder}/nowhere does not have it; trying the next source`);
    expect(notes[2]).toContain(`onnx/model.onnx: ${place.folder}/mirror has sha256`);
  });

  it('that has other bytes leaves nothing of them', async () => {
    place.write('mirror/onnx/model.onnx', noise(WEIGHTS.length, 2));
    expect((await refusal(pull(place.models([toy([MIRROR])])))).hint).toContain('has sha256');
    expect(readFileSync(place.file('onnx/model.onnx.part'))).toHaveLength(0);
  });

  it('that cannot help leads to an error that says what each source said', async () => {
    place.write('mirror/config.json', 'too short');
    const sources = [{ kind: 'folder', path: 'nowhere' }, MIRROR];
    const { code, message, hint } = await refusal(pull(place.models([toy(sources)])));
    expect({ code, message }).toEqual({
      code: 'download-failed',
      message: 'config.json of toy could not be downloaded.',
    });
    expect(hint).toBe(
      `${place.folder}/nowhere does not have it. ${place.folder}/mirror has 9 bytes instead of ${CONFIG.length}.`,
    );
  });
});

describe('files that come with the project', () => {
  const entry = () => toy([{ kind: 'project', path: 'mirror' }]);

  it('are used where they are: nothing is pulled, no licence asked', async () => {
    const models = place.models([entry()]);
    expect(models.open('toy').weights.file).toBe(join(place.folder, 'mirror/onnx/model.onnx'));
    expect(await models.pull('toy')).toMatchObject({ folder: join(place.folder, 'mirror'), files: {} });
    expect(models.path('toys')).toBe(join(place.folder, 'mirror'));
  });

  it('are verified, and never removed', async () => {
    const models = place.models([entry()]);
    expect((await models.verify('toy')).map(({ ok }) => ok)).toEqual([true, true]);
    place.write('mirror/config.json', CONFIG.toString().toUpperCase());
    expect((await models.verify('toy')).map(({ ok }) => ok)).toEqual([true, false]);
    expect((await refusal(models.remove('toy'))).code).toBe('bad-usage');
    expect(readFileSync(join(place.folder, 'mirror/onnx/model.onnx')).equals(WEIGHTS)).toBe(true);
  });
});
