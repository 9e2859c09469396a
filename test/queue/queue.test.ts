import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asSpotterError, type SpotterError } from '../../src/errors.ts';
import type { QueueEvent } from '../../src/queue/client.ts';
import { createOverview } from '../../src/queue/overview.ts';
import { failureOf } from '../../src/queue/protocol.ts';
import { BULL, createConnections } from '../../src/queue/redis.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../store/redis-server.ts';
import { client, closeAll, newQueue, phrases, pictureOf, worker } from './setup.ts';

let redis: RedisServer;
let queue: string;
beforeAll(async () => {
  if (HAS_REDIS) redis = await startRedis();
});
beforeEach(() => {
  queue = newQueue();
});
afterEach(closeAll);
afterAll(() => redis?.close());

const failure = (work: Promise<unknown>): Promise<SpotterError> =>
  work.then(() => expect.fail('It did not fail.'), asSpotterError);
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(10);
};

describe.skipIf(!HAS_REDIS)('a job', () => {
  it('goes to a worker and comes back', async () => {
    await worker(redis.url, queue);
    const picture = await pictureOf();
    const answer = await client(redis.url, queue).ask(phrases('dog', 'red bus'), picture);
    const found = (label: string) => [{ box: [0, 0, 64, 64], score: 0.9, label }];
    expect(answer).toEqual({ kind: 'detect', regions: [found('dog'), found('red bus')] });
  });

  it('is run once for all who ask the same, and its result is kept', async () => {
    const { ran } = await worker(redis.url, queue);
    const picture = await pictureOf();
    const [one, two] = [client(redis.url, queue), client(redis.url, queue)];
    const answers = await Promise.all([
      one.ask(phrases('sleep 300'), picture),
      two.ask(phrases('sleep 300'), picture),
      one.ask(phrases('sleep 300'), picture),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await two.ask(phrases('sleep 300'), picture)).toEqual(answers[0]);
    await expect.poll(() => ran).toEqual(['sleep 300']);
    await two.ask(phrases('sleep 301'), picture);
    await expect.poll(() => ran).toEqual(['sleep 300', 'sleep 301']);
  });

  it('that fails says why, and is tried again by the next who asks', async () => {
    const { ran } = await worker(redis.url, queue);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    for (const _ of [1, 2])
      expect(await failure(asking.ask(phrases('fail'), picture))).toMatchObject({
        code: 'detector-down',
        message: 'The stand-in fails.',
        hint: 'As it was told.',
      });
    await expect.poll(() => ran).toEqual(['fail', 'fail']);
  });

  it('is not run when its asker has gone', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    const stop = new AbortController();
    const first = asking.ask(phrases('sleep 500'), picture);
    await until(() => ran.length === 1);
    const second = failure(asking.ask(phrases('unwanted'), picture, { signal: stop.signal }));
    await sleep(100);
    stop.abort();
    expect((await second).code).toBe('cancelled');
    await first;
    await asking.ask(phrases('last'), picture);
    await expect.poll(() => ran).toEqual(['sleep 500', 'last']);
  });

  it('is run for whoever still waits when another one has gone', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const [one, two] = [client(redis.url, queue), client(redis.url, queue)];
    const picture = await pictureOf();
    const stop = new AbortController();
    const first = one.ask(phrases('sleep 500'), picture);
    await until(() => ran.length === 1);
    const gone = failure(one.ask(phrases('wanted'), picture, { signal: stop.signal }));
    const stays = two.ask(phrases('wanted'), picture);
    await sleep(150);
    stop.abort();
    await gone;
    await first;
    expect(await stays).toMatchObject({ kind: 'detect' });
  });

  it('whose deadline has passed is not run', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const picture = await pictureOf();
    const busy = client(redis.url, queue).ask(phrases('sleep 1500'), picture);
    await until(() => ran.length === 1);
    const hasty = client(redis.url, queue, { timeoutMs: 500 });
    expect((await failure(hasty.ask(phrases('late'), picture))).code).toBe('timed-out');
    await busy;
    await client(redis.url, queue).ask(phrases('next'), picture);
    await expect.poll(() => ran).toEqual(['sleep 1500', 'next']);
  });
});

describe.skipIf(!HAS_REDIS)('a line', () => {
  it('gives each asker a turn before anyone gets a second one', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const [one, two] = [client(redis.url, queue), client(redis.url, queue)];
    const picture = await pictureOf();
    const all = [one.ask(phrases('sleep 700'), picture, { asker: 'first' })];
    await until(() => ran.length === 1);
    for (const n of [1, 2, 3]) {
      all.push(one.ask(phrases(`greedy ${n}`), picture, { asker: 'greedy' }));
      await sleep(30);
    }
    all.push(two.ask(phrases('modest 1'), picture, { asker: 'modest' }));
    await Promise.all(all);
    // What the worker tells of the last one may come after its answer.
    await until(() => ran.length > all.length - 1);
    expect(ran.slice(1)).toEqual(['greedy 1', 'modest 1', 'greedy 2', 'greedy 3']);
  });

  it('tells how many are ahead', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue, { tickMs: 50 });
    const picture = await pictureOf();
    const told: number[] = [];
    const all = [asking.ask(phrases('sleep 600'), picture)];
    await until(() => ran.length === 1);
    all.push(asking.ask(phrases('sleep 601'), picture));
    await sleep(50);
    all.push(asking.ask(phrases('third'), picture, { onPosition: (ahead) => told.push(ahead) }));
    await Promise.all(all);
    expect(told[0]).toBe(2);
    expect(told).toContain(1);
  });

  it('that is too long is refused, with the time it would take', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    await asking.ask(phrases('sleep 100'), picture);
    // Until the worker has told how long that took.
    await sleep(2500);
    const stops = Array.from({ length: 64 }, () => new AbortController());
    const all = [asking.ask(phrases('sleep 1000'), picture)];
    await until(() => ran.length === 2);
    const waiting = stops.map(({ signal }, n) => failure(asking.ask(phrases(`${n}`), picture, { signal })));
    await sleep(500);
    const refused = await failure(asking.ask(phrases('one too many'), picture));
    expect(refused.code).toBe('busy');
    expect(refused.hint).toMatch(/^65 are ahead; try again in about \d+ s\.$/);
    for (const stop of stops) stop.abort();
    await Promise.all([...waiting, ...all]);
  });
});

