import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asSpotterError, type SpotterError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { redisAddress } from '../../src/store/redis.ts';
import type { OpenStore } from '../../src/store/store.ts';
import { freePort, HAS_REDIS, type RedisServer, startRedis } from './redis-server.ts';

const path = '/nowhere/memory.db';
const CANARY = 'c@n:ary/sécret';

const failure = (work: Promise<unknown>): Promise<SpotterError> =>
  work.then(() => expect.fail('It did not fail.'), asSpotterError);

/** Everything that a log could print of an error. */
const shown = (error: unknown): string =>
  [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), (error as Error).stack].join('\n');

function expectNoCanary(error: unknown): void {
  for (const secret of [CANARY, encodeURIComponent(CANARY)]) expect(shown(error)).not.toContain(secret);
}

describe('the address of a Redis', () => {
  it.each([
    ['redis://127.0.0.1', 'redis://127.0.0.1:6379'],
    ['redis://:secret@cache:7000/2', 'redis://cache:7000/2'],
    ['rediss://me:secret@cache.example.org/', 'rediss://cache.example.org:6379'],
    ['redis://[::1]:7000', 'redis://[::1]:7000'],
  ])('%s is said as %s', (url, where) => {
    expect(redisAddress(url).where).toBe(where);
  });

  it.each([
    '',
    'cache:6379',
    `http://:${encodeURIComponent(CANARY)}@cache`,
    `redis://:${encodeURIComponent(CANARY)}@cache:port`,
    `redis://:${encodeURIComponent(CANARY)}@cache/keys`,
    `redis://:%zz${encodeURIComponent(CANARY)}@cache`,
    'redis:///1',
  ])('%s is refused without being quoted', async (url) => {
    const error = await failure(openStore({ path, redisUrl: url }));
    expect(error.code).toBe('bad-config');
    expectNoCanary(error);
  });
});

describe.skipIf(!HAS_REDIS)('a Redis that is not there', () => {
  it('is memory-down when it is opened, and the reason is told', async () => {
    const port = await freePort();
    const error = await failure(openStore({ path, redisUrl: `redis://127.0.0.1:${port}` }));
    expect(error.code).toBe('memory-down');
    expect(error.hint).toMatch(new RegExp(`^redis://127.0.0.1:${port}: .*ECONNREFUSED`));
  });
});

describe.skipIf(!HAS_REDIS)('a Redis with a password', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ password: CANARY });
  });
  afterAll(() => redis.close());

  it('is opened with it, and refused with another or none, which are not said', async () => {
    const store = await openStore({ path, redisUrl: redis.url });
    await store.check();
    expect(store.where).toBe(`redis://127.0.0.1:${redis.port}`);
    await store.close();
    const wrong = `redis://:${encodeURIComponent(`${CANARY}!`)}@127.0.0.1:${redis.port}`;
    const error = await failure(openStore({ path, redisUrl: wrong }));
    expect(error).toMatchObject({ code: 'memory-down', hint: expect.stringContaining('WRONGPASS') });
    expectNoCanary(error);
    const none = await failure(openStore({ path, redisUrl: `redis://127.0.0.1:${redis.port}` }));
    expect(none).toMatchObject({ code: 'memory-down', hint: expect.stringContaining('NOAUTH') });
  });

  it('is down without its password being said', async () => {
    const store = await openStore({ path, redisUrl: redis.url });
    await redis.kill();
    for (let i = 0; i < 3; i++) {
      expectNoCanary(await failure(store.claim('k', 1000)));
      await sleep(100);
    }
    await store.close();
    await redis.start();
  });
});

describe.skipIf(!HAS_REDIS)('a Redis that takes nothing', () => {
  it.each([
    ['is full', ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'], /OOM/],
    ['is a copy', ['--replicaof', '127.0.0.1 1'], /READONLY|MASTERDOWN/],
  ])('because it %s is down', async (_, settings, reason) => {
    const redis = await startRedis({ settings });
    const error = await failure(openStore({ path, redisUrl: redis.url }));
    expect(error).toMatchObject({ code: 'memory-down', hint: expect.stringMatching(reason) });
    await redis.close();
  });
});

describe.skipIf(!HAS_REDIS)('an outage of Redis', () => {
  let redis: RedisServer;
  let store: OpenStore;
  beforeAll(async () => {
    redis = await startRedis();
    store = await openStore({ path, redisUrl: redis.url });
  });
  afterAll(async () => {
    await store.close();
    await redis.close();
  });
  afterEach(() => recovered());

  /** Everything that can be asked of a store. */
  const all = () => {
    const shelf = store.namespace<number>('s', 10);
    return {
      get: () => shelf.get('a'),
      set: () => shelf.set('a', 1, 60_000),
      delete: () => shelf.delete('b'),
      list: () => shelf.list(''),
      claim: () => store.claim('a', 60_000),
      check: () => store.check(),
      now: () => store.now(),
    };
  };

  /** Resolves when it answers again; the test's own time limit ends what waits in vain. */
  async function recovered(): Promise<void> {
    while (
      (await store.check().then(
        () => 'up',
        () => 'down',
      )) === 'down'
    )
      await sleep(50);
  }

  /** What is promised is two seconds; what is tested is that it ends at all, and how. */
  async function expectDown(): Promise<void> {
    for (const [name, ask] of Object.entries(all())) {
      expect((await failure(ask())).code, name).toBe('memory-down');
    }
  }

  it('fails whatever is asked, with the reason, and ends by itself', async () => {
    await all().set();
    await redis.kill();
    await expectDown();
    // The connection breaks at once; why it cannot be made again is known after the first try.
    await sleep(300);
    await expectDown();
    expect((await failure(all().get())).hint).toMatch(/^redis:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    await redis.start();
    await recovered();
    expect(await all().get()).toBeUndefined();
    await all().set();
    expect(await all().get()).toBe(1);
    expect(await store.claim('after', 60_000)).toBe(true);
  });

  it('fails whatever is asked of one that hangs, and ends by itself', async () => {
    await all().set();
    redis.freeze();
    const start = performance.now();
    await Promise.all(
      Object.values(all()).map(async (ask) => expect((await failure(ask())).code).toBe('memory-down')),
    );
    // Not a measure of speed: it is what is promised, with room for a busy machine.
    expect(performance.now() - start).toBeLessThan(10_000);
    await expectDown();
    redis.thaw();
    await recovered();
    await all().set();
    expect(await all().get()).toBe(1);
    expect(await store.claim('thawed', 60_000)).toBe(true);
    expect(await store.claim('thawed', 60_000)).toBe(false);
  });
});
