import { LRUCache } from 'lru-cache';

/** The values that were used last, by key; others are dropped. */
export interface Bounded<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): unknown;
  delete(key: string): unknown;
}

export const createBounded = <V extends object | string | number | boolean>(max: number): Bounded<V> =>
  new LRUCache<string, V>({ max });
