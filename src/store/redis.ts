import KeyvRedis, { createClient } from '@keyv/redis';
import { within } from '../abort.ts';
import { messageOf, SpotterError } from '../errors.ts';
import { type Backend, type BackendStore, storeDown } from './store.ts';

/** All keys begin so: a Redis may be shared with others. */
const OURS = 'spotter';
const MINUTE = 60_000;

/**
 * A store in Redis. How much it keeps is bounded by Redis itself; everything has a time to live.
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

const storeOf = ({ ask }: RedisLink, prefix: string): BackendStore => ({
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

/** What is waited for a connection, and for a reply, in milliseconds: less than the two seconds that are promised. */
const REPLY_MS = 1500;
/** A connection that is silent for so long is dead; it is spoken to more often than that. */
const SILENT_MS = 10_000;

type Client = ReturnType<typeof newClient>;

/** A connection to Redis that is made again whenever it breaks. */
export interface RedisLink {
  /** Asks something of Redis; what cannot be answered now rejects. @throws SpotterError memory-down */
  ask<T>(work: (redis: KeyvRedis<string>, client: Client) => Promise<T>): Promise<T>;
  close(): void;
}

function newClient(url: string) {
  return createClient({
    url,
    // Commands would wait for the connection to come back, however long that takes.
    disableOfflineQueue: true,
    pingInterval: SILENT_MS / 3,
    socket: {
      connectTimeout: REPLY_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (tries) => Math.min(2 ** tries * 50, 2000) + Math.random() * 50,
    },
  });
}

/** Connects. @throws SpotterError memory-down */
export async function linkRedis({ url, where, redact }: RedisAddress): Promise<RedisLink> {
  let trouble: string | undefined;
  const down = (thrown: unknown): SpotterError => {
    // That it is offline is known; why it is, was said before.
    const offline = (thrown as Error)?.constructor?.name === 'ClientOfflineError';
    return storeDown(where, redact((offline && trouble) || formatOf(thrown)));
  };
  const connect = () => {
    const client = newClient(url);
    client.on('error', (thrown) => {
      trouble = formatOf(thrown);
    });
    const redis = new KeyvRedis<string>(client, { throwOnErrors: true });
    return { client, redis, ready: client.connect() };
  };

  let link = connect();
  /** A connection that owes a reply may be dead, which the system notices after many minutes: a new one takes its place. */
  const renew = (): void => {
    link.client.destroy();
    link = connect();
    link.ready.catch(() => {});
  };

  try {
    await within(
      REPLY_MS,
      undefined,
      () => link.ready,
      () => LATE,
    );
  } catch (thrown) {
    link.ready.catch(() => {});
    if (link.client.isOpen) link.client.destroy();
    throw storeDown(where, redact(trouble ?? formatOf(thrown)));
  }
  return {
    async ask(work) {
      const { redis, client } = link;
      try {
        return await within(
          REPLY_MS,
          undefined,
          () => work(redis, client),
          () => LATE,
        );
      } catch (thrown) {
        if (thrown === LATE && link.client === client && client.isReady) renew();
        throw down(thrown);
      }
    },
    close() {
      if (link.client.isOpen) link.client.destroy();
    },
  };
}

const LATE = new Error(`no reply within ${REPLY_MS} ms`);

/** Some errors of connections have a code and no message. */
const formatOf = (thrown: unknown): string =>
  messageOf(thrown) || (thrown as NodeJS.ErrnoException)?.code || 'unknown trouble';

/** Where a Redis is. */
export interface RedisAddress {
  readonly url: string;
  /** The same for a person, without who may use it. */
  readonly where: string;
  /** Blanks whatever of a text is secret. */
  redact(text: string): string;
}

const HINT = 'It is redis://host:port, or rediss://user:password@host:port/number.';

/** Reads an address. @throws SpotterError bad-config, which never quotes it */
export function redisAddress(url: string): RedisAddress {
  const read = URL.canParse(url) ? new URL(url) : undefined;
  if (!read || !/^rediss?:$/.test(read.protocol) || !read.hostname || !/^(\/\d*)?$/.test(read.pathname)) {
    throw new SpotterError('bad-config', 'The address of Redis cannot be used.', HINT);
  }
  const { protocol, hostname, port, pathname, password } = read;
  const secrets = [url, password, decoded(password)].filter(Boolean);
  return {
    url,
    where: `${protocol}//${hostname}:${port || 6379}${pathname.length > 1 ? pathname : ''}`,
    redact: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SpotterError('bad-config', 'The address of Redis cannot be used.', HINT);
  }
}
