import { createLog } from '../../src/service/log.ts';

const log = createLog({ secrets: ['c4nary-of-the-exit'] });
for (let n = 0; n < 200; n += 1) log.info({ n, secret: 'c4nary-of-the-exit' }, 'on c4nary-of-the-exit');
process.exit(3);
