import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type Config, readConfig } from '../../src/config.ts';
import { createDetector } from '../../src/detector/create.ts';
import { SpotterError } from '../../src/errors.ts';
import { createModels } from '../../src/models/models.ts';
import { createObservers } from '../../src/observer/observers.ts';
import { readPicture } from '../../src/picture/read.ts';
import { identityOf } from '../../src/queue/detection.ts';
import { createOverview } from '../../src/queue/overview.ts';
import { queueName } from '../../src/queue/protocol.ts';
import { createConnections } from '../../src/queue/redis.ts';
import { readWorkerSettings, type WorkerSettings } from '../../src/queue/settings.ts';
import { createQueueWorker, type QueueWorker } from '../../src/queue/worker.ts';
import { createHttp, createReadiness } from '../../src/service/http.ts';
import { createLog, type Log } from '../../src/service/log.ts';
import { createWorkerMetrics } from '../../src/service/queue-metrics.ts';
import { startWatchdog } from '../../src/service/watchdog.ts';
import type { Console } from './console.ts';
import type { WorkerRequest } from './queue-declare.ts';

/** What is left of ten seconds for closing everything else. */
const CLOSE_MS = 7000;

/** Works until the signal fires; resolves to the exit code. @throws SpotterError bad-config, model-missing, detector-down */
export async function workerCommand(
  { options }: WorkerRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { concurrency, device, detector: specialist } = options;
  const config = readConfig({ env: process.env, flags: { device, specialist } });
  const settings = readWorkerSettings({ env: process.env, flags: { concurrency } });
  const { redisUrl } = config;
  if (redisUrl === undefined)
    throw new SpotterError('bad-config', 'A worker needs a queue.', 'Set REDIS_URL to redis://host:port.');
  const secrets = [redisUrl, settings.metricsToken].filter((secret) => secret !== undefined);
  const log = createLog({ level: settings.logLevel, secrets });
  const stopWatchdog = startWatchdog();
  const part = await startWorker({ ...config, redisUrl }, settings, log);
  console.note(
    `${part.name}, ${settings.concurrency} at a time, for ${part.where}${part.said}. Stop it with Ctrl-C.`,
  );
  if (!signal.aborted) await once(signal, 'abort');
  log.info('shutting down');
  await part.close();
  stopWatchdog();
  log.info('shut down');
  return 0;
}

async function startWorker(
  config: Config & { readonly redisUrl: string },
  settings: WorkerSettings,
  log: Log,
) {
  const models = createModels(config);
  const detector = createDetector(config, models.open(config.specialist));
  const observers = createObservers(detector.host, { models, settings: config });
  const queue = queueName(identityOf(config, observers, models));
  const onTrouble = (said: string) => log.warn({ said }, 'trouble with the queue');
  const connections = createConnections(config.redisUrl, onTrouble);
  const overview = createOverview(connections);
  const metrics = createWorkerMetrics(
    () => worker!.info,
    async () => {
      const { queues, pictureBytes } = await overview.look(queue);
      const { workers, ...lengths } = queues[0]!;
      return { ...lengths, workers: workers.length, pictureBytes };
    },
  );
  let worker: QueueWorker | undefined;
  const http = createHttp({
    metrics,
    host: settings.host,
    token: settings.metricsToken,
    readiness: createReadiness({
      checks: {
        detector: () => (worker ? undefined : 'is being loaded'),
        queue: () => (worker?.ready() ? undefined : 'is not connected'),
      },
      onTrouble: (check, err) => log.error({ check, err }, 'not ready'),
    }),
    onTrouble: (err) => log.error({ err }, 'a request failed'),
  });
  const port = settings.port === undefined ? undefined : await http.listen(settings.port);
  // Takes nothing before it can answer: the model is loaded, and the decoders have started.
  await warm(detector);
  worker = createQueueWorker({
    ...{ connections, queue, detector, observers, onTrouble, concurrency: settings.concurrency },
    name:
      detector.variant && detector.variant !== 'default' ? `${detector.id}@${detector.variant}` : detector.id,
    device: () => detector.host.state.device,
    onJob(event) {
      metrics.job(event);
      const { error, waitedMs, ranMs, ...about } = event;
      const fields = { ...about, waitedMs: Math.round(waitedMs), ranMs: Math.round(ranMs) };
      if (error) log.warn({ ...fields, code: error.code, err: error }, 'not answered');
      else log.info(fields, 'answered');
    },
  });
  log.info({ queue, worker: worker.info.id, device: worker.info.device }, 'started');
  return {
    name: `Worker of ${worker.info.detector} on ${worker.info.device ?? 'no device yet'}`,
    where: connections.address.where,
    said: port === undefined ? '' : `, with metrics on port ${port}`,
    async close() {
      http.drain();
      await worker?.close(CLOSE_MS);
      await detector.close();
      await http.close(500);
    },
  };
}

/** "EXIT" in letters of 50 pixels. */
const SIGN = new URL('exit-sign.png', import.meta.url);

async function warm(detector: ReturnType<typeof createDetector>): Promise<void> {
  const picture = await readPicture(await readFile(SIGN));
  await detector.warm?.();
  await detector.propose(picture, ['sign']);
}
