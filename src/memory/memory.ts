import type { z } from 'zod';

/** A part of the memory: values that are JSON, by key, for a time. */
export interface Shelf<V> {
  get(key: string): Promise<V | undefined>;
  /** @param ttlMs how long it is kept, in milliseconds, more than 0 */
  set(key: string, value: V, ttlMs: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** All keys and values that begin so; for rare, small lookups. */
  list(prefix: string): Promise<readonly (readonly [key: string, value: V])[]>;
}

/**
 * What outlives the process: on disk, or in Redis, where several processes share it. Whatever is asked of it rejects
 * with SpotterError memory-down where the memory cannot be reached; nothing waits longer than two seconds for it.
 */
export interface Memory {
  /**
   * Parts do not see each other. A value that is damaged, or not what the schema says, is as good as not there: it is set
   * aside for a day.
   * @param max most values kept, where the memory has to bound itself
   * @param schema what values are; they are taken as they are without one
   */
  shelf<V>(name: string, max: number, schema?: z.ZodType<V>): Shelf<V>;
  /**
   * True for exactly one of all who claim a key, in whatever process, until the time is over; and again for whoever has
   * the same name, where one is given. After memory-down nobody knows whether it was claimed.
   */
  claim(key: string, ttlMs: number, by?: string): Promise<boolean>;
  /** Milliseconds since 1970, by the one clock of all processes that share the memory. */
  now(): Promise<number>;
  /** Removes what is left of deleted values beside the memory itself, such as in a journal. @throws SpotterError memory-down */
  purge(): Promise<void>;
  close(): Promise<void>;
}

/** A memory as whoever started it sees it. */
export interface OpenMemory extends Memory {
  /** Where it is, for a person; without a password. */
  readonly where: string;
  /** Runs a Lua script, where it is in Redis: for whatever else processes count together. */
  readonly eval?: (script: string, given: { keys: string[]; arguments: string[] }) => Promise<unknown>;
  /** Whether it can be reached now, and takes what is written. @throws SpotterError memory-down */
  check(): Promise<void>;
}
