import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { createOverview } from './overview.ts';
import { createConnections } from './redis.ts';

/** Pages that show the queues and their jobs; nothing can be changed there. */
export interface Board {
  /** What answers, as if it stood at the root; it looks anew which queues there are. @throws SpotterError queue-down */
  answer(request: Request): Promise<Response>;
  close(): void;
}

/**
 * Bull Board over the queues of a Redis. It has no access control of its own, and jobs carry the words of questions: mount
 * it behind one.
 * @param path where it is mounted: "/queues"
 * @param serveStatic of the server that it is mounted in
 * @throws SpotterError bad-config, where the address is none
 */
export function createBoard(
  redisUrl: string,
  path: string,
  serveStatic: ConstructorParameters<typeof HonoAdapter>[0],
): Board {
  const connections = createConnections(redisUrl);
  const overview = createOverview(connections);
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath(path);
  const { replaceQueues } = createBullBoard({
    queues: [],
    // Its types are those of another copy of the same package.
    serverAdapter: serverAdapter as never,
    options: { uiConfig: { boardTitle: 'Spotter' } },
  });
  const app = serverAdapter.registerPlugin();
  return {
    async answer(request) {
      const { queues } = await overview.look();
      replaceQueues(queues.map(({ name }) => new BullMQAdapter(overview.open(name), { readOnlyMode: true })));
      return app.fetch(request);
    },
    close: () => connections.close(),
  };
}
