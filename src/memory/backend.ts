import Keyv from 'keyv';
import { SpotterError } from '../errors.ts';
import type { OpenMemory, Shelf } from './memory.ts';

type Soon<T> = T | Promise<T>;

/** A store as keyv wants it, and the keys that are in it. */
export interface Store {
  get(key: string): Soon<string | undefined>;
  getMany(keys: string[]): Soon<(string | undefined)[]>;
  set(key: string, value: string, ttlMs?: number): Soon<void>;
  delete(key: string): Soon<boolean>;
  /** Never called: nothing here may forget everything. */
  clear(): void;
  keys(prefix: string): Soon<string[]>;
}

/** What a memory is made of: disk.ts or redis.ts. */
export interface Backend extends Pick<OpenMemory, 'where' | 'claim' | 'purge' | 'eval' | 'check' | 'close'> {
  store(shelf: string, max: number): Store;
}

/** So many values are read at once. */
const AT_ONCE = 500;

export const createMemory = ({ store, ...rest }: Backend): OpenMemory => ({
  ...rest,
  shelf: (name, max) => shelfOf(store(name, max)),
});

function shelfOf<V>(store: Store): Shelf<V> {
  // keyv writes when a value expires beside it, and drops the value when it is read later than that.
  const keyv = new Keyv<V>({ store, useKeyPrefix: false, throwOnErrors: true });
  return {
    get: (key) => keyv.get(key),
    async set(key, value, ttlMs) {
      await keyv.set(key, value, ttlMs);
    },
    delete: (key) => keyv.delete(key),
    async list(prefix) {
      const keys = await store.keys(prefix);
      const found: (readonly [string, V])[] = [];
      for (let i = 0; i < keys.length; i += AT_ONCE) {
        const some = keys.slice(i, i + AT_ONCE);
        const values = await keyv.getMany<V>(some);
        // Meanwhile one of them may have gone.
        for (const [j, value] of values.entries()) if (value !== undefined) found.push([some[j]!, value]);
      }
      return found;
    },
  };
}

/** @param said what the memory says, without secrets; there is no cause, since it could hold one */
export const memoryDown = (where: string, said: string): SpotterError =>
  new SpotterError('memory-down', 'The memory is not available.', `${where}: ${said}`);
