/** What comes in, and who works. */
export interface Scenario {
  /** When each question comes, in milliseconds, ascending. */
  readonly arrivals: readonly number[];
  /** How long the next question takes a worker, in milliseconds. */
  readonly service: () => number;
  /** Jobs that are worked on at a time, by all workers together. */
  readonly workers: number;
  /** Time from one death of a worker to its next one, in milliseconds; they live for ever unless given. */
  readonly life?: () => number;
  /** Until a dead worker's job is another one's, and until another worker is there in its place, in milliseconds. */
  readonly recoveryMs?: number;
  readonly restartMs?: number;
  /** What the queue itself adds to each question, in milliseconds. */
  readonly overheadMs?: number;
}

interface Waiting {
  readonly number: number;
  readonly since: number;
}

interface Worker {
  free: number;
  dies: number;
}

/**
 * A discrete-event simulation of the queue: questions in the order of their coming, workers that take the next one when they
 * are free, and that may die with one in hand, which then goes first.
 * @returns milliseconds from the coming of each question to its answer, in the order of arrival
 */
export function simulate(scenario: Scenario): number[] {
  const { arrivals, service, workers: count, overheadMs = 0 } = scenario;
  const { life = () => Number.POSITIVE_INFINITY, recoveryMs = 7000, restartMs = 3000 } = scenario;
  const workers: Worker[] = Array.from({ length: count }, () => ({ free: 0, dies: life() }));
  /** Given back by the dead: these go before those that have just come. */
  const returned: Waiting[] = [];
  const answered: number[] = [];
  let next = 0;
  while (next < arrivals.length || returned.length > 0) {
    const worker = workers.reduce((first, one) => (one.free < first.free ? one : first));
    returned.sort((a, b) => a.since - b.since);
    const again = returned[0];
    const came = arrivals[next];
    const isAgain = again !== undefined && (came === undefined || again.since <= Math.max(worker.free, came));
    const job = isAgain ? returned.shift()! : { number: next++, since: came! };
    const start = Math.max(worker.free, job.since);
    const end = start + service();
    if (worker.dies >= start && worker.dies < end) {
      returned.push({ number: job.number, since: worker.dies + recoveryMs });
      worker.free = worker.dies + restartMs;
      worker.dies = worker.free + life();
      continue;
    }
    // It has died while it had nothing to do, and was started again.
    if (worker.dies < start) worker.dies = start + life();
    worker.free = end;
    answered[job.number] = end - arrivals[job.number]! + overheadMs;
  }
  return answered;
}

/** Times of a Poisson process, in milliseconds. @param rate a second */
export function poisson(count: number, rate: number, random: () => number): number[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    at += (-Math.log(1 - random()) * 1000) / rate;
    return at;
  });
}
