import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Detector } from '../../src/detector/detector.ts';
import { createDetectorHost } from '../../src/detector/worker/host.ts';
import { createConnections } from '../../src/queue/redis.ts';
import { createQueueWorker, type WorkerEvent } from '../../src/queue/worker.ts';
import { diagonal, matmulModel } from '../detector/matmul-model.ts';
import { HAS_REDIS, startRedis } from '../store/redis-server.ts';
import { client, closeAll, newQueue, phrases, pictureOf } from './setup.ts';
import { createStandIn, NO_OBSERVERS } from './stand-in.ts';

const LOCK_MS = 1000;

it.skipIf(!HAS_REDIS)('locks are renewed while ONNX Runtime is busy', async () => {
  const redis = await startRedis();
  const folder = mkdtempSync(join(tmpdir(), 'spotter-locks-'));
  const host = createDetectorHost({ threads: 1, device: 'cpu' });
  const weights = matmulModel(folder, 40);
  let runs = 0;
  const standIn = createStandIn();
  // Runs in sequence until it has taken as long as several locks last, whatever this machine is.
  const detector: Detector = {
    ...standIn,
    propose: (picture, given) =>
      host.turn(async (run) => {
        runs += 1;
        for (let busyMs = 0; busyMs < 4 * LOCK_MS; ) busyMs += (await run(weights, diagonal(1200, 1))).ms;
        return standIn.propose(picture, given);
      }),
  };
  const told: WorkerEvent[] = [];
  const trouble: string[] = [];
  const queue = newQueue();
  const worker = createQueueWorker({
    connections: createConnections(redis.url),
    ...{ queue, detector, observers: NO_OBSERVERS, lockMs: LOCK_MS, stalledMs: 200 },
    onJob: (event) => told.push(event),
    onTrouble: (said) => trouble.push(said),
  });
  try {
    await client(redis.url, queue).ask(phrases('dog'), await pictureOf());
    expect(runs).toBe(1);
    expect(told.map(({ error }) => error)).toEqual([undefined]);
    expect(told[0]!.ranMs).toBeGreaterThan(4 * LOCK_MS);
    expect(trouble).toEqual([]);
  } finally {
    await closeAll();
    await worker.close();
    await host.close();
    await redis.close();
    rmSync(folder, { recursive: true });
  }
});
