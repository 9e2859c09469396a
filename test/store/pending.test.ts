import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { createPending, isDead, type Orphan, ownerHere } from '../../src/store/pending.ts';
import { type Program, startProgram } from './program.ts';
import { HAS_REDIS, type RedisServer, startRedis } from './redis-server.ts';

const LONG = 60_000;
const ITEM = { platform: 'test', resume: 'r', at: 1, work: { words: 'the dog' } };

let folder: string;
let redis: RedisServer | undefined;
const programs: Program[] = [];
let run = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-pending-'));
  if (HAS_REDIS) redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});
afterAll(async () => {
  await redis?.close();
  await rm(folder, { recursive: true });
});

async function worker(path: string, url: string | undefined, leaseMs = LONG, ahead = 0): Promise<Program> {
  const program = startProgram('worker.ts', path, url ?? '', `${leaseMs}`, `${ahead}`);
  programs.push(program);
  expect(await program.heard()).toBe('ready');
  return program;
}

async function tell<T = null>(program: Program, ...line: readonly string[]): Promise<T> {
  program.tell(line);
  return (await program.heard()) as T;
}

const keysOf = (orphans: readonly Orphan[]): string[] => orphans.map(({ key }) => key).sort();

const PLACES = [
  { place: 'on disk', when: describe, url: () => undefined },
  { place: 'in Redis', when: describe.skipIf(!HAS_REDIS), url: () => redis!.url },
] as const;

describe.skipIf(!HAS_REDIS)('pending work of machines whose clocks differ', () => {
  it.each([-LONG * 10, LONG * 10])(
    'is not taken from who lives, by one that is %i ms ahead',
    async (ahead) => {
      const platform = `clocks${++run}`;
      const [one, other] = await Promise.all([
        worker('', redis!.url, LONG),
        worker('', redis!.url, LONG, ahead),
      ]);
      await tell(one, 'accept', `${platform}:x`);
      await tell(other, 'accept', `${platform}:y`);
      expect(await tell(other, 'orphans', platform)).toEqual([]);
      expect(await tell(one, 'orphans', platform)).toEqual([]);
      await one.kill();
      expect(keysOf(await tell<Orphan[]>(other, 'orphans', platform))).toEqual([`${platform}:x`]);
    },
  );
});

