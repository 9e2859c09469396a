import { createMemory, type OpenMemory } from './store.ts';

export interface MemoryOptions {
  /** The file that is the memory where there is no Redis; its folder is made. */
  readonly path: string;
  /** redis[s]://[user:password@]host[:port][/number]; several processes, on several machines, may share it. */
  readonly redisUrl?: string | undefined;
  /** Told of what part a value was damaged; it is set aside. */
  readonly onUnreadable?: (shelf: string) => void;
}

/**
 * Opens what outlives the process.
 * @throws SpotterError bad-config, memory-down
 */
export async function openMemory({ path, redisUrl, onUnreadable }: MemoryOptions): Promise<OpenMemory> {
  if (redisUrl !== undefined)
    return createMemory(await (await import('./redis.ts')).openRedis(redisUrl), onUnreadable);
  return createMemory((await import('./disk.ts')).openDisk({ path }), onUnreadable);
}
