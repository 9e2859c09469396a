import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Picture } from '../src/picture/picture.ts';
import { createPictureReader } from '../src/picture/read.ts';
import { createQueueClient, type QueueClient, type QueueEvent } from '../src/queue/client.ts';
import type { Work } from '../src/queue/protocol.ts';
import { createConnections } from '../src/queue/redis.ts';
import { type Program, startProgram } from '../test/store/program.ts';
import { type RedisServer, startRedis } from '../test/store/redis-server.ts';

/** A file of this folder. */
export const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Everything that the detector sees. */
export const EVERYTHING: Work = { kind: 'detect', phrases: null };

/** What a worker's detector does: looks, takes 100 ms for nothing, or nothing at all. */
export type WorkerKind = 'starter' | 'waiting' | 'nothing';

/** How long the detector waits that does nothing else, in milliseconds. */
export const WAITING_MS = 100;

/** A worker process, and its id in the queue. */
export type Worker = Program & { readonly id: string };

export interface Rig {
  readonly redis: RedisServer;
  readonly queue: string;
  client(onEvent?: (event: QueueEvent) => void): QueueClient;
  /** Starts a worker process, and waits until it takes work. */
  worker(kind: WorkerKind, options?: { threads?: number; concurrency?: number }): Promise<Worker>;
  close(): Promise<void>;
}

/** Whatever else the machine does. */
const TIMEOUT_MS = 300_000;

/** A Redis of one's own, with whoever is to ask and to work. */
export async function createRig(): Promise<Rig> {
  const redis = await startRedis();
  const queue = `bench-${randomUUID().slice(0, 8)}`;
  const open: (() => Promise<unknown>)[] = [];
  return {
    redis,
    queue,
    client(onEvent = () => {}) {
      const connections = createConnections(redis.url);
      const client = createQueueClient({ connections, queue, onEvent, timeoutMs: TIMEOUT_MS });
      open.push(() => client.close());
      return client;
    },
    async worker(kind, { threads = 1, concurrency = 2 } = {}) {
      const args = [redis.url, queue, kind, `${threads}`, `${concurrency}`];
      const program = startProgram(file('./queue-worker.ts'), ...args);
      open.push(() => program.kill());
      return { ...program, id: (await program.heard()) as string };
    },
    async close() {
      await Promise.all(open.map((close) => close()));
      await redis.close();
    },
  };
}

/** Pictures of which no two are alike, in a folder that `remove` takes away; made by a program of its own. */
export async function makePictures(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'spotter-bench-'));
  const args = [file('../bin/run.js'), file('./distinct-pictures.ts'), folder, String(count)];
  await promisify(execFile)(process.execPath, args);
  const bytes = (i: number): Promise<Buffer> => readFile(join(folder, `${i}.jpg`));
  return {
    bytes,
    async decoded(i: number): Promise<Picture> {
      return createPictureReader({ keepEncoded: true, cacheBytes: 1 }).read(await bytes(i));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
