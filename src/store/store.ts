import type { Deserialize, Serialize } from 'keyv';
import Keyv from 'keyv';
import type { z } from 'zod';
import { SpotterError } from '../errors.ts';

/** A part of the store: values that are JSON, by key, for a time. */
export interface Namespace<V> {
  get(key: string): Promise<V | undefined>;
  /** @param ttlMs how long it is kept, in milliseconds, more than 0 */
  set(key: string, value: V, ttlMs: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** All keys and values that begin so; for rare, small lookups. */
  list(prefix: string): Promise<readonly (readonly [key: string, value: V])[]>;
}

/**
 * What outlives the process: on disk, or in Redis, where several processes share it. Whatever is asked of it rejects
 * with SpotterError memory-down where the store cannot be reached; nothing waits longer than two seconds for it.
 */
export interface Store {
  /**
   * Parts do not see each other. A value that is damaged, or not what the schema says, is as good as not there: it is set
   * aside for a day.
   * @param max most values kept, where the store has to bound itself
   * @param schema what values are; they are taken as they are without one
   */
  namespace<V>(name: string, max: number, schema?: z.ZodType<V>): Namespace<V>;
  /**
   * True for exactly one of all who claim a key, in whatever process, until the time is over; and again for whoever has
   * the same name, where one is given. After memory-down nobody knows whether it was claimed.
   */
  claim(key: string, ttlMs: number, by?: string): Promise<boolean>;
  /** Milliseconds since 1970, by the one clock of all processes that share the store. */
  now(): Promise<number>;
  /** Removes what is left of deleted values beside the store itself, such as in a journal. @throws SpotterError memory-down */
  purge(): Promise<void>;
  close(): Promise<void>;
}

/** A store as whoever started it sees it. */
export interface OpenStore extends Store {
  /** Where it is, for a person; without a password. */
  readonly where: string;
  /** Runs a Lua script, where it is in Redis: for whatever else processes count together. */
  readonly eval?: (script: string, given: { keys: string[]; arguments: string[] }) => Promise<unknown>;
  /** Whether it can be reached now, and takes what is written. @throws SpotterError memory-down */
  check(): Promise<void>;
}

type Soon<T> = T | Promise<T>;

/** A store as keyv wants it, and the keys that are in it. */
export interface BackendStore {
  get(key: string): Soon<string | undefined>;
  getMany(keys: string[]): Soon<(string | undefined)[]>;
  /** @param ttlMs after which it is not there any more, by the store's own clock */
  set(key: string, value: string, ttlMs?: number): Soon<void>;
  delete(key: string): Soon<boolean>;
  /** Never called: nothing here may forget everything. */
  clear(): void;
  keys(prefix: string): Soon<string[]>;
}

/** What a store is made of: disk.ts or redis.ts. */
export interface Backend
  extends Pick<OpenStore, 'where' | 'claim' | 'now' | 'purge' | 'eval' | 'check' | 'close'> {
  store(shelf: string, max: number): BackendStore;
}

/** So many values are read at once. */
const AT_ONCE = 500;

const DAY = 86_400_000;
/** Where damaged values are set aside. */
const ASIDE = 'unreadable';
const MAX_ASIDE = 1000;

/** @param onUnreadable told the name of the shelf of a value that is set aside */
export const createStore = (
  { store, ...rest }: Backend,
  onUnreadable: (shelf: string) => void = () => {},
): OpenStore => {
  const aside = store(ASIDE, MAX_ASIDE);
  return {
    ...rest,
    namespace: (name, max, schema) => {
      const from = store(name, max);
      return namespaceOf(from, schema, async (key) => {
        onUnreadable(name);
        const damaged = await from.get(key);
        if (damaged === undefined) return;
        await aside.set(`${name}:${key}`, damaged, DAY);
        await from.delete(key);
      });
    },
  };
};

const UNREADABLE: unique symbol = Symbol('unreadable');

// keyv would write when a value expires, by the clock of this machine; that is for the store to tell.
const serialize = (({ value }) => JSON.stringify({ value })) satisfies Serialize;
const deserialize = ((text) => {
  try {
    const { value } = JSON.parse(text);
    return { value: value === undefined ? UNREADABLE : value };
  } catch {
    return { value: UNREADABLE };
  }
}) satisfies Deserialize;

function namespaceOf<V>(
  store: BackendStore,
  schema: z.ZodType<V> | undefined,
  setAside: (key: string) => Promise<void>,
): Namespace<V> {
  const keyv = new Keyv<unknown>({ store, useKeyPrefix: false, throwOnErrors: true, serialize, deserialize });
  async function read(key: string, value: unknown): Promise<V | undefined> {
    if (value === undefined) return undefined;
    if (value !== UNREADABLE) {
      const known = schema ? schema.safeParse(value) : { success: true as const, data: value as V };
      if (known.success) return known.data;
    }
    // Where nothing can be written, it is met again.
    await setAside(key).catch(() => {});
    return undefined;
  }
  return {
    get: async (key) => read(key, await keyv.get(key)),
    async set(key, value, ttlMs) {
      await keyv.set(key, value, ttlMs);
    },
    delete: (key) => keyv.delete(key),
    async list(prefix) {
      const keys = await store.keys(prefix);
      const found: (readonly [string, V])[] = [];
      for (let i = 0; i < keys.length; i += AT_ONCE) {
        const some = keys.slice(i, i + AT_ONCE);
        const values = await keyv.getMany<unknown>(some);
        for (const [j, value] of values.entries()) {
          const key = some[j]!;
          // Meanwhile it may have gone.
          const known = await read(key, value);
          if (known !== undefined) found.push([key, known]);
        }
      }
      return found;
    },
  };
}

/** @param said what the store says, without secrets; there is no cause, since it could hold one */
export const storeDown = (where: string, said: string): SpotterError =>
  new SpotterError('memory-down', 'The memory is not available.', `${where}: ${said}`);
