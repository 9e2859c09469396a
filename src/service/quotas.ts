import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Place } from '../chat/contract.ts';
import { SpotterError } from '../errors.ts';

/** So many times within so many seconds, counted from the first. */
export interface Quota {
  readonly times: number;
  readonly seconds: number;
}

/** What is needed of Redis. */
export interface RedisEval {
  /** Runs a Lua script, as node-redis does it. */
  eval(script: string, given: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export interface QuotaOptions {
  readonly perAsker: Quota;
  readonly perChannel: Quota;
  /** Where several processes count together; each for itself without one, or while it cannot be reached. */
  readonly redis?: RedisEval | undefined;
}

/** Counts questions, of each asker wherever they ask, and of each channel whoever asks. */
export function createQuotas({ perAsker, perChannel, redis }: QuotaOptions) {
  const askers = createCounter('askers', perAsker, redis);
  const channels = createCounter('channels', perChannel, redis);
  /** @throws SpotterError rate-limited, saying when to come back */
  return async ({ platform, asker, channel }: Place): Promise<void> => {
    const who = `${platform}:${asker}`;
    const askerWaits = await askers.take(who);
    if (askerWaits !== undefined) throw tooMuch('You have', perAsker, askerWaits);
    const channelWaits = await channels.take(`${platform}:${channel}`);
    if (channelWaits === undefined) return;
    // What was not answered is not counted.
    await askers.giveBack(who);
    throw tooMuch('All in this channel have', perChannel, channelWaits);
  };
}

function createCounter(name: string, { times, seconds }: Quota, redis: RedisEval | undefined) {
  const options = { keyPrefix: `spotter:quota:${name}`, points: times, duration: seconds };
  const alone = new RateLimiterMemory(options);
  const limiter = redis
    ? new RateLimiterRedis({ ...options, storeClient: redis, useRedisPackage: true, insuranceLimiter: alone })
    : alone;
  return {
    /** Milliseconds to wait; undefined when it is granted. */
    async take(key: string): Promise<number | undefined> {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (thrown) {
        if (thrown instanceof RateLimiterRes) return thrown.msBeforeNext;
        throw thrown;
      }
    },
    giveBack: (key: string) => limiter.reward(key),
  };
}

const tooMuch = (who: string, { times, seconds }: Quota, waitMs: number): SpotterError =>
  new SpotterError(
    'rate-limited',
    `${who} asked ${times === 1 ? 'once' : `${times} times`} in ${span(seconds)}; ask again in ${wait(waitMs)}.`,
  );

/** "a minute", "30 seconds" */
const span = (seconds: number): string => {
  const [count, unit] = inUnits(seconds);
  if (count !== 1) return `${count} ${unit}s`;
  return unit === 'hour' ? 'an hour' : `a ${unit}`;
};

/** Rounded up, so that whoever comes back then is not sent away again. */
const wait = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const minutes = Math.ceil(seconds / 60);
  if (seconds <= 120) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return minutes <= 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
};

function inUnits(seconds: number): [count: number, unit: string] {
  if (seconds % 3600 === 0) return [seconds / 3600, 'hour'];
  return seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
}
