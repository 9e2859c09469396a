import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Redis } from 'ioredis';
import type { Picture } from '../src/picture/picture.ts';
import { createRig } from './queue-setup.ts';
import { median, type Row, row } from './row.ts';

const JOBS = 50_000;
const AT_ONCE = 40;
const SAMPLES = 50;
const PHOTO = new URL('../examples/coffee.jpg', import.meta.url);

/**
 * 50,000 jobs, no two alike, through the queue with a detector that finds nothing, at once: memory of Redis, of the process that
 * asks and of the worker, the last tenth beside the third one.
 */
export async function bench(): Promise<Row[]> {
  const rig = await createRig();
  const control = new Redis(rig.redis.url);
  const client = rig.client();
  try {
    const worker = await rig.worker('nothing', { concurrency: 8 });
    const encoded = readFileSync(PHOTO);
    const { createPictureReader } = await import('../src/picture/read.ts');
    const picture: Picture = await createPictureReader({ keepEncoded: true }).read(encoded);
    const samples: { redis: number; asker: number; worker: number }[] = [];
    const start = performance.now();
    let next = 0;
    const askOn = async (): Promise<void> => {
      while (next < JOBS) {
        const number = next++;
        await client.ask({ kind: 'detect', phrases: [`${number}`] }, picture);
        if (number % (JOBS / SAMPLES) > 0) continue;
        // What is only not collected yet is no growth.
        collect();
        const info = await control.info('memory');
        samples.push({
          redis: Number(/used_memory:(\d+)/.exec(info)![1]) / 1e6,
          asker: process.memoryUsage.rss() / 1e6,
          worker: residentOf(worker.child.pid!),
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
    const seconds = (performance.now() - start) / 1000;
    const stats = await control.info('stats');
    const operations = Number(/total_commands_processed:(\d+)/.exec(stats)![1]);
    const tenth = SAMPLES / 10;
    const flat = (whose: 'redis' | 'asker' | 'worker'): Row => {
      const mb = samples.map((sample) => sample[whose]);
      return {
        ...row(
          `${whose}, the last tenth`,
          median(mb.slice(-tenth)),
          'the third tenth',
          median(mb.slice(2 * tenth, 3 * tenth)),
        ),
        unit: 'MB',
      };
    };
    return [
      ...(['redis', 'asker', 'worker'] as const).map(flat),
      { ...row('jobs', JOBS / seconds, 'a second', 1), unit: '' },
      { ...row('commands of Redis', operations / JOBS, 'a job', 1), unit: '' },
    ];
  } finally {
    control.disconnect();
    await rig.close();
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const residentOf = (pid: number): number =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;
