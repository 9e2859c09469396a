import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open.ts';
import { createPending } from '../../src/store/pending.ts';
import { openRedis } from '../../src/store/redis.ts';
import type { BackendStore, OpenStore } from '../../src/store/store.ts';
import { startProgram } from './program.ts';
import { HAS_REDIS, type RedisServer, startRedis } from './redis-server.ts';

let folder: string;
let redis: RedisServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-memory-'));
  if (HAS_REDIS) redis = await startRedis();
});
afterAll(async () => {
  await redis?.close();
  await rm(folder, { recursive: true });
});

const PLACES = [
  { place: 'on disk', run: describe, url: () => undefined },
  { place: 'in Redis', run: describe.skipIf(!HAS_REDIS), url: () => redis!.url },
] as const;

for (const { place, run, url } of PLACES) {
  run(`a memory ${place}`, () => {
    let store: OpenStore;
    const where = () => ({ path: join(folder, 'memory.db'), redisUrl: url() });
    beforeAll(async () => {
      store = await openStore(where());
    });
    afterAll(() => store.close());

    it('keeps values that are JSON, and gives them to whoever opens it next', async () => {
      const value = { text: 'Ünïcode \u{1f600} \n "quoted"', list: [1, null, true], colon: ':x' };
      await store.namespace<typeof value>('values', 10).set('a', value, 60_000);
      const other = await openStore(where());
      expect(await other.namespace('values', 10).get('a')).toEqual(value);
      await other.close();
      expect(await store.namespace('values', 10).delete('a')).toBe(true);
      expect(await store.namespace('values', 10).delete('a')).toBe(false);
      expect(await store.namespace('values', 10).get('a')).toBeUndefined();
    });

    it('keeps its shelves apart', async () => {
      await store.namespace<number>('one', 10).set('k', 1, 60_000);
      expect(await store.namespace('on', 10).get('k')).toBeUndefined();
      expect(await store.namespace('on', 10).list('')).toEqual([]);
      expect(await store.namespace('one', 10).list('')).toEqual([['k', 1]]);
    });

    it('lists what begins so, whatever signs that has', async () => {
      const shelf = store.namespace<string>('listed', 10_000);
      const keys = ['a:1', 'a:2', 'a', 'b:1', 'a*', 'a[b]c', 'a[b]d', 'ab', 'a\\x', 'A:1', 'a?', 'a^', 'ä:1'];
      for (const key of keys) await shelf.set(key, `of ${key}`, 60_000);
      for (const prefix of ['', 'a', 'a:', 'a*', 'a[', 'a[b]', 'a\\', 'a?', 'ä', 'z', '%', '_']) {
        const expected = keys.filter((key) => key.startsWith(prefix)).map((key) => [key, `of ${key}`]);
        const listed = await shelf.list(prefix);
        expect([...listed].sort(), prefix).toEqual(expected.sort());
      }
    });

    it('lists thousands', async () => {
      const shelf = store.namespace<number>('many', 10_000);
      await Promise.all(Array.from({ length: 2300 }, (_, i) => shelf.set(`m:${i}`, i, 60_000)));
      const listed = await shelf.list('m:');
      expect(new Set(listed.map(([, i]) => i)).size).toBe(2300);
    });

    it('forgets in time', async () => {
      const shelf = store.namespace<number>('brief', 10);
      await shelf.set('short', 1, 40.5);
      await shelf.set('long', 2, 60_000);
      expect(await shelf.get('short')).toBe(1);
      await sleep(80);
      expect(await shelf.get('short')).toBeUndefined();
      expect(await shelf.list('')).toEqual([['long', 2]]);
    });

    it('gives a claim once, until its time is over', async () => {
      const claims = Array.from({ length: 50 }, () => store.claim('once', 60_000));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      expect(await store.claim('named', 60_000, 'ann')).toBe(true);
      expect(await store.claim('named', 60_000, 'ben')).toBe(false);
      expect(await store.claim('named', 60_000)).toBe(false);
      expect(await store.claim('named', 60_000, 'ann')).toBe(true);
      expect(await store.claim('soon over', 30)).toBe(true);
      expect(await store.claim('soon over', 30)).toBe(false);
      await sleep(60);
      expect(await store.claim('soon over', 30)).toBe(true);
    });

    it('sets a damaged value aside, with a word, and gives the others', async () => {
      const damaged: string[] = [];
      const { path, redisUrl } = where();
      const backend = redisUrl === undefined ? openDisk({ path }) : await openRedis(redisUrl);
      const raw = (name: string): BackendStore => backend.store(name, 100);
      const opened = await openStore({ ...where(), onUnreadable: (name) => damaged.push(name) });
      const shelf = opened.namespace('shaped', 100, z.object({ n: z.number() }));
      await shelf.set('d:1', { n: 1 }, 60_000);
      for (const [i, text] of [
        '{"val',
        '',
        'null',
        '[]',
        '7',
        '{}',
        '{"value":{"n":"1"}}',
        '{"value":null}',
      ].entries()) {
        await raw('shaped').set(`d:bad${i}`, text, 60_000);
      }
      expect(await shelf.get('d:bad0')).toBeUndefined();
      expect(await shelf.list('d:')).toEqual([['d:1', { n: 1 }]]);
      expect(damaged).toEqual(Array.from({ length: 8 }, () => 'shaped'));
      expect(await shelf.list('d:')).toHaveLength(1);
      expect(damaged).toHaveLength(8);
      expect(await raw('unreadable').get('shaped:d:bad0')).toBe('{"val');

      await raw('pending').set('hurt:1#x', '{"value":{"key":"hurt:1"}}', 60_000);
      await raw('pending').set('hurt:2#x', 'no JSON', 60_000);
      expect(await createPending(opened).orphans('hurt')).toEqual([]);
      expect(damaged.slice(8)).toEqual(['pending', 'pending']);
      await Promise.all([opened.close(), backend.close()]);
    });

    it('tells the time', async () => {
      const before = Date.now();
      const now = await store.now();
      expect(now).toBeGreaterThanOrEqual(before - 2);
      expect(now).toBeLessThanOrEqual(Date.now() + 2);
    });

    it('can be checked, and says where it is', async () => {
      await store.check();
      expect(store.where).toContain(url() ?? 'memory.db');
    });

    it('gives each of 1,000 claims of three processes to one of them', async () => {
      const { path, redisUrl = '' } = where();
      const programs = [1, 2, 3].map(() => startProgram('claimer.ts', path, redisUrl, '1000'));
      for (const program of programs) expect(await program.heard()).toBe('ready');
      const start = Date.now() + 100;
      for (const program of programs) program.tell(start);
      const results = await Promise.all(programs.map(({ heard }) => heard() as Promise<{ won: number[] }>));
      const won = results.flatMap((result) => result.won);
      expect(won).toHaveLength(1000);
      expect(new Set(won).size).toBe(1000);
      // They were at it at the same time, or nothing was shown.
      expect(results.filter((result) => result.won.length > 0).length).toBeGreaterThan(1);
    });
  });
}
