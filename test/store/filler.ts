// Writes until nothing can be written any more, and says how the memory's check answers before and then: filler.ts <path>

import { asSpotterError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';

const store = await openStore({ path: process.argv[2]! });
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (thrown) => asSpotterError(thrown).code,
  );
const shelf = store.namespace<string>('s', 100_000);
const before = await outcome(store.check());
let written = 0;
while ((await outcome(shelf.set(`${written}`, 'x'.repeat(1000), 60_000))) === 'ok') written += 1;
const read = await outcome(shelf.get('0'));
console.log(JSON.stringify({ before, written, after: await outcome(store.check()), read }));
process.exit();
