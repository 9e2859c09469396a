import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { NODE_OPTIONS } from '../test/bot/start.ts';
import { createRig, file } from './queue-setup.ts';
import { median, type Row, row } from './row.ts';

const JOBS = 50_000;
const SAMPLES = 50;
const TENTH = SAMPLES / 10;

/**
 * 50,000 jobs, no two alike, through the queue with a detector that finds nothing, at once: memory of Redis, of the process that
 * asks, which is started as the bot is, and of the worker, the last tenth beside the third one.
 */
export async function bench(): Promise<Row[]> {
  const rig = await createRig();
  const control = new Redis(rig.redis.url);
  try {
    const worker = await rig.worker('nothing', { concurrency: 8 });
    const start = performance.now();
    const asker = [...NODE_OPTIONS, file('../bin/run.js'), file('./queue-asker.ts')];
    const what = [rig.redis.url, rig.queue, worker.child.pid, JOBS, SAMPLES].map(String);
    const { stdout } = await promisify(execFile)(process.execPath, [...asker, ...what]);
    const seconds = (performance.now() - start) / 1000;
    const held = JSON.parse(stdout) as Record<'redis' | 'asker' | 'worker', number>[];
    const operations = Number(/total_commands_processed:(\d+)/.exec(await control.info('stats'))![1]);
    const flat = (whose: 'redis' | 'asker' | 'worker'): Row => {
      const mb = held.map((sample) => sample[whose]);
      const [last, third] = [median(mb.slice(-TENTH)), median(mb.slice(2 * TENTH, 3 * TENTH))];
      return { ...row(`${whose}, the last tenth`, last, 'the third tenth', third), unit: 'MB' };
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
