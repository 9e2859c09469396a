import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRegistry } from '../../../src/models/registry.ts';
import { refusal } from '../refusal.ts';
import { SHIPPED } from '../shipped.ts';
import { CONFIG, createPlace, type Place, pinned, toy, unpinned } from '../toy.ts';

const ids = SHIPPED.map(({ id }) => id);

let place: Place;
beforeEach(() => {
  place = createPlace();
});
afterEach(() => place.remove());

const SOURCES = [{ kind: 'url', base: 'https://example.org/toy' }];
const plain = (change = {}) => toy(SOURCES, change);
const write = (...models: unknown[]) => place.write('registry.json', JSON.stringify({ models }));

/** What is said about a registry, without the part that is always the same. */
async function wrongWith(...models: unknown[]): Promise<string> {
  const file = write(...models);
  const { code, message } = await refusal(() => readRegistry(file));
  expect(code).toBe('bad-config');
  const start = `The registry of models ${file} cannot be used: `;
  expect(message.startsWith(start) && message.endsWith('.')).toBe(true);
  return message.slice(start.length, -1);
}

describe("one's own registry", () => {
  it('comes before the shipped one', () => {
    expect(readRegistry(write(plain())).map(({ id }) => id)).toEqual(['toy', ...ids]);
    expect(readRegistry().map(({ id }) => id)).toEqual(ids);
  });

  it('changes what it says of a shipped model, and nothing else', () => {
    const mirror = {
      id: 'grounding-dino-tiny',
      default: 'q4f16',
      sources: [{ kind: 'folder', path: 'mirror' }],
    };
    const [changed, ...others] = readRegistry(write(mirror));
    const shipped = readRegistry().find(({ id }) => id === mirror.id);
    expect(changed).toEqual({
      ...shipped,
      default: 'q4f16',
      sources: [{ kind: 'folder', path: join(place.folder, 'mirror') }],
    });
    expect(others.map(({ id }) => id)).toEqual(ids.filter((id) => id !== 'grounding-dino-tiny'));
  });

  it('may name absolute folders', () => {
    const [entry] = readRegistry(write(toy([{ kind: 'folder', path: '/mnt/mirror' }])));
    expect(entry?.sources).toEqual([{ kind: 'folder', path: '/mnt/mirror' }]);
  });

  it('that is not there, or no JSON, or no registry, is refused by its name', async () => {
    const missing = join(place.folder, 'none.json');
    expect((await refusal(() => readRegistry(missing))).message).toContain(`${missing} cannot be used: `);
    const broken = place.write('broken.json', '{"models": [');
    expect((await refusal(() => readRegistry(broken))).message).toContain('it is no JSON: ');
    const other = place.write('other.json', '[]');
    expect((await refusal(() => readRegistry(other))).message).toMatch(
      /cannot be used: Invalid input: expected object/,
    );
  });
});

const weights = (path: string) => ({ variants: { fp32: { weights: { path, bytes: 5, sha256: null } } } });
const WITHIN = 'must be a path within the model, like "onnx/model.onnx"';

