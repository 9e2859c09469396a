// Compiles the program to JavaScript once, into .spotter/build/<hash of all its sources>, and again when they change.
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, '.spotter', 'build');

/** Every module that a process or a thread begins with. */
export const ENTRIES = [
  'adapters/cli/main.ts',
  'adapters/bot/main.ts',
  'src/evaluate/read/parquet-worker.ts',
  'src/evaluate/stand-in/main.ts',
  'src/expression/expression-worker.ts',
  'src/picture/decoder-worker.ts',
  'src/reasoning/reasoning-worker.ts',
  'src/service/watchdog-thread.ts',
  'src/detector/worker/child.ts',
];

/** What npm says to have installed: some of it is compiled in. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');

/**
 * The folder with the compiled program, which is made where it is missing.
 * @returns undefined where none can be made or trusted; the sources run all the same, only slower
 */
export async function compiledProgram() {
  const sources = ['src', 'adapters'].flatMap((folder) => sourcesIn(join(ROOT, folder)));
  const folder = join(
    FOLDER,
    hashOf([...sources, fileURLToPath(import.meta.url), ...[INSTALLED].filter(existsSync)]),
  );
  if (existsSync(folder)) return isOurs(folder) ? folder : undefined;
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o755 });
    return isOurs(FOLDER) ? await compile(folder) : undefined;
  } catch {
    return undefined;
  }
}

const sourcesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });

/** The place counts, too: addresses of files are compiled in. */
function hashOf(files) {
  const hash = createHash('sha256').update(ROOT);
  for (const file of files.toSorted()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

/** Whether nobody else can have written it: it belongs to this user, to root, or to whom the program belongs. */
function isOurs(folder) {
  if (process.getuid === undefined) return true;
  const found = lstatSync(folder);
  const owners = [process.getuid(), 0, statSync(join(ROOT, 'package.json')).uid];
  return found.isDirectory() && owners.includes(found.uid) && (found.mode & 0o022) === 0;
}

async function compile(folder) {
  const { build, stop } = await import('esbuild');
  const draft = join(FOLDER, `.${randomUUID()}`);
  await build({
    entryPoints: ENTRIES.map((entry) => join(ROOT, entry)),
    outdir: draft,
    outbase: ROOT,
    bundle: true,
    splitting: true,
    minifyWhitespace: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    define: { COMPILED_PROGRAM: JSON.stringify(folder) },
    plugins: [ownAddress, packages],
    // For packages that are not modules of ECMAScript.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'silent',
  }).finally(stop);
  try {
    renameSync(draft, folder);
  } catch {
    // Another process was faster.
    rmSync(draft, { recursive: true, force: true });
  }
  for (const name of readdirSync(FOLDER)) {
    // What another version of the sources left, or a process that was killed, a day ago.
    const other = join(FOLDER, name);
    if (other !== folder && Date.now() - statSync(other).mtimeMs > 86_400_000)
      rmSync(other, { recursive: true, force: true });
  }
  return folder;
}

/** Modules find files beside their source, which stays where it is. */
const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const address = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll('import.meta.url', address), loader: 'ts' };
    });
  },
};

/**
 * Packages of many small modules, which load faster and take less memory when they are compiled in (the bot beside workers: 45 MB
 * less); all others are left where they are.
 */
const COMPILED_IN = new Set(
  `@keyv/redis @slack/bolt bullmq commander discord.js file-type ioredis keyv lru-cache openai p-queue
   rate-limiter-flexible undici zod`.split(/\s+/),
);

const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || importer.includes('node_modules')) return undefined;
      const name = path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
      return COMPILED_IN.has(name) ? undefined : { path, external: true };
    });
  },
};

/** Where an entry lies in the compiled program. */
export const compiledEntry = (folder, entry) => join(folder, relative(ROOT, entry).replace(/\.ts$/, '.js'));
