import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { readConfig } from '../src/config.ts';
import { createStarter } from '../src/detector/starter/starter.ts';
import { createDetectorHost } from '../src/detector/worker/host.ts';
import { createModels } from '../src/models/models.ts';
import type { Picture } from '../src/picture/picture.ts';
import { jobId } from '../src/queue/protocol.ts';
import { BULL } from '../src/queue/redis.ts';
import { createRig, EVERYTHING, makePictures, quantile, WAITING_MS, type WorkerKind } from './queue-setup.ts';
import { median, type Row, row } from './row.ts';

const WARM = 10;
const PAIRS = 100;
const PER_ROUND = 28;
/** Asked ahead of what is timed. */
const FIRST = 4;
const ROUNDS = 5;
const DEATHS = 4;
const ALLOWED_MS = { median: 15, p99: 40, death: 10_000 };

/**
 * What the queue costs a question on one machine, beside a detector process of one's own with as many threads; how much
 * two workers with a thread each do beside one; and how soon a dead worker's job is answered. All pictures are different,
 * and one process asks.
 */
export async function bench(): Promise<Row[]> {
  const pictures = await makePictures(WARM + PAIRS + 2 * ROUNDS * PER_ROUND + DEATHS);
  try {
    return [
      ...(await overhead('starter', pictures)),
      ...(await overhead('waiting', pictures)),
      ...(await withoutQueue(pictures)),
      ...(await throughput('starter', pictures)),
      ...(await throughput('waiting', pictures)),
      ...(await deaths(pictures)),
    ];
  } finally {
    await pictures.remove();
  }
}

type Pictures = Awaited<ReturnType<typeof makePictures>>;

/** The starter's own time varies with whatever else the machine does, which pairs in turns even out only on average; waiting does not. */
async function overhead(kind: 'starter' | 'waiting', pictures: Pictures): Promise<Row[]> {
  const rig = await createRig();
  const host = createDetectorHost({ threads: 1, device: 'cpu' });
  const starter = createStarter({ host, model: createModels(readConfig()).open('starter') });
  const own = kind === 'starter' ? (picture: Picture) => starter.detectAll(picture) : () => sleep(WAITING_MS);
  const client = rig.client();
  try {
    await Promise.all([rig.worker(kind), kind === 'starter' && starter.warm()]);
    const [here, there]: number[][] = [[], []];
    for (let i = 0; i < WARM + PAIRS; i++) {
      const picture = await pictures.decoded(i);
      const turns = [
        [here!, () => own(picture)],
        [there!, () => client.ask(EVERYTHING, picture)],
      ] as const;
      for (const [times, ask] of i % 2 === 0 ? turns : turns.toReversed()) {
        const start = performance.now();
        await ask();
        if (i >= WARM) times.push(performance.now() - start);
      }
    }
    const more = here!.map((ms, i) => there![i]! - ms);
    return [
      row(`by the queue (${kind}), median`, median(there!), 'own process', median(here!)),
      row('more for the queue, median', median(more), 'allowed', ALLOWED_MS.median),
      row(
        'more for the queue, p99 beside p99',
        quantile(there!, 0.99) - quantile(here!, 0.99),
        'allowed',
        ALLOWED_MS.p99,
      ),
      row('more for the queue, p99 of the differences', quantile(more, 0.99), 'allowed', ALLOWED_MS.p99),
    ];
  } finally {
    await starter.close();
    await host.close();
    await rig.close();
  }
}

/**
 * Turns of one and of two, so that whatever else the machine does weighs on both alike.
 * @param rate what so many do with these pictures, a second
 */
async function turns(
  pictures: Pictures,
  rate: (count: 1 | 2, asked: readonly Picture[]) => Promise<number>,
): Promise<Pick<Row, 'ms' | 'against' | 'againstMs'>> {
  const rates: Record<1 | 2, number[]> = { 1: [], 2: [] };
  let next = WARM + PAIRS;
  for (let round = 0; round < ROUNDS; round++) {
    for (const count of [1, 2] as const) {
      const numbers = Array.from({ length: PER_ROUND }, () => next++);
      rates[count].push(await rate(count, await Promise.all(numbers.map(pictures.decoded))));
    }
  }
  return { ms: median(rates[2]), against: 'one', againstMs: median(rates[1]) };
}

/** Two detector processes of a thread each beside one, both asked by this process: what the machine itself gives. */
async function withoutQueue(pictures: Pictures): Promise<Row[]> {
  const hosts = [1, 2].map(() => createDetectorHost({ threads: 1, device: 'cpu' }));
  const model = createModels(readConfig()).open('starter');
  const detectors = hosts.map((host) => createStarter({ host, model }));
  try {
    await Promise.all(detectors.map((detector) => detector.warm()));
    const rates = await turns(pictures, async (count, asked) => {
      const left = [...asked];
      const start = performance.now();
      const work = async (detector: (typeof detectors)[number]) => {
        for (let picture = left.pop(); picture; picture = left.pop()) await detector.detectAll(picture);
      };
      await Promise.all(detectors.slice(0, count).map(work));
      return (1000 * asked.length) / (performance.now() - start);
    });
    return [{ what: 'two detectors without a queue (starter)', ...rates, unit: 'pictures a second' }];
  } finally {
    await Promise.all(detectors.map((detector) => detector.close()));
    await Promise.all(hosts.map((host) => host.close()));
  }
}

/** Two workers beside one. */
async function throughput(kind: WorkerKind, pictures: Pictures): Promise<Row[]> {
  const rates = await turns(pictures, async (count, asked) => {
    const rig = await createRig();
    const client = rig.client();
    try {
      for (let i = 0; i < count; i++) await rig.worker(kind, { concurrency: kind === 'starter' ? 2 : 1 });
      const ask = (picture: Picture) => client.ask(EVERYTHING, picture);
      await Promise.all(asked.slice(0, FIRST).map(ask));
      const start = performance.now();
      await Promise.all(asked.slice(FIRST).map(ask));
      return (1000 * (asked.length - FIRST)) / (performance.now() - start);
    } finally {
      await rig.close();
    }
  });
  return [{ what: `two workers (${kind})`, ...rates, unit: 'questions a second' }];
}

/** From the end of a worker that has just taken a job to the answer of another one, which was there already. */
async function deaths(pictures: Pictures): Promise<Row[]> {
  const rig = await createRig();
  const client = rig.client();
  const redis = new Redis(rig.redis.url);
  const times: number[] = [];
  try {
    const standing = [await rig.worker('starter'), await rig.worker('starter')];
    for (let i = 0; i < DEATHS; i++) {
      const picture = await pictures.decoded(WARM + PAIRS + 2 * ROUNDS * PER_ROUND + i);
      const answer = client.ask(EVERYTHING, picture);
      const key = `${BULL.prefix}:${rig.queue}:${jobId(picture.sha256, EVERYTHING)}`;
      let taker = await redis.hget(key, 'pb');
      while (taker === null) taker = await redis.hget(key, 'pb');
      const at = standing.findIndex(({ id }) => id === taker);
      const killed = performance.now();
      await standing[at]!.kill();
      await answer;
      times.push(performance.now() - killed);
      standing[at] = await rig.worker('starter');
    }
    return [row("a dead worker's job, slowest", Math.max(...times), 'allowed', ALLOWED_MS.death)];
  } finally {
    redis.disconnect();
    await rig.close();
  }
}
