import { performance } from 'node:perf_hooks';
import type { Exchange, Routing } from './explanation.ts';
import type { Scene } from './reasoning/detections.ts';
import type { Decision, Step } from './verdict.ts';

/** What a strategy leaves for the explanation of its answer. */
export interface Noted {
  scene?: Scene;
  /** As reasoning decides, before a language model is asked. */
  reasoned?: Decision;
  routing?: Routing;
  readonly exchanges: Exchange[];
}

/** Collects the steps of one question. */
export class Tracer {
  readonly steps: Step[] = [];
  readonly noted: Noted = { exchanges: [] };
  readonly #now: () => number;
  readonly #onStep: (name: string) => void;

  /** @param onStep told the name of each step when it begins; must not throw */
  constructor(onStep: (name: string) => void = () => {}, now: () => number = () => performance.now()) {
    this.#onStep = onStep;
    this.#now = now;
  }

  /** Runs one step and notes its duration and what `say` makes of the result. */
  async step<T>(name: string, work: () => T | Promise<T>, say: (result: T) => string): Promise<T> {
    this.#onStep(name);
    const start = this.#now();
    const result = await work();
    this.steps.push({ name, ms: this.#now() - start, said: say(result) });
    return result;
  }
}
