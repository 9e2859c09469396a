import { expect, it } from 'vitest';
import { HAS_REDIS } from '../store/redis-server.ts';
import { playChaos } from './chaos.ts';

/** The whole of what is promised takes longer: npm run bench -- soak. */
it.skipIf(!HAS_REDIS)(
  'nothing is lost, doubled or mixed up while workers die and Redis forgets everything',
  async () => {
    const outcome = await playChaos({
      ...{ questions: 200, questionMs: 300, atOnce: 4, bots: 2, workers: 2 },
      ...{ killEveryMs: 3000, redisRestarts: [0.3, 0.7] },
    });
    const refused = Object.values(outcome.refused).reduce((sum, n) => sum + n, 0);
    expect(outcome).toMatchObject({ lost: 0, doubled: 0, wrong: 0 });
    expect(outcome.answered + refused).toBe(200);
    expect(outcome.answered).toBeGreaterThan(100);
    expect(outcome.kills).toBeGreaterThan(2);
  },
  240_000,
);
