import { createWorkerMetrics, type QueueLengths } from '../../src/service/queue-metrics.ts';

const INFO = {
  ...{ id: 'w', host: 'h', pid: 1, version: '1.2.3', detector: 'starter', device: 'cpu', since: 0 },
  ...{ concurrency: 2, active: 1, done: 4, failed: 0, paceMs: 100 },
};
const LENGTHS: QueueLengths = { waiting: 3, active: 2, failed: 1, workers: 5, pictureBytes: 1000 };

/** Metrics of a worker that has one job in hand. */
export const workerMetrics = (lengths: () => Promise<QueueLengths> = async () => LENGTHS) =>
  createWorkerMetrics(() => INFO, lengths);
