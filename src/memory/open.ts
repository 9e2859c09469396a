import { createMemory } from './backend.ts';
import type { OpenMemory } from './memory.ts';

export interface MemoryOptions {
  /** The file that is the memory where there is no Redis; its folder is made. */
  readonly path: string;
  /** redis[s]://[user:password@]host[:port][/number]; several processes, on several machines, may share it. */
  readonly redisUrl?: string | undefined;
}

/**
 * Opens what outlives the process.
 * @throws SpotterError bad-config, memory-down
 */
export async function openMemory({ path, redisUrl }: MemoryOptions): Promise<OpenMemory> {
  if (redisUrl !== undefined) return createMemory(await (await import('./redis.ts')).openRedis(redisUrl));
  return createMemory((await import('./disk.ts')).openDisk({ path }));
}
