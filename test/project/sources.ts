import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A file of the project, its path with slashes, from the root. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** What it imports: a path from the root, "node:…", or a package's name. */
  readonly imports: readonly string[];
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** All TypeScript and JavaScript files below some folders, without what is installed there. */
export const sources = (...folders: readonly string[]): Source[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name))
      .filter((entry) => !entry.parentPath.split(sep).includes('node_modules'))
      .map((entry) => source(slashed(relative(ROOT, join(entry.parentPath, entry.name))))),
  );

function source(path: string): Source {
  const text = read(path);
  return { path, text, imports: importsOf(text).map((specifier) => target(path, specifier)) };
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, `require('x')`, `require.resolve('x')`. */
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\(|\.resolve\()(['"])([\w@.:/-]+)\1/g;

export const importsOf = (text: string): string[] =>
  [...withoutComments(text).matchAll(IMPORT)].map((m) => m[2]!);

const withoutComments = (text: string): string => text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '');

function target(path: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    return slashed(relative(ROOT, resolve(ROOT, dirname(path), specifier)));
  }
  if (specifier.startsWith('node:')) return specifier;
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

const slashed = (path: string): string => path.split(sep).join('/');
