import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpotter, type Spotter } from '../../src/ask.ts';
import { readConfig } from '../../src/config.ts';
import { asSpotterError } from '../../src/errors.ts';
import { createModels } from '../../src/models/models.ts';
import type { Model } from '../../src/models/registry.ts';
import type { QueueEvent } from '../../src/queue/client.ts';
import { queueName } from '../../src/queue/protocol.ts';
import type { Verdict } from '../../src/verdict.ts';
import { startSpotter } from '../cli/spotter.ts';
import { example } from '../detector/photos.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../store/redis-server.ts';

const SIGN = fileURLToPath(new URL('../../adapters/cli/exit-sign.png', import.meta.url));
/** Of the detector, of what reads writing, and of what looks at people. */
const QUESTIONS = [
  [example('two-dogs.jpg'), 'the upper dog'],
  [example('coffee.jpg'), 'the cup'],
  [example('wine.jpg'), 'the second bottle from the left'],
  [SIGN, 'the word EXIT'],
  [example('astronaut.jpg'), 'the woman'],
] as const;

let redis: RedisServer;
const spotters: Spotter[] = [];
function open(settings: Readonly<Record<string, unknown>>, onJob?: (event: QueueEvent) => void): Spotter {
  const given = { cache: false, redisUrl: redis?.url, ...settings };
  const spotter = createSpotter(readConfig({ env: {}, flags: given }), { onJob });
  spotters.push(spotter);
  return spotter;
}
/** All but how long it took. */
const told = ({ trace, ...verdict }: Verdict): unknown =>
  JSON.parse(JSON.stringify({ ...verdict, steps: trace.map(({ name, said }) => [name, said]) }));

beforeAll(async () => {
  if (HAS_REDIS) redis = await startRedis();
});
afterAll(async () => {
  await Promise.all(spotters.map((spotter) => spotter.close()));
  await redis?.close();
});

describe.skipIf(!HAS_REDIS)('a question', () => {
  it('is answered by a worker as by the own process, to the last bit', async () => {
    const { child, ended } = startSpotter(['worker'], { cwd: tmpdir(), env: { REDIS_URL: redis.url } });
    const events: QueueEvent[] = [];
    const [asking, own] = [open({ queue: 'redis' }, (event) => events.push(event)), open({})];
    try {
      await once(child.stderr!, 'data');
      for (const [source, expression] of QUESTIONS) {
        const answers = [await asking.ask({ source, expression }), await own.ask({ source, expression })];
        const [here, there] = answers.map(({ verdict }) => told(verdict));
        expect(here, expression).toEqual(there);
      }
      expect(events.map(({ kind, error }) => [kind, error])).toEqual([
        ...QUESTIONS.slice(0, 3).map(() => ['detect', undefined]),
        ...QUESTIONS.slice(3).flatMap(() => [
          ['detect', undefined],
          ['observe', undefined],
        ]),
      ]);
    } finally {
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    }
  });

  it('is refused without a worker, and answered here where that is allowed', async () => {
    // Not asked before: what a worker has answered lately needs none.
    const asked = { source: example('boats.jpg'), expression: 'the boat on the left' };
    const refused = open({ queue: 'redis' })
      .ask(asked)
      .then(
        () => 'answered',
        (thrown) => asSpotterError(thrown).code,
      );
    const fallback = open({ queue: 'redis', queueFallback: 'local' }).ask(asked);
    const auto = open({ queue: 'auto' }).ask(asked);
    const [here, there] = [(await fallback).verdict, (await auto).verdict];
    expect(told(here)).toEqual(told(there));
    expect(here.considered.length).toBeGreaterThan(0);
    expect(await refused).toBe('no-worker');
  });

  it('is answered here in auto where Redis is away', async () => {
    const spotter = open({ queue: 'auto', redisUrl: 'redis://127.0.0.1:1' });
    const { verdict } = await spotter.ask({ source: example('two-dogs.jpg'), expression: 'the upper dog' });
    expect(verdict.outcome).toBe('found');
  });
});

describe('settings', () => {
  it('of a queue need an address', () => {
    const config = readConfig({ env: {}, flags: { queue: 'redis' } });
    expect(() => createSpotter(config)).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });
});

describe('the name of a queue', () => {
  const model = createModels(readConfig({ env: {} })).open('starter');
  const named = (change: Partial<Model>, observers: readonly Model[] = []) =>
    queueName({ detector: { ...model, ...change }, observers });
  const usual = named({});

  it.each([
    ['weights', named({ weights: { ...model.weights, sha256: '0'.repeat(64) } })],
    ['a variant', named({ variant: 'fp16' })],
    ['another file', named({ files: { ...model.files, 'classes.json': { file: '', sha256: '1' } } })],
    ['an observer more', named({}, [model])],
  ])('is another one with other %s', (_, other) => {
    expect(other).not.toBe(usual);
    expect(other).toMatch(/^detect-starter-\d+-[0-9a-f]{12}$/);
  });

  it('does not depend on where the files are', () => {
    expect(named({ weights: { ...model.weights, file: '/elsewhere' } })).toBe(usual);
  });
});
