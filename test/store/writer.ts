// Writes numbers into a memory, and says each when it is written: writer.ts <path>

import { openStore } from '../../src/store/open.ts';

const store = await openStore({ path: process.argv[2]! });
const shelf = store.namespace<number>('s', 100_000);
for (let i = 0; ; i++) {
  await shelf.set(`${i}`, i, 60_000);
  await new Promise((resolve) => process.stdout.write(`${i}\n`, resolve));
}