describe.skipIf(!HAS_REDIS)('what is told', () => {
  it('of each job names the question, in both processes, and the worker', async () => {
    await worker(redis.url, queue);
    const told: QueueEvent[] = [];
    const asking = client(redis.url, queue, { onEvent: (event) => told.push(event) });
    const picture = await pictureOf();
    await asking.ask(phrases('dog'), picture, { question: 'q1' });
    await asking.ask(phrases('dog'), picture, { question: 'q2' });
    await failure(asking.ask(phrases('fail'), picture, { question: 'q3' }));
    expect(told.map(({ question, shared }) => [question, shared])).toEqual([
      ['q1', false],
      ['q2', true],
      ['q3', true],
    ]);
    expect(told[0]!.result!.worker).toMatch(/^[0-9a-f-]{36}$/);
    expect(told[2]!.error!.code).toBe('detector-down');
  });

  it('of a queue counts jobs and workers', async () => {
    const { ran } = await worker(redis.url, queue, 1);
    const asking = client(redis.url, queue);
    const picture = await pictureOf();
    const connections = createConnections(redis.url);
    const overview = createOverview(connections);
    const all = [asking.ask(phrases('sleep 800'), picture)];
    await until(() => ran.length === 1);
    all.push(asking.ask(phrases('waits'), picture));
    await sleep(100);
    const { queues, pictureBytes } = await overview.look(queue);
    expect(queues).toMatchObject([{ name: queue, waiting: 1, active: 1, failed: 0 }]);
    expect(queues[0]!.workers).toMatchObject([{ detector: 'stand-in', concurrency: 1, device: null }]);
    expect(pictureBytes).toBeGreaterThanOrEqual(picture.encoded!.length);
    expect(await overview.names()).toContain(queue);
    await Promise.all(all);
    connections.close();
  });
});

describe.skipIf(!HAS_REDIS)('pictures', () => {
  it('travel once, and are bounded together', async () => {
    await worker(redis.url, queue);
    const [small, large] = [await pictureOf('small'), await pictureOf('x'.repeat(200_000))];
    const asking = client(redis.url, queue, { maxPictureBytes: 150_000 });
    await asking.ask(phrases('one'), small);
    const link = createConnections(redis.url).open('worker');
    const before = await link.info('commandstats');
    await asking.ask(phrases('two'), small);
    const setsOf = (stats: string) => Number(/cmdstat_set:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    // A worker announces itself by SET, too, but not more than once in that time.
    expect(setsOf(await link.info('commandstats')) - setsOf(before)).toBeLessThanOrEqual(1);
    expect(await link.exists(`spotter:detect:picture:${small.sha256}`)).toBe(1);
    expect(await link.pttl(`spotter:detect:picture:${small.sha256}`)).toBeGreaterThan(60_000);
    const refused = await failure(asking.ask(phrases('one'), large));
    expect([refused.code, refused.hint]).toEqual([
      'busy',
      'The pictures of the questions that wait have 0 MiB already.',
    ]);
    link.disconnect();
  });
});

describe.skipIf(!HAS_REDIS)('what others have put into Redis', () => {
  it('is not believed: a job of another form harms nobody', async () => {
    const { ran } = await worker(redis.url, queue);
    const connection = createConnections(redis.url).open('worker');
    const jobs = new Queue(queue, { connection, prefix: BULL.prefix });
    for (const data of [null, {}, { question: 'q', work: { kind: 'detect', phrases: 'dog' } }])
      await jobs.add('detect', data);
    while ((await jobs.getFailedCount()) < 3) await sleep(20);
    const reasons = (await jobs.getFailed()).map(({ failedReason }) => failureOf(failedReason)?.code);
    expect(reasons).toEqual(['internal', 'internal', 'internal']);
    await client(redis.url, queue).ask(phrases('dog'), await pictureOf());
    await expect.poll(() => ran).toEqual(['dog']);
    await jobs.close();
    connection.disconnect();
  });

  it('is not believed: a picture that is another one', async () => {
    const { ran } = await worker(redis.url, queue);
    const [picture, other] = [await pictureOf('asked about'), await pictureOf('another')];
    const link = createConnections(redis.url).open('worker');
    await link.set(`spotter:detect:picture:${picture.sha256}`, Buffer.from(other.encoded!), 'PX', 60_000);
    const refused = await failure(client(redis.url, queue).ask(phrases('dog'), picture));
    expect(refused.code).toBe('broken-picture');
    await client(redis.url, queue).ask(phrases('cat'), other);
    await expect.poll(() => ran).toEqual(['cat']);
    link.disconnect();
  });
});
