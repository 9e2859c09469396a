// Asks the queue as many different things as told, and prints, as JSON, what Redis, this process and the worker held meanwhile, in MB:
// node bin/run.js bench/queue-asker.ts <redis url> <queue> <pid of the worker> <count> <samples>
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { createPictureReader } from '../src/picture/read.ts';
import { createQueueClient } from '../src/queue/client.ts';
import { createConnections } from '../src/queue/redis.ts';
import { memoryOf } from '../test/bot/processes.ts';

const AT_ONCE = 40;
const PHOTO = new URL('../examples/coffee.jpg', import.meta.url);

const [url = '', queue = '', worker, count, samples] = process.argv.slice(2);
const [jobs, every] = [Number(count), Number(count) / Number(samples)];
const control = new Redis(url);
const connections = createConnections(url);
const client = createQueueClient({ connections, queue, onEvent: () => {}, timeoutMs: 300_000 });
const picture = await createPictureReader({ keepEncoded: true }).read(readFileSync(PHOTO));

const held: { redis: number; asker: number; worker: number }[] = [];
let next = 0;
async function askOn(): Promise<void> {
  while (next < jobs) {
    const number = next++;
    await client.ask({ kind: 'detect', phrases: [`${number}`] }, picture);
    if (number % every > 0) continue;
    const info = await control.info('memory');
    held.push({
      redis: Number(/used_memory:(\d+)/.exec(info)![1]) / 1e6,
      asker: process.memoryUsage.rss() / 1e6,
      worker: memoryOf(Number(worker)).bot,
    });
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, askOn));
control.disconnect();
await client.close();
console.log(JSON.stringify(held));
process.exit();
