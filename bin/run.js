#!/usr/bin/env node
// Runs a TypeScript file of the project: node bin/run.js <file.ts> [arguments]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';

// See spotter.js: the cache would lie in a folder that others could have made before us.
process.env.TSX_DISABLE_CACHE = '1';

register();
const [file] = process.argv.splice(2, 1);
process.argv[1] = resolve(file);
await import(pathToFileURL(process.argv[1]).href);
