import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoardPages, createBoardPages } from '../../adapters/web/server/board.ts';
import { createApp } from '../../adapters/web/server/web.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../store/redis-server.ts';
import { client, closeAll, newQueue, phrases, pictureOf, worker } from './setup.ts';

const SECRET = 'a-token-of-16-characters';

let redis: RedisServer;
let board: BoardPages | undefined;
beforeAll(async () => {
  if (!HAS_REDIS) return;
  redis = await startRedis();
  board = createBoardPages({ queue: 'redis', redisUrl: redis.url });
});
afterAll(async () => {
  await closeAll();
  await board?.close();
  await redis?.close();
});

function get(path: string, password = SECRET, method = 'GET') {
  const app = createApp({
    ...{ host: '127.0.0.1', names: [], tokens: [{ name: 'me', secret: SECRET }] },
    board,
    // Nothing else is asked here.
    ...({ config: {}, models: {}, questions: {}, memory: {}, onTrouble: () => {} } as object),
  } as unknown as Parameters<typeof createApp>[0]);
  const authorization = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
  return app.request(`http://127.0.0.1${path}`, { method, headers: { host: '127.0.0.1', authorization } });
}

describe.skipIf(!HAS_REDIS)('the board', () => {
  it('shows the queues and their jobs, and changes nothing', async () => {
    const queue = newQueue();
    await worker(redis.url, queue);
    await client(redis.url, queue).ask(phrases('dog'), await pictureOf());
    expect(await (await get('/queues')).text()).toContain('<title>Spotter</title>');
    const { queues } = (await (await get('/queues/api/queues')).json()) as { queues: object[] };
    expect(queues).toMatchObject([{ name: queue, readOnlyMode: true, counts: { completed: 1 } }]);
    expect((await get(`/queues/api/queues/${queue}/pause`, SECRET, 'PUT')).status).toBe(405);
  });

  it('asks for the token', async () => {
    const refused = await get('/queues', 'another');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Basic');
    expect((await get('/queues/api/queues', '')).status).toBe(401);
  });
});
