import type { Redis } from 'ioredis';
import * as z from 'zod';
import { OURS } from './redis.ts';

/** How often a worker tells that it is alive, in milliseconds. */
export const ANNOUNCE_MS = 2000;
/** One that has told nothing for so long is not counted on. */
export const ALIVE_MS = 3 * ANNOUNCE_MS;
/** What is known of it is kept a little longer. */
const KNOWN_MS = 60_000;

const Info = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  /** "starter", "grounding-dino-tiny@fp16" */
  detector: z.string(),
  /** Where its model runs; null until the first question. */
  device: z.string().nullable(),
  concurrency: z.number(),
  active: z.number(),
  done: z.number(),
  failed: z.number(),
  /** Milliseconds from one answer to the next while it has work, a running mean; 0 until there was one. */
  paceMs: z.number(),
  /** When it was started, in milliseconds since 1970. */
  since: z.number(),
});

/** What a worker tells of itself. */
export type WorkerInfo = z.infer<typeof Info>;

const QUEUES = `${OURS}:queues`;
const setOf = (queue: string): string => `${OURS}:${queue}:workers`;
const infoOf = (id: string): string => `${OURS}:worker:${id}`;

/** @param now by the clock of Redis */
export async function announce(redis: Redis, queue: string, info: WorkerInfo, now: number): Promise<void> {
  await redis
    .multi()
    .zadd(setOf(queue), now, info.id)
    .zremrangebyscore(setOf(queue), '-inf', String(now - KNOWN_MS))
    .pexpire(setOf(queue), KNOWN_MS)
    .set(infoOf(info.id), JSON.stringify(info), 'PX', KNOWN_MS)
    .zadd(QUEUES, now, queue)
    .exec();
}

export async function withdraw(redis: Redis, queue: string, id: string): Promise<void> {
  await redis.multi().zrem(setOf(queue), id).del(infoOf(id)).exec();
}

/** Workers of a queue that are alive. @param now by the clock of Redis */
export async function listWorkers(redis: Redis, queue: string, now: number): Promise<readonly WorkerInfo[]> {
  const ids = await redis.zrangebyscore(setOf(queue), String(now - ALIVE_MS), '+inf');
  if (ids.length === 0) return [];
  const told = await redis.mget(ids.map(infoOf));
  return told.flatMap((text) => {
    const info = Info.safeParse(text === null ? undefined : JSON.parse(text));
    return info.success ? [info.data] : [];
  });
}

const DAY = 86_400_000;

/** The names of all queues that somebody has worked for or asked in the last day. */
export async function listQueues(redis: Redis, now: number): Promise<readonly string[]> {
  await redis.zremrangebyscore(QUEUES, '-inf', String(now - DAY));
  return redis.zrange(QUEUES, '0', '-1');
}

export async function noteQueue(redis: Redis, queue: string, now: number): Promise<void> {
  await redis.zadd(QUEUES, now, queue);
}
