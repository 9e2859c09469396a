/** One thing measured beside another in the same run, both in milliseconds unless there is another unit. */
export interface Row {
  readonly what: string;
  readonly ms: number;
  readonly against: string;
  readonly againstMs: number;
  readonly unit?: string;
}

export const row = (what: string, ms: number, against: string, againstMs: number): Row => ({
  what,
  ms,
  against,
  againstMs,
});

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Times several things in turns, so that whatever else the machine does weighs on all alike: the medians, in ms. */
export async function inTurns(
  rounds: number,
  ...works: ReadonlyArray<() => Promise<unknown>>
): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) times[i]!.push(await time(work));
  }
  return times.map(median);
}
