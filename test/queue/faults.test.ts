import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asSpotterError, type SpotterError } from '../../src/errors.ts';
import { jobId } from '../../src/queue/protocol.ts';
import { BULL } from '../../src/queue/redis.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../store/redis-server.ts';
import { type NetworkProxy, startProxy } from './proxy.ts';
import { client, closeAll, newQueue, phrases, pictureOf, worker } from './setup.ts';

let redis: RedisServer;
let proxy: NetworkProxy;
let queue: string;
beforeEach(async () => {
  if (!HAS_REDIS) return;
  redis = await startRedis();
  proxy = await startProxy(redis.port);
  queue = newQueue();
});
afterEach(async () => {
  await closeAll();
  await proxy?.close();
  await redis?.close();
});

const failure = (work: Promise<unknown>): Promise<SpotterError> =>
  work.then(() => expect.fail('It did not fail.'), asSpotterError);
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(10);
};
const ANSWER = { kind: 'detect' };

describe.skipIf(!HAS_REDIS)('a worker', () => {
  it('that is killed leaves its job to another one', async () => {
    const first = await worker(redis.url, queue, 2, 'stuck');
    const answer = client(redis.url, queue).ask(phrases('stuck'), await pictureOf());
    await until(() => first.ran.length === 1);
    const second = await worker(redis.url, queue);
    first.signal('SIGKILL');
    expect(await answer).toMatchObject(ANSWER);
    await expect.poll(() => second.ran).toEqual(['stuck']);
  });

  it('that is stopped and continued answers nothing twice, and goes on', async () => {
    const first = await worker(redis.url, queue, 2, 'stuck');
    const answered: unknown[] = [];
    const asking = client(redis.url, queue, { onEvent: (event) => answered.push(event) });
    const picture = await pictureOf();
    const answer = asking.ask(phrases('stuck'), picture);
    await until(() => first.ran.length === 1);
    first.signal('SIGSTOP');
    const second = await worker(redis.url, queue);
    expect(await answer).toMatchObject(ANSWER);
    await expect.poll(() => second.ran).toEqual(['stuck']);
    first.signal('SIGCONT');
    await second.kill();
    expect(await asking.ask(phrases('next'), picture)).toMatchObject(ANSWER);
    await expect.poll(() => first.ran).toEqual(['stuck', 'next']);
    expect(answered).toHaveLength(2);
  });

  it.each(['cut', 'silence'] as const)(
    'whose network fails (%s) leaves its job to another one',
    async (fail) => {
      const first = await worker(proxy.url, queue, 2, 'stuck');
      const asking = client(redis.url, queue);
      const picture = await pictureOf();
      const answer = asking.ask(phrases('stuck'), picture);
      await until(() => first.ran.length === 1);
      const second = await worker(redis.url, queue);
      proxy[fail]();
      expect(await answer).toMatchObject(ANSWER);
      await expect.poll(() => second.ran).toEqual(['stuck']);
      proxy.mend();
      await second.kill();
      expect(await asking.ask(phrases('next'), picture)).toMatchObject(ANSWER);
      await expect.poll(() => first.ran).toEqual(['stuck', 'next']);
    },
  );

  it('that is told to stop finishes what is in hand', async () => {
    const first = await worker(redis.url, queue);
    const answer = client(redis.url, queue).ask(phrases('sleep 1000'), await pictureOf());
    await until(() => first.ran.length === 1);
    first.signal('SIGTERM');
    expect(await answer).toMatchObject(ANSWER);
  });

  it('that is told to stop gives back what takes too long', async () => {
    const first = await worker(redis.url, queue, 2, 'stuck');
    const picture = await pictureOf();
    const answer = client(redis.url, queue).ask(phrases('stuck'), picture);
    await until(() => first.ran.length === 1);
    const second = await worker(redis.url, queue);
    first.signal('SIGTERM');
    await until(() => second.ran.length === 1);
    expect(await answer).toMatchObject(ANSWER);
    await expect.poll(() => second.ran).toEqual(['stuck']);
    await until(() => first.child.exitCode !== null);
    expect(first.child.exitCode).toBe(0);
    // Otherwise it would have been found without its worker, and count as a death.
    const control = new Redis(redis.url);
    const job = `${BULL.prefix}:${queue}:${jobId(picture.sha256, phrases('stuck'))}`;
    expect(await control.hmget(job, 'returnvalue', 'stc')).toEqual([expect.any(String), null]);
    control.disconnect();
  });

  it('is not killed by what has killed two', async () => {
    const picture = await pictureOf();
    const asking = client(redis.url, queue);
    const workers = [
      await worker(redis.url, queue),
      await worker(redis.url, queue),
      await worker(redis.url, queue),
    ];
    const given = await failure(asking.ask(phrases('die'), picture));
    expect([given.code, given.message]).toEqual([
      'too-costly',
      'Two workers have stopped working on this question, so it is given up.',
    ]);
    expect((await failure(asking.ask(phrases('die'), picture))).code).toBe('too-costly');
    expect(workers.filter(({ child }) => child.signalCode === 'SIGKILL')).toHaveLength(2);
    expect(await asking.ask(phrases('dog'), picture)).toMatchObject(ANSWER);
  });

  it('that runs out of memory leaves its job to another one', async () => {
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=96');
    const small = await worker(redis.url, queue, 1, 'hoard');
    vi.unstubAllEnvs();
    const answer = client(redis.url, queue).ask(phrases('hoard'), await pictureOf());
    await until(() => small.ran.length === 1);
    const second = await worker(redis.url, queue);
    await until(() => small.child.signalCode !== null);
    expect(small.child.signalCode).toBe('SIGABRT');
    expect(await answer).toMatchObject(ANSWER);
    await expect.poll(() => second.ran).toEqual(['hoard']);
  });
});

