import { LRUCache } from 'lru-cache';
import { aborted } from '../aborted.ts';

interface Flight<V> {
  readonly result: Promise<V>;
  readonly controller: AbortController;
  askers: number;
}

/** `key` names the work; the same key always means the same result. */
export type Share<V> = (
  key: string,
  work: (signal: AbortSignal) => Promise<V>,
  signal?: AbortSignal,
) => Promise<V>;

/**
 * Does each piece of work once: results are kept (the `max` most recently used; failures are not), and whoever
 * asks for work in progress shares it. One asker giving up does not disturb the others; the work itself is
 * aborted when nobody wants it any more.
 */
export function createSharedWork<V extends object>({ max }: { max: number }): Share<V> {
  const results = new LRUCache<string, V>({ max });
  const flights = new Map<string, Flight<V>>();

  const start = (key: string, work: (signal: AbortSignal) => Promise<V>): Flight<V> => {
    const controller = new AbortController();
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const result = work(controller.signal)
      .then((value) => {
        results.set(key, value);
        return value;
      })
      .finally(land);
    // Each asker hears of a failure through its own promise; there may be none left.
    result.catch(() => {});
    const flight: Flight<V> = { result, controller, askers: 0 };
    flights.set(key, flight);
    return flight;
  };

  const join = (key: string, flight: Flight<V>, signal?: AbortSignal): Promise<V> => {
    flight.askers += 1;
    return new Promise<V>((resolve, reject) => {
      const leave = (): void => {
        reject(aborted(signal));
        flight.askers -= 1;
        if (flight.askers > 0) return;
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort();
      };
      const stay = (): void => signal?.removeEventListener('abort', leave);
      signal?.addEventListener('abort', leave, { once: true });
      flight.result.then(resolve, reject).finally(stay);
    });
  };

  return async (key, work, signal) => {
    if (signal?.aborted) throw aborted(signal);
    return results.get(key) ?? join(key, flights.get(key) ?? start(key, work), signal);
  };
}
