/** A part of the memory: values that are JSON, by key, for a time. */
export interface Shelf<V> {
  get(key: string): Promise<V | undefined>;
  /** @param ttlMs how long it is kept, in milliseconds */
  set(key: string, value: V, ttlMs: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** All keys and values that begin so; for rare, small lookups. */
  list(prefix: string): Promise<readonly (readonly [key: string, value: V])[]>;
}

/** What outlives the process: on disk, or in Redis, where several processes share it. */
export interface Memory {
  /** Parts do not see each other. @param max most values kept, where the memory has to bound itself */
  shelf<V>(name: string, max: number): Shelf<V>;
  /** True for exactly one of all who claim a key, in whatever process, until the time is over. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  close(): Promise<void>;
}
