import { LRUCache } from 'lru-cache';
import { aborted } from './abort.ts';

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

/** Where results are kept: a Map will do, and so will anything like it that answers later. */
export interface Results<V> {
  get(key: string): V | undefined | Promise<V | undefined>;
  set(key: string, value: V): unknown;
}

/** The `max` most recently used results. */
export const inMemory = <V extends object>(max: number): Results<V> => new LRUCache<string, V>({ max });

/**
 * Does each piece of work once: results are kept (failures are not), and whoever asks for work in progress shares it.
 * One asker giving up does not disturb the others; the work itself is aborted when nobody wants it any more.
 * @param keep whether a result may be kept; any may unless told
 */
export function createSingleFlight<V extends object>(
  results: Results<V>,
  keep: (value: V) => boolean = () => true,
): Share<V> {
  const flights = new Map<string, Flight<V>>();

  const start = (
    key: string,
    work: (signal: AbortSignal) => Promise<V>,
    known: Promise<V | undefined> | undefined,
  ): Flight<V> => {
    const controller = new AbortController();
    const land = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const fresh = async (): Promise<V> => {
      const value = await work(controller.signal);
      if (keep(value)) await results.set(key, value);
      return value;
    };
    const result = (known ? known.then((value) => value ?? fresh()) : fresh()).finally(land);
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
    const flight = flights.get(key);
    if (flight) return join(key, flight, signal);
    const known = results.get(key);
    if (known instanceof Promise) return join(key, start(key, work, known), signal);
    return known ?? join(key, start(key, work, undefined), signal);
  };
}
