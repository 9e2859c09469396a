#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { launch } from './launch.js';

try {
  await launch(fileURLToPath(new URL('../adapters/cli/main.ts', import.meta.url)));
} catch (thrown) {
  // Not 1, which means "not present".
  console.error(`Spotter cannot start: ${thrown.message.split('\n')[0]}. Run "npm ci" in its folder.`);
  process.exit(70);
}
