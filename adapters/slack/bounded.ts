export interface Bounded<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** The last values that were set, by key; older ones are dropped. */
export function createBounded<V>(max: number): Bounded<V> {
  const values = new Map<string, V>();
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size > max) values.delete(values.keys().next().value!);
    },
    delete: (key) => void values.delete(key),
  };
}
