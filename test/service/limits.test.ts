import { createClient } from '@keyv/redis';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Place } from '../../src/place.ts';
import { createLimits } from '../../src/service/admission.ts';
import { HAS_REDIS, startRedis } from '../store/redis-server.ts';

const ANN: Place = { platform: 'discord', conversation: 't1', channel: 'c1', asker: 'ann' };
const BOB: Place = { ...ANN, asker: 'bob' };
const MANY = { times: 1000, seconds: 60 };

const refusal = async (asked: Promise<void>) => {
  const thrown = await asked.then(
    () => undefined,
    (error) => error,
  );
  return thrown && { code: thrown.code, message: thrown.message };
};

afterEach(() => void vi.useRealTimers());

describe('quotas', () => {
  it('say when to come back, and then it is right', async () => {
    vi.useFakeTimers({ now: 0 });
    const admit = createLimits({ perAsker: { times: 10, seconds: 60 }, perChannel: MANY });
    for (let i = 0; i < 10; i += 1) await admit(ANN);
    vi.advanceTimersByTime(35_000);
    expect(await refusal(admit(ANN))).toEqual({
      code: 'rate-limited',
      message: 'You have asked 10 times in a minute; ask again in 25 seconds.',
    });
    await admit(BOB);
    vi.advanceTimersByTime(25_000);
    await admit(ANN);
  });

  it('count an asker wherever they ask, and those of another platform for themselves', async () => {
    const admit = createLimits({ perAsker: { times: 1, seconds: 60 }, perChannel: MANY });
    await admit(ANN);
    expect(await refusal(admit({ ...ANN, channel: 'c2' }))).toMatchObject({ code: 'rate-limited' });
    await admit({ ...ANN, platform: 'slack' });
  });

  it('of a channel count whoever asks, and cost no asker anything', async () => {
    vi.useFakeTimers({ now: 0 });
    const admit = createLimits({
      perAsker: { times: 3, seconds: 3600 },
      perChannel: { times: 2, seconds: 30 },
    });
    await admit(ANN);
    await admit(BOB);
    for (let i = 0; i < 5; i += 1) {
      expect(await refusal(admit(ANN))).toEqual({
        code: 'rate-limited',
        message: 'All in this channel have asked 2 times in 30 seconds; ask again in 30 seconds.',
      });
    }
    await admit({ ...ANN, channel: 'c2' });
    await admit({ ...ANN, channel: 'c2' });
    expect(await refusal(admit({ ...ANN, channel: 'c3' }))).toMatchObject({
      message: 'You have asked 3 times in an hour; ask again in 60 minutes.',
    });
  });

  it.each([
    [{ times: 1, seconds: 1 }, 'once in a second; ask again in a second.'],
    [{ times: 2, seconds: 90 }, '2 times in 90 seconds; ask again in 90 seconds.'],
    [{ times: 2, seconds: 600 }, '2 times in 10 minutes; ask again in 10 minutes.'],
    [{ times: 2, seconds: 86_400 }, '2 times in 24 hours; ask again in 24 hours.'],
  ])('%j are said in words', async (perAsker, words) => {
    vi.useFakeTimers({ now: 0 });
    const admit = createLimits({ perAsker, perChannel: MANY });
    for (let i = 0; i < perAsker.times; i += 1) await admit(ANN);
    expect((await refusal(admit(ANN)))?.message).toBe(`You have asked ${words}`);
  });

  it('let through exactly so many of all that come at once', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(40), async (times, asked) => {
      const admit = createLimits({ perAsker: { times, seconds: 60 }, perChannel: MANY });
      const all = await Promise.all(Array.from({ length: asked }, () => refusal(admit(ANN))));
      expect(all.filter((refused) => !refused)).toHaveLength(Math.min(times, asked));
    });
    await fc.assert(property, { numRuns: 50 });
  });
});

describe.skipIf(!HAS_REDIS)('quotas in Redis', () => {
  it('are counted together by all processes, and alone while Redis is gone', async () => {
    const server = await startRedis({ password: 'quota-test' });
    const clients = [server, server].map(({ url }) => createClient({ url, disableOfflineQueue: true }));
    for (const client of clients) await client.on('error', () => {}).connect();
    try {
      const perAsker = { times: 3, seconds: 60 };
      const [one, two] = clients.map((redis) => createLimits({ perAsker, perChannel: MANY, redis }));
      await one!(ANN);
      await two!(ANN);
      await one!(ANN);
      for (const admit of [one!, two!]) {
        expect((await refusal(admit(ANN)))?.message).toMatch(
          /^You have asked 3 times in a minute; ask again in [56]\d seconds\.$/,
        );
      }
      const keys = await clients[0]!.keys('spotter:quota:*');
      expect(keys.sort()).toEqual(['spotter:quota:askers:discord:ann', 'spotter:quota:channels:discord:c1']);
      expect(await clients[0]!.ttl(keys[0]!)).toBeGreaterThan(0);
      await server.kill();
      for (let i = 0; i < 3; i += 1) await one!(BOB);
      expect(await refusal(one!(BOB))).toMatchObject({ code: 'rate-limited' });
    } finally {
      for (const client of clients) client.destroy();
      await server.close();
    }
  });
});

describe('allow-lists', () => {
  const admitOnly = (allowed: object) => createLimits({ perAsker: MANY, perChannel: MANY, allowed });

  it.each([
    ['everybody, when they are empty', {}, ANN, undefined],
    ['a user', { users: ['ann'] }, ANN, undefined],
    ['no other user', { users: ['bob'] }, ANN, /^You are not on the list/],
    ['a role', { roles: ['staff'] }, { ...ANN, roles: ['x', 'staff'] }, undefined],
    ['no other role', { roles: ['staff'] }, { ...ANN, roles: ['x'] }, /^You are not on the list/],
    ['nobody without a role', { roles: ['staff'] }, ANN, /^You are not on the list/],
    ['a user besides a role', { users: ['ann'], roles: ['staff'] }, ANN, undefined],
    ['a role besides a user', { users: ['bob'], roles: ['staff'] }, { ...ANN, roles: ['staff'] }, undefined],
    ['a channel', { channels: ['c1'] }, ANN, undefined],
    ['no other channel', { channels: ['c2'] }, ANN, /^I do not answer in this channel/],
    ['no user elsewhere', { users: ['ann'], channels: ['c2'] }, ANN, /^I do not answer/],
    ['no other user there', { users: ['bob'], channels: ['c1'] }, ANN, /^You are not on the list/],
    ['ids of a platform', { users: ['discord:ann'], channels: ['discord:c1'] }, ANN, undefined],
    ['not those of another one', { users: ['slack:ann'] }, ANN, /^You are not on the list/],
  ])('let in %s', async (_, allowed, place, refused) => {
    const said = await refusal(admitOnly(allowed)(place));
    if (!refused) return expect(said).toBeUndefined();
    expect(said?.code).toBe('not-allowed');
    expect(said?.message).toMatch(refused);
  });

  it('come first: whoever may not ask uses nothing up', async () => {
    const admit = createLimits({
      perAsker: MANY,
      perChannel: { times: 1, seconds: 60 },
      allowed: { users: ['ann'] },
    });
    for (let i = 0; i < 5; i += 1) {
      expect(await refusal(admit(BOB))).toMatchObject({ code: 'not-allowed' });
    }
    await admit(ANN);
  });
});
