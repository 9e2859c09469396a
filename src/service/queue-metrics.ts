import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ERROR_CODES, type SpotterError } from '../errors.ts';
import type { QueueEvent } from '../queue/client.ts';
import type { WorkerEvent } from '../queue/worker.ts';
import type { WorkerInfo } from '../queue/workers.ts';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Makes histograms of times by the kind of work, "spotter_queue_job_seconds". */
const histograms = (of: 'queue' | 'worker', registers: Registry[]) => (name: string, help: string) =>
  new Histogram({
    name: `spotter_${of}_${name}_seconds`,
    help,
    buckets: BUCKETS,
    labelNames: ['kind'],
    registers,
  });

/** Counts what a process that asks workers sees. No label has a value that somebody else chooses. Times are in seconds. */
export interface QueueMetrics {
  job(event: QueueEvent): void;
}

/** Adds them to the metrics of the bot. */
export function createQueueMetrics(register: Registry): QueueMetrics {
  const registers = [register];
  const jobs = new Counter({
    name: 'spotter_queue_jobs_total',
    help: 'Jobs that were asked of workers, by how they ended.',
    labelNames: ['kind', 'code', 'shared'],
    registers,
  });
  const histogram = histograms('queue', registers);
  const whole = histogram('job', 'From asking a worker to its answer.');
  const overhead = histogram('overhead', 'Of that, what is neither waiting for a worker nor its work.');
  return {
    job({ kind, ms, result, shared, error }) {
      jobs.inc({ kind, code: coded(error), shared: String(shared) });
      if (!result) return;
      whole.observe({ kind }, ms / 1000);
      // What somebody else had asked for was waited for in part only.
      if (!shared) overhead.observe({ kind }, Math.max(0, ms - result.waitedMs - result.ranMs) / 1000);
    },
  };
}

/** Counts what a worker does, for its own /metrics. */
export interface WorkerMetrics {
  job(event: WorkerEvent): void;
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
}

/** How many jobs wait for this kind of worker, and how many have failed lately; asked whenever somebody reads the metrics. */
export interface QueueLengths {
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
  readonly workers: number;
  readonly pictureBytes: number;
}

export function createWorkerMetrics(
  info: () => WorkerInfo,
  lengths: () => Promise<QueueLengths>,
): WorkerMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const jobs = new Counter({
    name: 'spotter_worker_jobs_total',
    help: 'Jobs that this worker took, by how they ended.',
    labelNames: ['kind', 'code'],
    registers,
  });
  const histogram = histograms('worker', registers);
  const ran = histogram('run', 'From taking a job to its answer.');
  const waited = histogram('wait', 'From asking for a job to its being taken.');
  new Gauge({
    name: 'spotter_worker_active',
    help: 'Jobs that this worker has in hand.',
    registers,
    collect() {
      this.set(info().active);
    },
  });
  new Gauge({
    name: 'spotter_worker_info',
    help: 'What this worker runs; always 1.',
    labelNames: ['detector', 'device', 'version'],
    registers,
    collect() {
      const { detector, device, version } = info();
      this.reset();
      this.set({ detector, device: device ?? 'none yet', version }, 1);
    },
  });
  const lengthOf = new Gauge({
    name: 'spotter_worker_queue_length',
    help: 'Jobs in the queue of this worker, by their state; all its workers tell the same.',
    labelNames: ['state'],
    registers,
  });
  const workers = new Gauge({
    name: 'spotter_worker_queue_workers',
    help: 'Workers of the same queue that are alive.',
    registers,
  });
  const pictures = new Gauge({
    name: 'spotter_worker_queue_picture_bytes',
    help: 'Bytes of the pictures that are in Redis.',
    registers,
  });
  return {
    job({ kind, waitedMs, ranMs, error }) {
      jobs.inc({ kind, code: coded(error) });
      waited.observe({ kind }, waitedMs / 1000);
      ran.observe({ kind }, ranMs / 1000);
    },
    contentType: register.contentType,
    async text() {
      // Without Redis the rest is told all the same.
      const now = await lengths().catch(() => undefined);
      for (const state of ['waiting', 'active', 'failed'] as const)
        lengthOf.set({ state }, now?.[state] ?? 0);
      workers.set(now?.workers ?? 0);
      pictures.set(now?.pictureBytes ?? 0);
      return register.metrics();
    },
  };
}

const coded = (error: SpotterError | undefined): string =>
  error === undefined ? 'none' : Object.hasOwn(ERROR_CODES, error.code) ? error.code : 'internal';
