#!/usr/bin/env node
// `npm run quality -- [--annotations FILE] …` is `spotter eval run` on the development set, telling more.
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
const at = args.indexOf('--annotations');
const [, annotations] = at < 0 ? [] : args.splice(at, 2);
const set = annotations ?? '../shared/recset/dev.json';
const program = new URL('./spotter.js', import.meta.url);
process.argv = [process.execPath, fileURLToPath(program), 'eval', 'run', set, '--beside', '--wrong', ...args];
await import(program.href);
