// Starts a TypeScript module of the project: compiled where it is an entry of the program, else by tsx as it is.
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compiledEntry, compiledProgram, ENTRIES } from './compile.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

// tsx would keep what it compiles in a folder of the shared temporary folder that others could have made before us.
process.env.TSX_DISABLE_CACHE = '1';

export async function launch(file) {
  const path = resolve(file);
  const folder = ENTRIES.includes(relative(ROOT, path)) ? await compiledProgram() : undefined;
  if (folder !== undefined) return import(pathToFileURL(compiledEntry(folder, path)).href);
  const { register } = await import('tsx/esm/api');
  register();
  return import(pathToFileURL(path).href);
}
