import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { PICTURE_MS, pictureKeys } from './pictures.ts';
import { OURS } from './redis.ts';

/** Whoever waits shows so often that they still do, in milliseconds; a job that nobody waits for is not run. */
export const INTEREST_MS = 10_000;

const lineOf = (queue: string, asker: string): string =>
  `${OURS}:${queue}:line:${createHash('sha256').update(asker).digest('hex').slice(0, 24)}`;
const interestOf = (queue: string, job: string): string => `${OURS}:${queue}:interest:${job}`;

/**
 * Puts a job into the line of its asker and notes that somebody waits for it. The priority is its place in that line: the
 * first job of everyone comes before the second one of anyone, as in src/fair-queue.ts.
 */
const ENTER = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
local there = redis.call('PEXPIRE', KEYS[3], ARGV[6])
if there == 1 then redis.call('ZADD', KEYS[4], ARGV[1] + ARGV[6], ARGV[7]) end
return {redis.call('ZCARD', KEYS[1]), there}`;

/** Whoever leaves last takes the job along: 1 is returned then. */
const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('SREM', KEYS[2], ARGV[2])
if redis.call('SCARD', KEYS[2]) == 0 then return 1 end
return 0`;

const STAY = `
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** That somebody waits for a job. */
export interface Interest {
  readonly queue: string;
  readonly job: string;
  /** Who asks, for whom each job counts that they have not got the answer to. */
  readonly asker: string;
  /** Of this one wait for this one job. */
  readonly ticket: string;
}

/**
 * @param times by the clock of Redis, in milliseconds
 * @returns the priority of the job, 1 the first, and whether the picture is there already
 */
export async function enterLine(
  redis: Redis,
  {
    queue,
    job,
    asker,
    ticket,
    sha256,
    bytes,
  }: Interest & { readonly sha256: string; readonly bytes: number },
  { now, deadline }: { readonly now: number; readonly deadline: number },
): Promise<{ readonly priority: number; readonly pictureIsThere: boolean }> {
  const { picture, index } = pictureKeys(sha256);
  const keys = [lineOf(queue, asker), interestOf(queue, job), picture, index];
  const times = [Math.floor(now), Math.ceil(deadline)];
  const given = [...times, job, ticket, INTEREST_MS, PICTURE_MS, `${sha256}:${bytes}`];
  const [priority, there] = (await redis.eval(ENTER, keys.length, ...keys, ...given)) as [number, number];
  return { priority, pictureIsThere: there === 1 };
}

/** @returns whether nobody waits for the job any more */
export async function leaveLine(redis: Redis, { queue, job, asker, ticket }: Interest): Promise<boolean> {
  return (await redis.eval(LEAVE, 2, lineOf(queue, asker), interestOf(queue, job), job, ticket)) === 1;
}

export async function stayInLine(redis: Redis, { queue, job, ticket }: Interest): Promise<void> {
  await redis.eval(STAY, 1, interestOf(queue, job), ticket, INTEREST_MS);
}

export const isWaitedFor = async (redis: Redis, queue: string, job: string): Promise<boolean> =>
  (await redis.exists(interestOf(queue, job))) === 1;
