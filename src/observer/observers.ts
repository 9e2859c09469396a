import type { DetectorHost, TurnOptions } from '../detector/worker/host.ts';
import { createImageText } from './image-text/image-text.ts';
import type { Observations, Observer, ObserverDeps, ObserverTask } from './observer.ts';
import { createPeople } from './people/people.ts';
import { createReading } from './reading/reading.ts';

/** Every observer: a new one is one folder and one line. */
const OBSERVERS: readonly ((deps: ObserverDeps) => Observer)[] = [
  createReading,
  createPeople,
  createImageText,
];

/** Asks the observers that an expression needs; the others cost nothing. */
export interface Observers {
  wanted(query: ObserverTask['query']): readonly Observer[];
  observe(task: Omit<ObserverTask, 'run'>, options?: TurnOptions): Promise<Observations>;
}

/** @param host the process that the models run in: the detector's */
export function createObservers(host: DetectorHost, deps: ObserverDeps): Observers {
  const observers = OBSERVERS.map((create) => create(deps));
  const wanted = (query: ObserverTask['query']) => observers.filter((observer) => observer.wants(query));
  return {
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
