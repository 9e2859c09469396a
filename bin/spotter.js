#!/usr/bin/env node
// tsx would keep what it compiles in a folder of the shared temporary folder that others could have made before us.
process.env.TSX_DISABLE_CACHE = '1';
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (thrown) {
  // Not 1, which means "not present".
  console.error(`Spotter cannot start: ${thrown.message.split('\n')[0]}. Run "npm ci" in its folder.`);
  process.exit(70);
}
await import('../adapters/cli/main.ts');
