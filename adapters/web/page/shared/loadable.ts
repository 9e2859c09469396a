import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { asProblem, type Problem, tokensGiven } from './api.ts';

/** Something that the server is asked for once, and again where that failed: when told to, or once a token was given. */
export interface Loadable<T> {
  readonly value: ReadonlySignal<T | undefined>;
  /** Why it is not known; absent while it is being loaded. */
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Loads it unless it is known or on its way; a failure is told by `problem`, and never thrown. */
  load(): Promise<void>;
}

/** @example const examples = loadable(api.examples); */
export function loadable<T>(get: () => Promise<T>): Loadable<T> {
  const value = signal<T | undefined>(undefined);
  const problem = signal<Problem | undefined>(undefined);
  let underWay: Promise<void> | undefined;
  async function load(): Promise<void> {
    problem.value = undefined;
    try {
      value.value = await get();
    } catch (thrown) {
      problem.value = asProblem(thrown);
    }
    underWay = undefined;
  }
  async function loadOnce(): Promise<void> {
    if (value.peek() !== undefined) return;
    underWay ??= load();
    await underWay;
  }
  effect(() => {
    if (tokensGiven.value > 0 && problem.peek()) void loadOnce();
  });
  return { value, problem, load: loadOnce };
}
