import type { Backend, Store } from './backend.ts';
import { redisAddress } from './redis-address.ts';
import { linkRedis, type RedisLink } from './redis-link.ts';

/** All keys begin so: a Redis may be shared with others. */
const OURS = 'spotter';
const MINUTE = 60_000;

/**
 * A memory in Redis. How much it keeps is bounded by Redis itself; everything has a time to live.
 * @throws SpotterError bad-config, memory-down
 */
export async function openRedis(url: string): Promise<Backend> {
  const address = redisAddress(url);
  const link = await linkRedis(address);
  // One that is full, or a copy that may only be read, still answers.
  const check = async (): Promise<void> => {
    const expiration = { type: 'PX', value: MINUTE } as const;
    await link.ask((_, client) => client.set(`${OURS}:check`, '1', { expiration }));
  };
  // A connection alone does not tell whether one may use it.
  await check().catch((thrown) => {
    link.close();
    throw thrown;
  });
  return {
    where: address.where,
    store: (shelf) => storeOf(link, `${OURS}:${shelf}:`),
    async claim(key, ttlMs, by = '') {
      const name = `${OURS}:claim:${key}`;
      const condition = { condition: 'NX', expiration: { type: 'PX', value: whole(ttlMs) } } as const;
      if ((await link.ask((_, client) => client.set(name, by, condition))) === 'OK') return true;
      return by !== '' && (await link.ask((_, client) => client.get(name))) === by;
    },
    async now() {
      const [seconds, micros] = await link.ask((_, client) => client.time());
      return Number(seconds) * 1000 + Number(micros) / 1000;
    },
    // Redis keeps no journal unless it is told to (appendonly), and then rewrites it by itself.
    purge: async () => {},
    eval: (script, given) => link.ask((_, client) => client.eval(script, given)),
    check,
    async close() {
      link.close();
    },
  };
}

const storeOf = ({ ask }: RedisLink, prefix: string): Store => ({
  get: (key) => ask((redis) => redis.get(prefix + key)),
  getMany: (keys) => ask((redis) => redis.getMany(keys.map((key) => prefix + key))),
  set: (key, value, ttlMs) => ask((redis) => redis.set(prefix + key, value, ttlMs && whole(ttlMs))),
  delete: (key) => ask((redis) => redis.delete(prefix + key)),
  clear: () => {},
  async keys(begin) {
    const MATCH = `${literal(prefix + begin)}*`;
    // Redis may name a key twice.
    const found = new Set<string>();
    let cursor = '0';
    do {
      const from = cursor;
      const some = await ask((_, client) => client.scan(from, { MATCH, COUNT: 1000 }));
      for (const key of some.keys) found.add(key.slice(prefix.length));
      cursor = some.cursor.toString();
    } while (cursor !== '0');
    return [...found].sort();
  },
});

/** Redis takes whole milliseconds only. */
const whole = (ms: number): number => Math.max(1, Math.ceil(ms));

/** A text in a pattern of Redis, meaning itself. */
const literal = (text: string): string => text.replace(/[*?[\]\\^-]/g, '\\$&');
