import { createStore, type OpenStore } from './store.ts';

export interface StoreOptions {
  /** The file that is the store where there is no Redis; its folder is made. */
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
export async function openStore({ path, redisUrl, onUnreadable }: StoreOptions): Promise<OpenStore> {
  if (redisUrl !== undefined)
    return createStore(await (await import('./redis.ts')).openRedis(redisUrl), onUnreadable);
  return createStore((await import('./disk.ts')).openDisk({ path }), onUnreadable);
}
