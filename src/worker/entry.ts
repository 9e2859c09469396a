import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of the compiled program; bin/compile.js puts it in place of this name. */
declare const COMPILED_PROGRAM: string;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How a module of the program is started in a process or thread of its own. */
export interface Entry {
  /** A file, or where a thread has to be able to read TypeScript first, a module that begins with that. */
  readonly module: string | URL;
  readonly execArgv: string[];
}

/** @param source the module's TypeScript file, an absolute path; the compiled one is started where this one is compiled */
export function processEntry(source: string): Entry & { readonly module: string } {
  if (typeof COMPILED_PROGRAM !== 'undefined') return { module: compiled(source), execArgv: [] };
  return { module: source, execArgv: source.endsWith('.ts') ? ['--import', addressOf('tsx')] : [] };
}

/** The same for a thread, in which tsx does not register itself. */
export function threadEntry(source: string): Entry {
  if (typeof COMPILED_PROGRAM !== 'undefined') return { module: compiled(source), execArgv: [] };
  // What is resolved here is the module for require().
  const api = JSON.stringify(addressOf('tsx/esm/api').replace(/\.cjs$/, '.mjs'));
  const module = JSON.stringify(pathToFileURL(source).href);
  const text = `import { register } from ${api}; register(); await import(${module});`;
  return { module: new URL(`data:text/javascript,${encodeURIComponent(text)}`), execArgv: [] };
}

const compiled = (source: string): string =>
  join(COMPILED_PROGRAM, relative(ROOT, source).replace(/\.ts$/, '.js'));

/** As an absolute URL, so that the working directory does not matter. */
const addressOf = (name: string): string => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
