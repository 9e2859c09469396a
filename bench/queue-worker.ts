// A worker for benchmarks: node bin/run.js bench/queue-worker.ts <redis url> <queue> starter|waiting|nothing <threads> <concurrency>.
// "nothing" is a detector that finds nothing, at once. Says its id when it takes work.
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../src/config.ts';
import type { Detector } from '../src/detector/detector.ts';
import { createStarter } from '../src/detector/starter/starter.ts';
import { createDetectorHost } from '../src/detector/worker/host.ts';
import { createModels } from '../src/models/models.ts';
import { createConnections } from '../src/queue/redis.ts';
import { createQueueWorker } from '../src/queue/worker.ts';
import { WAITING_MS } from './queue-setup.ts';

const [url = '', queue = '', kind, threads = '1', concurrency = '2'] = process.argv.slice(2);
const host = createDetectorHost({ threads: Number(threads), device: 'cpu' });
const nothing: Detector = {
  id: 'nothing',
  matchLabel: (noun) => ({ match: 'same', labels: [noun] }),
  alike: () => false,
  certainty: (score) => score,
  propose: async (_, phrases) => phrases.map(() => []),
  detectAll: async () => [],
  close: async () => {},
};
/** Takes 100 ms of nobody's time: what it shows is the queue alone. */
const waiting: Detector = {
  ...nothing,
  id: 'waiting',
  async detectAll() {
    await sleep(WAITING_MS);
    return [];
  },
};
const detector =
  kind === 'nothing'
    ? nothing
    : kind === 'waiting'
      ? waiting
      : createStarter({ host, model: createModels(readConfig()).open('starter') });
await detector.warm?.();
const worker = createQueueWorker({
  connections: createConnections(url),
  ...{ queue, detector, concurrency: Number(concurrency) },
  observers: { ids: [], models: [], wanted: () => [], observe: async () => ({}) },
  onTrouble: (said) => console.error(said),
});
process.on('SIGTERM', () => void worker.close(5000).then(() => process.exit(0)));
const starting = setInterval(() => {
  if (!worker.ready()) return;
  clearInterval(starting);
  console.log(JSON.stringify(worker.info.id));
}, 10);
