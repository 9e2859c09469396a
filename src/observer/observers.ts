import type { ProposeOptions } from '../detector/detector.ts';
import type { DetectorHost } from '../detector/worker/host.ts';
import { createImageText } from './image-text/image-text.ts';
import type { Observations, Observer, ObserverDeps, ObserverTask } from './observer.ts';
import { createPeople } from './people/people.ts';
import { createReading } from './reading/reading.ts';

/** Every observer, undefined where the settings turn it off: a new one is one folder and one line. */
const OBSERVERS: readonly ((deps: ObserverDeps) => Observer | undefined)[] = [
  createReading,
  createPeople,
  createImageText,
];

/** Asks the observers that an expression needs; the others cost nothing. */
export interface Observers {
  /** Of those that the settings leave on. */
  readonly ids: readonly string[];
  /** The models of all of them, as the registry of models knows them. */
  readonly models: readonly string[];
  wanted(query: ObserverTask['query']): readonly Observer[];
  observe(task: Omit<ObserverTask, 'run'>, options?: ProposeOptions): Promise<Observations>;
}

/** @param host the process that the models run in: the detector's */
export function createObservers(host: DetectorHost, deps: ObserverDeps): Observers {
  const observers = OBSERVERS.map((create) => create(deps)).filter((observer) => observer !== undefined);
  const wanted = (query: ObserverTask['query']) => observers.filter((observer) => observer.wants(query));
  return {
    ids: observers.map(({ id }) => id),
    models: observers.flatMap(({ models }) => models),
    wanted,
    async observe(task, options) {
      const those = wanted(task.query);
      if (those.length === 0) return {};
      return host.turn(async (run) => {
        const told: Observations[] = [];
        for (const observer of those) told.push(await observer.observe({ ...task, run }));
        return Object.assign({}, ...told) as Observations;
      }, options);
    },
  };
}
