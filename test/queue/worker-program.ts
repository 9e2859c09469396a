// A worker with a stand-in for a detector: worker-program.ts <redis url> <queue> [concurrency] [stuck|hoard]. It says ["ready", id], then
// ["ran", phrase] for each phrase that it is asked for, and ends in good order when it is told to by SIGTERM.

import { createConnections } from '../../src/queue/redis.ts';
import { createQueueWorker } from '../../src/queue/worker.ts';
import { createStandIn, NO_OBSERVERS } from './stand-in.ts';

const [url = '', queue = '', concurrency = '2', weakness] = process.argv.slice(2);
const say = (...line: readonly unknown[]): void => console.log(JSON.stringify(line));
const worker = createQueueWorker({
  connections: createConnections(url),
  queue,
  detector: createStandIn((phrase) => say('ran', phrase), weakness),
  observers: NO_OBSERVERS,
  concurrency: Number(concurrency),
});
process.on('SIGTERM', () => void worker.close(2000).then(() => process.exit(0)));
const waiting = setInterval(() => {
  if (!worker.ready()) return;
  clearInterval(waiting);
  say('ready', worker.info.id);
}, 10);
