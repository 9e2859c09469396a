import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { SpotterError } from '../errors.ts';
import { FairQueue, leavesOne } from '../fair-queue.ts';
import type { Place } from '../place.ts';

export interface AdmissionQueueOptions {
  /** How many are worked on at a time. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly waiting: number;
  /** Told how long each one has waited, in milliseconds, when its turn comes. */
  readonly onTurn?: (waitedMs: number) => void;
  readonly now?: () => number;
}

export interface AdmissionOptions {
  /** Told how many are ahead, at once if it has to wait, whenever that changes, and 0 at its turn; must not throw. */
  readonly onPosition?: (ahead: number) => void;
  /** Who asks: every asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
  /** Whoever no longer wants it leaves the line. */
  readonly signal?: AbortSignal;
}

/**
 * Gives turns, so that only so much is worked on at a time. Whoever asks has neither all turns nor the whole line: one turn,
 * where there are several, is left to others.
 */
export interface AdmissionQueue {
  /** @throws SpotterError busy, when too many wait already; the signal's reason; whatever the work throws */
  run<T>(work: () => Promise<T>, turn?: AdmissionOptions): Promise<T>;
  readonly waiting: number;
  readonly running: number;
}

interface Waiting {
  readonly asker: string | undefined;
  readonly start: () => void;
  readonly tell: (ahead: number) => void;
}

export function createAdmissionQueue(options: AdmissionQueueOptions): AdmissionQueue {
  const { atOnce, onTurn = () => {}, now = () => performance.now() } = options;
  const line = new FairQueue<Waiting>();
  /** The askers of what is worked on; those without a name are all different. */
  const running: (string | undefined)[] = [];
  const may = (asker: string | symbol | undefined): boolean =>
    running.length < atOnce &&
    (asker === undefined || leavesOne(running.filter((one) => one === asker).length, atOnce));
  const maxWaitingOfOne = Math.ceil(options.waiting / SHARE_OF_ONE);

  const startNext = (): void => {
    for (let next = line.shift(may); next; next = line.shift(may)) {
      running.push(next.asker);
      next.start();
    }
  };

  const tellAll = (): void => {
    let ahead = running.length;
    for (const { tell } of [...line]) tell(ahead++);
  };

  /** Resolves when it is handed the place of one that ended. */
  async function wait({ asker, signal, onPosition = () => {} }: AdmissionOptions): Promise<void> {
    if (line.length >= options.waiting) throw busy(line.length);
    if (asker !== undefined && line.lengthOf(asker) >= maxWaitingOfOne)
      throw busy(line.lengthOf(asker), ' of yours');
    await new Promise<void>((resolve, reject) => {
      let told = -1;
      const tell = (ahead: number): void => {
        if (ahead !== told) onPosition(ahead);
        told = ahead;
      };
      const leave = (): void => {
        line.remove(waiting);
        tellAll();
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        tell(0);
        resolve();
      };
      const waiting: Waiting = { asker, start, tell };
      signal?.addEventListener('abort', leave, { once: true });
      line.push(waiting, asker);
      tellAll();
    });
  }

  return {
    async run(work, turn = {}) {
      turn.signal?.throwIfAborted();
      const since = now();
      if (may(turn.asker)) running.push(turn.asker);
      else await wait(turn);
      try {
        onTurn(now() - since);
        return await work();
      } finally {
        running.splice(running.indexOf(turn.asker), 1);
        startNext();
        tellAll();
      }
    },
    get waiting() {
      return line.length;
    },
    get running() {
      return running.length;
    },
  };
}

/** One asker may fill half of the line. */
const SHARE_OF_ONE = 2;

/** @param ofYours " of yours", where one asker has so many */
const busy = (waiting: number, ofYours = ''): SpotterError =>
  new SpotterError(
    'busy',
    waiting === 0 ? 'I am busy with other questions.' : `${waiting} questions${ofYours} are waiting already.`,
    'Ask again in a minute.',
  );

export interface LimitOptions extends QuotaOptions {
  readonly allowed?: Allowed;
}

/** Whether somebody may ask or press a button, here and now. */
export function createLimits({ allowed = {}, ...quotas }: LimitOptions) {
  const allow = createAllowList(allowed);
  const count = createQuotas(quotas);
  /** @throws SpotterError not-allowed, rate-limited: each with a sentence for whoever asks */
  return async (place: Place): Promise<void> => {
    allow(place);
    await count(place);
  };
}

/** Ids as the platform gives them, or "discord:123" where those of two platforms could be mistaken. Empty: all. */
export interface Allowed {
  readonly users?: readonly string[];
  /** Whoever has one of them may ask, also without being among the users. */
  readonly roles?: readonly string[];
  readonly channels?: readonly string[];
}

/** Whether somebody may ask at all, and there. */
function createAllowList({ users = [], roles = [], channels = [] }: Allowed) {
  const [who, as, where] = [new Set(users), new Set(roles), new Set(channels)];
  /** @throws SpotterError not-allowed */
  return ({ platform, asker, channel, roles: has = [] }: Place): void => {
    const named = (list: ReadonlySet<string>, id: string) => list.has(id) || list.has(`${platform}:${id}`);
    if (where.size > 0 && !named(where, channel)) throw notAllowed('I do not answer in this channel.');
    if (who.size === 0 && as.size === 0) return;
    if (named(who, asker) || has.some((role) => named(as, role))) return;
    throw notAllowed('You are not on the list of those who may ask me.');
  };
}

const notAllowed = (sentence: string): SpotterError =>
  new SpotterError('not-allowed', sentence, 'Whoever runs the bot can change SPOTTER_ALLOWED_….');

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
function createQuotas({ perAsker, perChannel, redis }: QuotaOptions) {
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
