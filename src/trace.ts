import { performance } from 'node:perf_hooks';

/** One step of a question's way: its name, how long it took, and what came of it, in words. */
export interface Step {
  readonly name: string;
  readonly ms: number;
  readonly said: string;
}

export type Trace = readonly Step[];

/** Collects the steps of one question. */
export class Tracer {
  readonly steps: Step[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Runs one step and notes its duration and what `say` makes of the result. */
  async step<T>(name: string, work: () => T | Promise<T>, say: (result: T) => string): Promise<T> {
    const start = this.#now();
    const result = await work();
    this.steps.push({ name, ms: this.#now() - start, said: say(result) });
    return result;
  }
}