describe.skipIf(!HAS_REDIS)('without a worker', () => {
  it('a question is refused after a while, and at once from then on', async () => {
    const asking = client(redis.url, queue, { noWorkerMs: 1000 });
    const picture = await pictureOf();
    expect((await failure(asking.ask(phrases('dog'), picture))).code).toBe('no-worker');
    expect(await asking.hasWorker()).toBe(false);
    await worker(redis.url, queue);
    await sleep(300);
    expect(await asking.ask(phrases('dog'), picture)).toMatchObject(ANSWER);
  });

  it('a question waits for one that is being started', async () => {
    const answer = client(redis.url, queue).ask(phrases('dog'), await pictureOf());
    await sleep(500);
    await worker(redis.url, queue);
    expect(await answer).toMatchObject(ANSWER);
  });
});

describe.skipIf(!HAS_REDIS)('Redis', () => {
  it('that is started again without its data costs no question', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    const answers = [asking.ask(phrases('sleep 800'), picture), asking.ask(phrases('waits'), picture)];
    await until(() => ran.length === 1);
    await redis.kill();
    await sleep(300);
    answers.push(asking.ask(phrases('meanwhile'), picture));
    await redis.start();
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(ANSWER);
  });

  it('may be replaced by its copy', async () => {
    const copy = await startRedis({ settings: ['--replicaof', '127.0.0.1', `${redis.port}`] });
    const control = new Redis(copy.url);
    try {
      const { ran } = await worker(proxy.url, queue, 1);
      const asking = client(proxy.url, queue);
      const picture = await pictureOf();
      const answers = [asking.ask(phrases('sleep 800'), picture), asking.ask(phrases('waits'), picture)];
      await until(() => ran.length === 1);
      await sleep(200);
      await redis.kill();
      // For a moment the copy may only be read.
      proxy.lead(copy.port);
      await sleep(300);
      await control.replicaof('NO', 'ONE');
      answers.push(asking.ask(phrases('later'), picture));
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(ANSWER);
    } finally {
      control.disconnect();
      await copy.close();
    }
  });

  it('that hangs for a while costs no question', async () => {
    await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    await asking.ask(phrases('first'), picture);
    redis.freeze();
    const answer = asking.ask(phrases('second'), picture);
    await sleep(4000);
    redis.thaw();
    expect(await answer).toMatchObject(ANSWER);
  });

  it('that is slow costs time, and no question', async () => {
    const standing = await worker(proxy.url, queue, 2);
    const asking = client(proxy.url, queue);
    const picture = await pictureOf();
    proxy.delay(150);
    const numbers = Array.from({ length: 12 }, (_, i) => `${i}`);
    const answers = await Promise.all(numbers.map((number) => asking.ask(phrases(number), picture)));
    expect(answers.every(({ kind }) => kind === 'detect')).toBe(true);
    expect(standing.ran.toSorted()).toEqual(numbers.toSorted());
  });

  it('that stays away is told of', async () => {
    const asking = client(redis.url, queue);
    await asking.warm();
    await redis.kill();
    const refused = await failure(asking.ask(phrases('dog'), await pictureOf()));
    expect([refused.code, refused.message]).toEqual([
      'queue-down',
      'The queue of the workers is not available.',
    ]);
    expect(refused.hint).toContain(`redis://127.0.0.1:${redis.port}: `);
  });

  it('that is full is told of at once, and answers again when there is room', async () => {
    await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    const control = new Redis(redis.url);
    await control.config('SET', 'maxmemory', '1kb');
    const refused = await failure(asking.ask(phrases('dog'), picture));
    expect(refused.code).toBe('queue-down');
    expect(refused.hint).toMatch(/OOM/);
    await control.config('SET', 'maxmemory', '0');
    expect(await asking.ask(phrases('dog'), picture)).toMatchObject(ANSWER);
    control.disconnect();
  });
});
