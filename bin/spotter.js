#!/usr/bin/env node
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';

try {
  accessSync(tmpdir(), constants.W_OK);
} catch {
  // tsx keeps what it has compiled in the temporary folder, and would fail where that cannot be written to.
  process.env.TSX_DISABLE_CACHE = '1';
}
const { register } = await import('tsx/esm/api');
register();
await import('../adapters/cli/main.ts');
