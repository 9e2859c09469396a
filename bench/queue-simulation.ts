import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../src/mllm/multiple-choice.ts';
import type { Picture } from '../src/picture/picture.ts';
import { createRig, EVERYTHING, makePictures, quantile } from './queue-setup.ts';
import { type Row, row } from './row.ts';
import { poisson, simulate } from './simulate.ts';

const WARM = 8;
const QUESTIONS = 60;
/** How busy the workers are to be, as a share of what they can do. */
const BUSY = 0.6;

/**
 * Whether the simulation tells what really happens: questions of a Poisson process on pictures of which no two are alike, to
 * one worker and to two, with one thread and one job at a time each. The service times are those that the workers measured.
 */
export async function bench(): Promise<Row[]> {
  const pictures = await makePictures(2 * (WARM + QUESTIONS));
  try {
    return [...(await play(1, pictures, 0)), ...(await play(2, pictures, WARM + QUESTIONS))];
  } finally {
    await pictures.remove();
  }
}

async function play(
  workers: number,
  pictures: Awaited<ReturnType<typeof makePictures>>,
  first: number,
): Promise<Row[]> {
  const rig = await createRig();
  const ran: number[] = [];
  const client = rig.client(({ result }) => result && ran.push(result.ranMs));
  try {
    for (let i = 0; i < workers; i++) await rig.worker('starter', { concurrency: 1 });
    const read: Picture[] = [];
    for (let i = 0; i < WARM + QUESTIONS; i++) read.push(await pictures.decoded(first + i));
    const start = performance.now();
    await Promise.all(read.slice(0, WARM).map((picture) => client.ask(EVERYTHING, picture)));
    const capacity = (1000 * WARM) / (performance.now() - start);
    ran.length = 0;
    const random = randomFrom(workers);
    const arrivals = poisson(QUESTIONS, BUSY * capacity, random);
    const begun = performance.now();
    const came: number[] = [];
    const real = await Promise.all(
      arrivals.map(async (at, i) => {
        await sleep(at);
        const asked = performance.now();
        came[i] = asked - begun;
        await client.ask(EVERYTHING, read[WARM + i]!);
        return performance.now() - asked;
      }),
    );
    // In their order: where the machine has other things to do, slow questions come one after the other.
    let next = 0;
    const predicted = simulate({
      arrivals: came.toSorted((a, b) => a - b),
      workers,
      service: () => ran[next++ % ran.length]!,
      overheadMs: OVERHEAD_MS,
    });
    const named = `${workers} worker${workers > 1 ? 's' : ''}`;
    return [
      row(`${named}, predicted mean`, mean(predicted), 'real', mean(real)),
      row(`${named}, predicted p95`, p95(predicted), 'real', p95(real)),
    ];
  } finally {
    await rig.close();
  }
}

/** What the queue adds: see the bench "queue". */
const OVERHEAD_MS = 5;
const p95 = (values: readonly number[]): number => quantile(values, 0.95);
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
