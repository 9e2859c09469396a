import { Queue } from 'bullmq';
import { within } from '../abort.ts';
import { pictureBytes } from './pictures.ts';
import { BULL, type Connections, createClock } from './redis.ts';
import { listQueues, listWorkers, type WorkerInfo } from './workers.ts';

/** How a queue is doing. */
export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  /** Of those that are kept to be looked at. */
  readonly failed: number;
  readonly completed: number;
  readonly workers: readonly WorkerInfo[];
}

/** All queues of a Redis, and what the pictures in it take. */
export interface Overview {
  readonly where: string;
  readonly pictureBytes: number;
  readonly queues: readonly QueueState[];
}

const PATIENCE_MS = 5000;

/** Looks at the queues of a Redis, as often as it is asked. */
export function createOverview(connections: Connections) {
  const redis = connections.open('worker');
  const clock = createClock(redis);
  const known = new Map<string, Queue>();

  /** A queue to be looked at. */
  function open(name: string): Queue {
    const queue =
      known.get(name) ??
      new Queue(name, {
        connection: redis,
        ...BULL,
        skipMetasUpdate: true,
      });
    if (!known.has(name)) {
      // The connection says itself what is wrong with it.
      queue.on('error', () => {});
      known.set(name, queue);
    }
    return queue;
  }

  async function stateOf(name: string): Promise<QueueState> {
    const [counts, workers] = await Promise.all([
      open(name).getJobCounts('waiting', 'prioritized', 'active', 'failed', 'completed'),
      listWorkers(redis, name, clock.now()),
    ]);
    const { waiting = 0, prioritized = 0, active = 0, failed = 0, completed = 0 } = counts;
    return { name, waiting: waiting + prioritized, active, failed, completed, workers };
  }

  async function names(): Promise<readonly string[]> {
    await clock.compare();
    return listQueues(redis, clock.now());
  }

  return {
    names,
    open,
    /** @param only the name of the one queue that is wanted; all of them unless given. @throws SpotterError queue-down */
    async look(only?: string): Promise<Overview> {
      const late = () => new Error(`no reply within ${PATIENCE_MS} ms`);
      const all = async (): Promise<Overview> => {
        await clock.compare();
        const queues = await Promise.all((only === undefined ? await names() : [only]).map(stateOf));
        return { where: connections.address.where, pictureBytes: await pictureBytes(redis), queues };
      };
      try {
        return await within(PATIENCE_MS, undefined, all, late);
      } catch (thrown) {
        throw connections.down(thrown);
      }
    },
  };
}

export type QueueOverview = ReturnType<typeof createOverview>;