for (const { place, when, url } of PLACES) {
  when(`pending work ${place}`, () => {
    const fresh = () => join(folder, `${++run}.db`);

    it('of a killed process is given to exactly one of those that live', async () => {
      const path = fresh();
      const platform = `kill${run}`;
      const keys = Array.from({ length: 200 }, (_, i) => `${platform}:${i}`);
      const [doomed, a, b] = await Promise.all([1, 2, 3].map(() => worker(path, url())));
      await tell(doomed!, 'accept', ...keys, `other${platform}:1`);
      await tell(doomed!, 'done', keys[0]!, keys[1]!);
      await tell(a!, 'accept', `${platform}:of a`);
      expect(await tell(b!, 'orphans', platform)).toEqual([]);
      await doomed!.kill();
      const both = await Promise.all([a!, b!].map((one) => tell<Orphan[]>(one, 'orphans', platform)));
      expect(keysOf(both.flat())).toEqual(keys.slice(2).sort());
      const [first] = both.flat();
      expect(first).toEqual({
        key: first!.key,
        item: { platform: 'test', resume: first!.key, at: 1, work: { key: first!.key } },
        deaths: 0,
      });
      for (const one of [a!, b!]) expect(await tell(one, 'orphans', platform)).toEqual([]);
    });

    it('goes on from one to the next as they die, and remembers how many did while they worked on it', async () => {
      const path = fresh();
      const platform = `chain${run}`;
      const [a, b, c] = await Promise.all([1, 2, 3].map(() => worker(path, url())));
      await tell(a!, 'accept', `${platform}:x`);
      await tell(a!, 'begin', `${platform}:x`);
      await a!.kill();
      expect(await tell<Orphan[]>(b!, 'orphans', platform)).toMatchObject([{ deaths: 1 }]);
      // With this one it only waited.
      await b!.kill();
      expect(await tell<Orphan[]>(c!, 'orphans', platform)).toMatchObject([{ deaths: 1 }]);
      await tell(c!, 'done', `${platform}:x`);
      await c!.kill();
      const last = await worker(path, url());
      expect(await tell(last, 'orphans', platform)).toEqual([]);
    });

    it('of one that has stopped is given away when its lease is over; it can tell', async () => {
      const path = fresh();
      const platform = `stop${run}`;
      const [a, b] = await Promise.all([1, 2].map(() => worker(path, url(), 1500)));
      await tell(a!, 'accept', `${platform}:x`);
      // It lives and renews: waiting alone changes nothing.
      await sleep(2500);
      expect(await tell(b!, 'orphans', platform)).toEqual([]);
      expect(await tell(a!, 'owns', `${platform}:x`)).toBe(true);
      a!.child.kill('SIGSTOP');
      let taken: Orphan[] = [];
      while (taken.length === 0) {
        await sleep(100);
        taken = await tell<Orphan[]>(b!, 'orphans', platform);
      }
      expect(keysOf(taken)).toEqual([`${platform}:x`]);
      a!.child.kill('SIGCONT');
      expect(await tell(a!, 'owns', `${platform}:x`)).toBe(false);
      await tell(a!, 'done', `${platform}:x`);
      expect(await tell(b!, 'owns', `${platform}:x`)).toBe(true);
      expect(await tell(a!, 'orphans', platform)).toEqual([]);
    });

    it('is accepted once, by whomever', async () => {
      const path = fresh();
      const key = `once${run}:x`;
      const all = await Promise.all([1, 2, 3].map(() => worker(path, url())));
      const accepted = await Promise.all(
        [...all, ...all].map((one) => tell<{ accepted: string[] }>(one, 'accept', key)),
      );
      expect(accepted.flatMap((each) => each.accepted)).toEqual([key]);
      await tell(all[0]!, 'done', key);
      expect(await tell(all[1]!, 'accept', key)).toEqual({ accepted: [] });
    });

    it('of a process killed while it accepted is given to another, unless somebody else accepted it', async () => {
      const path = fresh();
      const platform = `half${run}`;
      const store = await openStore({ path, redisUrl: url() });
      // So far it comes before it claims.
      const begun = (key: string) =>
        store
          .namespace('pending', 100)
          .set(`${key}#dead`, { key, item: ITEM, owner: 'somebody dead', deaths: 0 }, 60_000);
      const [a, b] = [createPending(store), createPending(store)];
      await begun(`${platform}:alone`);
      await begun(`${platform}:taken`);
      expect(await a.accept(`${platform}:taken`, ITEM)).toBe(true);
      expect(await b.orphans(platform)).toEqual([{ key: `${platform}:alone`, item: ITEM, deaths: 0 }]);
      expect(await b.owns(`${platform}:alone`)).toBe(true);
      // Told again, it is not news.
      expect(await a.accept(`${platform}:alone`, ITEM)).toBe(false);
      for (const one of [a, b]) await one.close();
      await store.close();
    });

    it('of one that was closed is left to others at once', async () => {
      const path = fresh();
      const platform = `close${run}`;
      const [a, b] = await Promise.all([1, 2].map(() => worker(path, url())));
      await tell(a!, 'accept', `${platform}:x`);
      await tell(a!, 'close');
      expect(keysOf(await tell<Orphan[]>(b!, 'orphans', platform))).toEqual([`${platform}:x`]);
    });

    it('of others in the same process is theirs', async () => {
      const store = await openStore({ path: fresh(), redisUrl: url() });
      const platform = `same${run}`;
      const [a, b] = [createPending(store), createPending(store)];
      await a.accept(`${platform}:x`, ITEM);
      expect(await b.orphans(platform)).toEqual([]);
      await a.close();
      expect(await b.orphans(platform)).toEqual([{ key: `${platform}:x`, item: ITEM, deaths: 0 }]);
      await b.close();
      await store.close();
    });
  });
}

describe('an owner', () => {
  it('is dead only where that can be told', () => {
    const me = ownerHere('me');
    expect(isDead(me)).toBe(false);
    expect(isDead({ ...me, pid: process.ppid })).toBe(false);
    // Beyond what Linux and macOS give out.
    expect(isDead({ ...me, pid: 2 ** 30 })).toBe(true);
    expect(isDead({ ...me, pid: 2 ** 30, processes: 'elsewhere' })).toBe(false);
    // The process of a container that was started again.
    expect(isDead({ ...me, id: 'before' })).toBe(true);
  });
});
