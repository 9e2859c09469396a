import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { createMetrics } from '../../src/service/metrics.ts';
import { createQueueMetrics } from '../../src/service/queue-metrics.ts';
import { workerMetrics } from './worker-metrics.ts';

const linesOf = async (metrics: { text(): Promise<string> }): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => /^spotter_(queue|worker)/.test(line));

describe('metrics of the queue', () => {
  it('count jobs and what the queue added, where nobody else had asked', async () => {
    const metrics = createMetrics({ platforms: [] });
    const { job } = createQueueMetrics(metrics.register);
    const about = { question: 'q', job: 'j', kind: 'detect', ms: 130 } as const;
    const result = { worker: 'w', waitedMs: 20, ranMs: 100 };
    job({ ...about, shared: false, result });
    job({ ...about, shared: true, result });
    job({ ...about, shared: false, error: new SpotterError('no-worker') });
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        'spotter_queue_jobs_total{kind="detect",code="none",shared="false"} 1',
        'spotter_queue_jobs_total{kind="detect",code="none",shared="true"} 1',
        'spotter_queue_jobs_total{kind="detect",code="no-worker",shared="false"} 1',
        'spotter_queue_job_seconds_count{kind="detect"} 2',
        'spotter_queue_overhead_seconds_count{kind="detect"} 1',
        'spotter_queue_overhead_seconds_sum{kind="detect"} 0.01',
      ]),
    );
  });

  it('of a worker tell of its jobs, of itself and of its queue', async () => {
    const metrics = workerMetrics();
    metrics.job({ question: 'q', job: 'j', kind: 'observe', waitedMs: 20, ranMs: 100 });
    const lines = await linesOf(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'spotter_worker_jobs_total{kind="observe",code="none"} 1',
        'spotter_worker_active 1',
        'spotter_worker_info{detector="starter",device="cpu",version="1.2.3"} 1',
        'spotter_worker_queue_length{state="waiting"} 3',
        'spotter_worker_queue_workers 5',
        'spotter_worker_queue_picture_bytes 1000',
      ]),
    );
  });

  it('of a worker are told without Redis, too', async () => {
    const metrics = workerMetrics(async () => {
      throw new SpotterError('queue-down');
    });
    expect(await linesOf(metrics)).toContain('spotter_worker_queue_workers 0');
  });
});