describe('an entry', () => {
  it.each([
    '../evil',
    'a/../../evil',
    '/etc/passwd',
    'C:/evil',
    'a\\..\\evil',
    './a',
    'a//b',
    'a/',
    '',
    '.hidden',
    'a/.git/config',
    'a\u0000b',
    'a b',
    'über',
  ])('with the path %j is refused: it could leave the folder of the model', async (path) => {
    expect(await wrongWith(plain({ files: [{ path, bytes: 5, sha256: null }] }))).toBe(
      `models[0].files[0].path: ${WITHIN}`,
    );
    expect(await wrongWith(plain(weights(path)))).toBe(`models[0].variants.fp32.weights.path: ${WITHIN}`);
  });

  it.each(['spotter-lock.json', 'a.part', 'b/c.part.json', 'Spotter-Lock.JSON'])(
    'with the path %j is refused: Spotter itself writes there',
    async (path) => {
      expect(await wrongWith(plain(weights(path)))).toContain('models[0].variants.fp32.weights.path: ');
    },
  );

  it.each(['..', '../up', 'a/b', '.locks', 'UPPER', '', '-a', 'a@b', 'a..b', '__proto__', 'x'.repeat(65)])(
    'with the id %j is refused: it becomes a folder',
    async (id) => {
      expect(await wrongWith(plain({ id }))).toMatch(/^models\[0\]\.id: /);
    },
  );

  it.each([
    [
      'sha256 of 63 digits',
      { files: [{ path: 'a', bytes: 5, sha256: 'a'.repeat(63) }] },
      'models[0].files[0].sha256: must be 64',
    ],
    ['size of 0', { files: [{ path: 'a', bytes: 0, sha256: null }] }, 'models[0].files[0]'],
    ['bytes and about', { files: [{ path: 'a', bytes: 5, about: 5, sha256: null }] }, 'models[0].files[0]'],
    ['no size', { files: [{ path: 'a', sha256: null }] }, 'models[0].files[0]'],
    ['another role', { role: 'oracle' }, 'models[0].role: '],
    ['a word too much', { colour: 'red' }, 'models[0]: Unrecognized key: "colour"'],
    ['no title', { title: undefined }, 'models[0].title: '],
    ['no source', { sources: [] }, 'models[0].sources: '],
    ['a source of no known kind', { sources: [{ kind: 'ftp' }] }, 'models[0].sources[0].kind: '],
    [
      'a licence without address',
      { licence: { id: 'MIT', url: 'javascript:alert(1)' } },
      'models[0].licence.url: must be the address of a page',
    ],
    ['a default that it has not', { default: 'int8' }, 'models[0].default: there is no variant "int8"'],
    [
      'a file twice',
      { files: [unpinned('ONNX/model.onnx', CONFIG)] },
      'models[0].variants.fp32: "onnx/model.onnx" stands there twice',
    ],
    ['no variant', { variants: {} }, 'models[0].default: there is no variant "fp32"'],
  ])('with %s is refused in one sentence that says where', async (_, change, said) => {
    const sentence = await wrongWith(plain(change));
    expect(sentence.slice(0, said.length)).toBe(said);
    expect(sentence).not.toContain('\n');
  });

  it.each([
    [
      { kind: 'url', base: 'https://me:secret@example.org/' },
      'sources[0].base: must be an address without name, password',
    ],
    [{ kind: 'url', base: 'https://example.org/?token=a' }, 'sources[0].base: '],
    [{ kind: 'url', base: 'file:///etc' }, 'sources[0].base: '],
    [{ kind: 'huggingface', repo: '../../api', revision: 'main' }, 'sources[0].repo: '],
    [{ kind: 'huggingface', repo: 'a/b', revision: 'refs/../x' }, 'sources[0].revision: '],
    [{ kind: 'npm', spec: 'name', about: 5 }, 'sources[0].spec: '],
    [{ kind: 'npm', spec: 'name@latest', about: 5 }, 'sources[0].spec: '],
    [{ kind: 'npm', spec: '../x@1.0.0', about: 5 }, 'sources[0].spec: '],
    [{ kind: 'npm', spec: 'a@1.0.0', about: 5, inside: '../..' }, 'sources[0].inside: '],
    [{ kind: 'npm', spec: 'a@1.0.0', about: 5, integrity: 'md5-abc' }, 'sources[0].integrity: '],
    [{ kind: 'folder', path: '' }, 'sources[0].path: '],
  ])('with the source %j is refused', async (source, said) => {
    expect((await wrongWith(toy([source]))).slice('models[0].'.length)).toMatch(said);
  });

  it('that comes with the project must be pinned, and has no other source', async () => {
    const project = { kind: 'project', path: 'toy' };
    const loose = toy([project], { files: [unpinned('config.json', CONFIG)] });
    expect(await wrongWith(loose)).toBe(
      'models[0].sources: config.json comes with the project and needs its whole sha256',
    );
    expect(await wrongWith(toy([project, ...SOURCES]))).toBe(
      'models[0].sources: what comes with the project has no other source',
    );
  });

  it('that tools/export makes has no other source', async () => {
    const made = { kind: 'export', checkpoint: 'nobody/toy' };
    expect(await wrongWith(toy([made, ...SOURCES]))).toBe(
      'models[0].sources: what tools/export makes has no other source',
    );
  });

  it('may stand there once', async () => {
    expect(await wrongWith(plain(), plain())).toBe('models[1]: "toy" stands there twice');
  });

  it('may have files of its own for each variant', () => {
    const extra = [pinned('onnx/model.onnx_data', CONFIG)];
    const variants = { fp32: { weights: pinned('onnx/model.onnx', CONFIG), extra } };
    expect(readRegistry(write(plain({ variants })))[0]?.variants.fp32?.extra).toEqual(extra);
  });
});
