import { readConfig } from '../../src/config.ts';
import { SpotterError } from '../../src/errors.ts';
import { createOverview, type QueueState } from '../../src/queue/overview.ts';
import { createConnections } from '../../src/queue/redis.ts';
import { safe, safeJson } from '../../src/text.ts';
import type { Console } from './console.ts';
import type { QueueRequest } from './queue-declare.ts';

/** @throws SpotterError bad-config, queue-down */
export async function queueCommand({ options }: QueueRequest, console: Console): Promise<number> {
  const { redisUrl } = readConfig({ env: process.env });
  if (redisUrl === undefined)
    throw new SpotterError(
      'bad-config',
      'There is no queue without Redis.',
      'Set REDIS_URL to redis://host:port.',
    );
  const connections = createConnections(redisUrl);
  try {
    const overview = await createOverview(connections).look();
    if (options.json) console.print(safeJson(overview));
    else
      console.print(
        `${overview.where}: ${count(overview.queues.length, 'queue')}, ${megabytes(overview.pictureBytes)} of pictures`,
        ...overview.queues.flatMap(queueLines).map(safe),
      );
    return 0;
  } finally {
    connections.close();
  }
}

const queueLines = ({ name, waiting, active, failed, completed, workers }: QueueState): string[] => [
  `${name}: ${waiting} waiting, ${active} active, ${failed} failed, ${completed} kept`,
  ...workers.map(
    ({ host, pid, detector, device, active: inHand, concurrency, done, paceMs, version }) =>
      `  ${host}:${pid}  ${detector} on ${device ?? 'no device yet'}, ${inHand} of ${concurrency} in hand, ` +
      `${done} done${paceMs > 0 ? `, ${(1000 / paceMs).toFixed(1)} a second` : ''}, version ${version}`,
  ),
  ...(workers.length === 0 ? ['  no worker is alive'] : []),
];

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
