#!/usr/bin/env node
// Runs a TypeScript file of the project: node bin/run.js <file.ts> [arguments]
import { resolve } from 'node:path';
import { launch } from './launch.js';

const [file] = process.argv.splice(2, 1);
process.argv[1] = resolve(file);
await launch(file);
