import { Redis } from 'ioredis';
import { messageOf, SpotterError } from '../errors.ts';
import { type RedisAddress, redisAddress } from '../store/redis.ts';

/** Keys of our own begin so: a Redis may be shared with others. */
export const OURS = 'spotter:detect';

/** Options of every queue, its events and its workers; their keys begin with the prefix. */
export const BULL = { prefix: 'spotter:bull', skipVersionCheck: true } as const;

/** How soon a command fails while Redis is away: soon for an asker, who is told; a worker waits. */
export type Patience = 'asker' | 'worker';

const CONNECT_MS = 3000;
const REPLY_MS = 3000;
/** A connection that owes a reply for so long is dead, which the system notices after many minutes. */
const SILENT_MS = 15_000;
const MAX_RETRY_MS = 1000;

export interface Connections {
  readonly address: RedisAddress;
  /** Opens one more connection; it is made again whenever it breaks. */
  open(patience: Patience): Redis;
  /** As SpotterError queue-down, without secrets. */
  down(thrown: unknown): SpotterError;
  close(): void;
}

/**
 * Connections to one Redis, which are closed together.
 * @param onTrouble told what goes wrong with a connection, without secrets; whoever waits for a reply hears of it anyway
 * @throws SpotterError bad-config, where the address is none
 */
export function createConnections(url: string, onTrouble: (said: string) => void = () => {}): Connections {
  const address = redisAddress(url);
  const open: Redis[] = [];
  const saidOf = (thrown: unknown) =>
    address.redact(messageOf(thrown) || ((thrown as NodeJS.ErrnoException)?.code ?? 'unknown trouble'));
  return {
    address,
    open(patience) {
      const redis = new Redis(url, {
        connectTimeout: CONNECT_MS,
        socketTimeout: SILENT_MS,
        keepAlive: SILENT_MS,
        retryStrategy: (tries) => Math.min(25 * 2 ** Math.min(tries, 10), MAX_RETRY_MS),
        // What was a master a moment ago may be a replica now, and another one is at the same address.
        reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
        ...PATIENCE[patience],
      });
      redis.on('error', (thrown) => onTrouble(saidOf(thrown)));
      open.push(redis);
      return redis;
    },
    down(thrown) {
      if (thrown instanceof SpotterError) return thrown;
      return new SpotterError('queue-down', undefined, `${address.where}: ${saidOf(thrown)}`);
    },
    close() {
      for (const redis of open) redis.disconnect();
    },
  };
}

const PATIENCE = {
  asker: { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: REPLY_MS },
  worker: { maxRetriesPerRequest: null },
} as const;

/** How often the clocks are compared, in milliseconds. */
const COMPARE_MS = 30_000;
/** The quickest reply of so many tells best. */
const SAMPLES = 5;

/** Milliseconds since 1970 by the clock of Redis, which all processes share whatever their own clocks say. */
export function createClock(redis: Redis) {
  let ahead = 0;
  let compared = Number.NEGATIVE_INFINITY;
  return {
    now: (): number => Date.now() + ahead,
    /** Compares the clocks, unless that was done lately. */
    async compare(): Promise<void> {
      if (performance.now() - compared < COMPARE_MS) return;
      let quickest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < SAMPLES; i++) {
        const before = performance.now();
        const [seconds, micros] = await redis.time();
        const tookMs = performance.now() - before;
        if (tookMs >= quickest) continue;
        quickest = tookMs;
        ahead = Number(seconds) * 1000 + Number(micros) / 1000 - (Date.now() - tookMs / 2);
      }
      compared = performance.now();
    },
  };
}

export type Clock = ReturnType<typeof createClock>;
